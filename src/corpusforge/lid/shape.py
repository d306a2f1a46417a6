"""The shapes of model that `corpusforge train lid` makes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """least, most: characters of an n-gram. bits: of an n-gram's number. text: bytes per language at most. smallest: bytes
    that a language must have. unseen, floor, ample: smoothing, see `train.py`."""

    least: int
    most: int
    bits: int
    text: int
    smallest: int
    unseen: float
    floor: int = 0
    ample: int = 2**62


PRESETS = {
    "small": Shape(least=2, most=4, bits=17, text=30_000, smallest=500, unseen=0.01, floor=5_000),
    "broad": Shape(least=1, most=5, bits=20, text=100_000, smallest=1_500, unseen=0.003, floor=40_000, ample=100_000),
}
