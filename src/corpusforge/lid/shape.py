"""The shapes of model that `corpusforge train lid` makes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """least, most: characters of an n-gram. bits: of an n-gram's number. text: bytes per language at most. smallest: bytes
    that a language must have. unseen: what an n-gram that was never seen counts for."""

    least: int
    most: int
    bits: int
    text: int
    smallest: int
    unseen: float


PRESETS = {
    "small": Shape(least=2, most=4, bits=17, text=30_000, smallest=500, unseen=0.01),
    "broad": Shape(least=2, most=5, bits=20, text=150_000, smallest=1_500, unseen=0.003),
}
