"""How many documents the quality filters removed, by the size of their cluster of near duplicates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TAIL = 0.001
"""Share of the documents that the last, open row holds at least.

So do FineWeb2's tables, though nothing there says so: in 173 of 173 languages with 20,000 documents or more the tail
begins at the largest size from which on at least 0.1 % of the documents lie.
"""


@dataclass(frozen=True, eq=False)
class RemovalTable:
    """One row per cluster size of a language; the last row is the tail, of its size and all above.

    sizes: int64[n], ascending. documents: int64[n], what deduplication left (one of each cluster). kept: int64[n], those of
    them that the filters kept.
    """

    language: str
    sizes: np.ndarray
    documents: np.ndarray
    kept: np.ndarray

    @property
    def rates(self) -> np.ndarray:
        """Removal rates in percent, float64[n]."""
        found: np.ndarray = 100.0 * (self.documents - self.kept) / np.maximum(self.documents, 1)
        return found

    @property
    def rate(self) -> float:
        """Removal rate of all documents in percent."""
        total = int(self.documents.sum())
        return 100.0 * (total - int(self.kept.sum())) / total if total else 0.0


def removal_table(language: str, sizes: np.ndarray, kept: np.ndarray, tail: float = TAIL) -> RemovalTable:
    """The table of documents with cluster sizes `sizes` (int64[documents]), `kept` (bool[documents]) by the filters.

    The tail begins at the largest size from which on at least a share `tail` of the documents lie.
    """
    return summed(language, [counted(sizes, kept)], tail)


Counts = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Sizes, documents, kept: one entry per size that occurs, no tail."""


def counted(sizes: np.ndarray, kept: np.ndarray) -> Counts:
    """Documents and kept documents of each cluster size that occurs."""
    values, rows = np.unique(sizes, return_inverse=True)
    documents = np.bincount(rows, minlength=len(values)).astype(np.int64)
    return values.astype(np.int64), documents, np.bincount(rows, kept, len(values)).astype(np.int64)


def summed(language: str, counts: list[Counts], tail: float = TAIL) -> RemovalTable:
    """One table of the counts of several runs."""
    sizes, documents, kept = (np.concatenate([one[part] for one in counts]) for part in range(3))
    values, rows = np.unique(sizes, return_inverse=True)
    total = np.bincount(rows, documents, len(values)).astype(np.int64)
    stayed = np.bincount(rows, kept, len(values)).astype(np.int64)
    from_here = np.cumsum(total[::-1])[::-1]
    first = int(np.flatnonzero(from_here >= tail * total.sum())[-1]) if len(values) else 0
    merged = [np.add.reduceat(one, np.arange(first + 1)) if len(one) else one for one in (total, stayed)]
    return RemovalTable(language, values[: first + 1], *merged)
