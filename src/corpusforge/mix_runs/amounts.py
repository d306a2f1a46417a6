"""Rows of a plan: what there is, and what is taken."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """What a stage takes of a language's source. `epochs`: of the amount there is, copies included."""

    stage: str
    language: str
    source: str
    documents: int
    words: int
    bytes: int
    epochs: float


@dataclass(frozen=True)
class There:
    """What the runs hold of a language's source, each document once; `with_copies`, an epoch in the mixture's measure."""

    language: str
    source: str
    documents: int
    words: int
    bytes: int
    with_copies: int
