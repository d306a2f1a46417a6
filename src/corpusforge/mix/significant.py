"""Rehydration weights that do not read noise: pooled sizes, intervals, an anchor that is no minimum of estimates.

What the published formula does: it stretches whatever lies below the language's removal rate to the most copies allowed. The
lowest of up to hundreds of estimated rates gets all of them, if it was counted on one document, or if it lies 7 points below
the rate of all. Here:

1. Neighbouring sizes are pooled, from the smallest on, until a pool has `least` documents (the last pool joins the one
   before it where it has fewer).
2. A pool's removal rate is the upper end of its Wilson interval, at `level` for all pools together (Bonferroni).
3. The weight is 1 + (most - 1) * (1 - upper / rate) where the upper end lies below the rate of all, else 1; rounded, half
   to even. 1 - upper / rate is the share of the usual removals that these documents are spared, for certain: `most` copies
   for documents of which nothing is removed, whatever the other sizes do.

No monotone (isotonic) fit: rates fall from size 1 to 2 and rise again in most languages, so neither direction is true.
`docs/concepts/mixing.md` has what was measured for the choice of `least`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpusforge.mix.interval import wilson_bounds
from corpusforge.mix.rehydration import MOST, steps
from corpusforge.mix.removal import RemovalTable

LEAST = 100
"""Documents of a pool."""

LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class SignificantWeights:
    """Per row of a table: pool: int64[n], its number; low, high: float64[n], the pool's interval in percent; weights:
    int64[n], copies."""

    pool: np.ndarray
    low: np.ndarray
    high: np.ndarray
    weights: np.ndarray


def pools(documents: np.ndarray, least: int = LEAST) -> np.ndarray:
    """Number of each row's pool, int64[n]: rows in order, a pool is closed when it has `least` documents."""
    numbers = np.zeros(len(documents), np.int64)
    number, held = 0, 0
    for row, count in enumerate(documents.tolist()):
        numbers[row] = number
        held += count
        if held >= least:
            number, held = number + 1, 0
    if held > 0 and number > 0:
        numbers[numbers == number] = number - 1
    return numbers


def significant_weights(
    table: RemovalTable, most: int = MOST, least: int = LEAST, level: float = LEVEL
) -> SignificantWeights:
    """Copies of the documents of each cluster size, with the intervals that they follow from."""
    pool = pools(table.documents, least)
    count = int(pool[-1]) + 1 if len(pool) else 0
    documents = np.bincount(pool, table.documents, count)
    removed = documents - np.bincount(pool, table.kept, count)
    low, high = wilson_bounds(removed, documents, 1 - (1 - level) / max(1, count))
    rate = table.rate / 100
    spared = np.maximum(0.0, 1 - high / rate) if rate > 0 else np.zeros(count)
    weights = np.round(1 + (most - 1) * spared).astype(np.int64)
    return SignificantWeights(pool, 100 * low[pool], 100 * high[pool], weights[pool])


def significant_steps(table: RemovalTable, most: int = MOST) -> dict[int, int]:
    """`significant_weights` as steps."""
    return steps(table.sizes, significant_weights(table, most).weights)
