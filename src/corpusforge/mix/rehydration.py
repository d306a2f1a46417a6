"""Rehydration weights by the published formula: how often to repeat a document by the size of its cluster.

FineWeb2 repeats what the web repeated, as far as the filters liked it: documents of cluster sizes whose removal rate lies
below that of the language. Source: huggingface/fineweb-2 at d0defb2, misc/rehydration: its tables of rates and of weights,
which this reproduces.
"""

from __future__ import annotations

import numpy as np

from corpusforge.mix.removal import RemovalTable

MOST = 10
"""Copies at most, unless asked otherwise: the largest of the published tables."""

_WINDOW = 5


def published_weights(rates: np.ndarray, rate: float, most: int = MOST) -> np.ndarray:
    """Copies of the documents of each cluster size, int64[n], from removal rates and that of all documents, in percent.

    A rate at or above the language's gives 1, the lowest gives `most`, what lies between is interpolated; then a moving
    average of five sizes, of which the first two and last two values are left as they were; then rounding, half to even.

    With fewer than five sizes no value has two neighbours on each side, so nothing is averaged. The published numbers of
    those 12 languages differ: `numpy.convolve` in its mode `same` returns as many values as its longer argument has, so
    what was stored are values of an array that is shifted and longer than the table.
    """
    lowest = rates.min(initial=rate)
    weights = np.ones(len(rates))
    below = rates < rate
    weights[below] = 1.0 + (most - 1) * (rates[below] - rate) / (lowest - rate)
    if len(weights) >= _WINDOW:
        smooth = np.convolve(weights, np.ones(_WINDOW) / _WINDOW, "valid")
        weights[2:-2] = smooth
    return np.round(weights).astype(np.int64)


def steps(sizes: np.ndarray, weights: np.ndarray) -> dict[int, int]:
    """Copies by the first size of each run of equal weights: {1: 1, 2: 10, 3: 6} gives 6 to a size of 3 or more."""
    changes = np.flatnonzero(np.diff(weights, prepend=-1))
    return {int(sizes[at]): int(weights[at]) for at in changes}


def published_steps(table: RemovalTable, most: int = MOST) -> dict[int, int]:
    """`published_weights` of a table, as steps."""
    return steps(table.sizes, published_weights(table.rates, table.rate, most))


def copies_of(sizes: np.ndarray, weights: dict[int, int]) -> np.ndarray:
    """Copies of documents by their cluster sizes, int64[n]: the last step at or below the size; 1 below the first."""
    firsts = np.array(sorted(weights), np.int64)
    values = np.array([1, *(weights[int(first)] for first in firsts)], np.int64)
    return values[np.searchsorted(firsts, sizes, "right")]
