"""From measured seconds to the figures of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Ratio:
    """How many times the peer's CPU time is ours: median of the repetitions' ratios, and their range."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class SideFigures:
    """One side of a row. `cpu_s`: of each repetition. Memory: of the process that did all rows of the case."""

    cpu_s: list[float] = field(default_factory=list)
    mb_s: float | None = None
    docs_s: float | None = None
    peak_mib: float | None = None
    private_mib: float | None = None
    counts: dict[str, float] = field(default_factory=dict)
    digest: str | None = None  # of the documents that this side got
    missing: str | None = None


@dataclass(frozen=True)
class Result:
    """A row of the table."""

    name: str
    case: str
    group: str
    documents: int
    bytes: int
    unit: str
    digest: str
    source: str
    ours: str
    sides: dict[str, SideFigures]
    ratios: dict[str, Ratio]
    note: str = ""
    target: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def ratio(ours: Sequence[float], peer: Sequence[float]) -> Ratio:
    """Of repetitions that ran in pairs. Raises ValueError for none, or for other numbers of them."""
    if not ours or len(ours) != len(peer):
        raise ValueError(f"{len(ours)} repetitions of ours, {len(peer)} of the peer's")
    ratios = [theirs / mine for mine, theirs in zip(ours, peer, strict=True)]
    return Ratio(median(ratios), min(ratios), max(ratios))


def seconds(parts: Mapping[str, Sequence[float]], names: Sequence[str], minus: Sequence[str] = ()) -> list[float]:
    """Per repetition the sum of some parts, less the *median* of those in `minus` (what is constant), at least 1 ms."""
    constant = sum(median(parts[name]) for name in minus)
    sums = [sum(together) for together in zip(*(parts[name] for name in names), strict=True)]
    return [max(0.001, one - constant) for one in sums] if minus else sums


def rate(amount: float, spent: Sequence[float]) -> float:
    """Amount per second, by the median repetition."""
    return amount / median(spent)
