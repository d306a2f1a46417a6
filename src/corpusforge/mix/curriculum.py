"""Curricula: a place in the order for every document, from how easy it is and a pacing, one document at a time.

Platanios et al. (2019), Competence-based Curriculum Learning for Neural Machine Translation: at time t in [0, 1] the
model sees documents drawn evenly from those whose difficulty, as a share of all documents, lies at or below its
competence c(t). Linear: c = start + (1 - start) t; root: c = sqrt(start^2 + (1 - start^2) t). Step: c rises at `steps`
equal times (Bengio et al., 2009). Sorted: c(t) = t, the easiest first.

A dataset is read once, so the draws are without replacement. Time is cut into WINDOWS; in window k a document that is
there and not yet drawn is drawn with the probability (1 / WINDOWS) / (c_k - k / WINDOWS): what a window takes over what
is left. One hash per document decides, so neither order nor memory plays a part; windows are equally large but for
chance.
"""

from __future__ import annotations

import numpy as np

from corpusforge.mix.mixture import Order

WINDOWS = 64
_BITS = 24


def competence(order: Order, windows: int = WINDOWS) -> np.ndarray:
    """Share of the documents, easiest first, that may come in each window: float64[windows], at most 1, never less than
    the windows up to its end take."""
    time = np.arange(windows) / windows
    if order.pacing == "linear":
        found = order.start + (1 - order.start) * time
    elif order.pacing == "root":
        found = np.sqrt(order.start**2 + (1 - order.start**2) * time)
    elif order.pacing == "step":
        found = order.start + (1 - order.start) * np.floor(time * order.steps) / (order.steps - 1)
    else:
        found = np.zeros(windows)
    return np.minimum(1.0, np.maximum(found, (np.arange(windows) + 1) / windows))


def windows_of(order: Order, easiness: np.ndarray, chance: np.ndarray, windows: int = WINDOWS) -> np.ndarray:
    """Window of each document, int64[n].

    `easiness`, in [0, 1): the share of documents that are easier; `chance`, in [0, 1): of each document, even.
    """
    there = competence(order, windows)
    first = np.minimum(np.searchsorted(there, easiness, "right"), windows - 1)
    taken = np.minimum(1.0, (1 / windows) / (there - np.arange(windows) / windows))
    with np.errstate(divide="ignore"):
        # log of the chance to be still there after windows 0..k
        left = np.cumsum(np.log1p(-np.minimum(taken, 1 - 1e-15)))
    start = np.where(first > 0, left[first - 1], 0.0)
    found = np.searchsorted(-left, -(start + np.log1p(-chance)), "left")
    return np.asarray(np.clip(found, first, windows - 1))


def ranks(values: np.ndarray) -> np.ndarray:
    """uint64[n]: 24 bits that sort as the values do (4096 steps per factor of two); what is no number is last."""
    bits = np.ascontiguousarray(values, np.float64).view(np.uint64)
    sign = np.uint64(1) << np.uint64(63)
    ordered = np.where(bits & sign, ~bits, bits | sign)
    return np.where(np.isnan(values), np.uint64(2**_BITS - 1), ordered >> np.uint64(64 - _BITS))


class Distribution:
    """Counts of values by `ranks`, per group: exact whatever the order in which they come."""

    def __init__(self) -> None:
        self._counts: dict[int, dict[int, int]] = {}

    def add(self, groups: np.ndarray, values: np.ndarray, weights: np.ndarray) -> None:
        """Count values, int64[n] `weights` times each, in their groups."""
        pairs, rows = np.unique((groups.astype(np.uint64) << np.uint64(_BITS)) | ranks(values), return_inverse=True)
        counts = np.bincount(rows, weights, len(pairs)).astype(np.int64)
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            group, rank = self._counts.setdefault(pair >> _BITS, {}), pair & (2**_BITS - 1)
            group[rank] = group.get(rank, 0) + count

    def easiness(self, groups: np.ndarray, values: np.ndarray, ascending: bool, chance: np.ndarray) -> np.ndarray:
        """Share of the group's documents before each one, float64[n] in [0, 1); among equals `chance` decides."""
        found = np.zeros(len(values))
        steps = ranks(values).astype(np.int64)
        for group in np.unique(groups).tolist():
            counts = self._counts[group]
            keys = np.array(sorted(counts), np.int64)
            sizes = np.array([counts[key] for key in keys.tolist()], np.float64)
            ends = np.cumsum(sizes)
            inside = groups == group
            at = np.searchsorted(keys, steps[inside])
            before = ends[at] - sizes[at] if ascending else ends[-1] - ends[at]
            found[inside] = (before + chance[inside] * sizes[at]) / ends[-1]
        return np.minimum(found, np.nextafter(1.0, 0.0))


def order_of(window: np.ndarray | None, place: np.ndarray, windows: int = WINDOWS) -> np.ndarray:
    """uint64[n]: what the dataset is sorted by, the window, then a hash."""
    if window is None:
        return place
    bits = np.uint64(int(windows).bit_length() - 1)
    return (window.astype(np.uint64) << (np.uint64(64) - bits)) | (place >> bits)
