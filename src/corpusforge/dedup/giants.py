"""Giant buckets: what stands in for a bucket of so many different documents that not all can be compared.

A bucket with more than `cap` different members is taken apart: its members are compared only where they agree on another
slice of half a band too, for each such slice of the other bands. Documents that are alike seldom lose by that: of two with
a similarity of 0.72, 99.97% agree on one of 26 slices of 4 hashes or more; what merely shares a licence does not get
there. Of a sub-bucket that still has more than `cap` members, the first `cap` leaders alone are compared with the others.
Both are facts about the bucket, so the result depends on no partition and no block.
"""

from collections.abc import Callable, Iterable

import numpy as np
from numba import njit

from corpusforge.dedup.band_keys import CLUSTERS, mixed, slice_key
from corpusforge.text.buffers import frozen

CAP = 2_000
_LEAST_BITS, _MOST_BITS = 10, 24  # of the table of counters


def over(keys: Callable[[], Iterable[np.ndarray]], entries: int, cap: int) -> np.ndarray:
    """The keys that occur more than `cap` times: uint64, ascending. `keys()` gives them all, at most twice.

    First a table counts keys by some of their bits, which is never too few; then what those slots hold is counted.
    Takes up to 64 MiB, and 16 bytes for each different key of a slot that is over the cap.
    """
    bits = min(max(entries.bit_length(), _LEAST_BITS), _MOST_BITS)
    slots = np.zeros(1 << bits, np.uint32)
    for some in keys():
        _count(frozen(some), 64 - bits, slots)
    if slots.max() <= cap:
        return np.zeros(0, np.uint64)
    found, counts = np.zeros(0, np.uint64), np.zeros(0, np.int64)
    for some in keys():
        new, times = np.unique(some[slots[(some >> np.uint64(64 - bits)).astype(np.int64)] > cap], return_counts=True)
        merged, place = np.unique(np.concatenate([found, new]), return_inverse=True)
        counts = np.bincount(place, np.concatenate([counts, times]), len(merged)).astype(np.int64)
        found = merged
    return found[counts > cap]


def group_entries(
    signatures: np.ndarray, rows: np.ndarray, bands: int, giants: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(keys uint64[e], offsets int64[len(rows) + 1]): the groups in which each of `rows` is compared with others.

    One for each band; in place of a giant bucket's, one for each slice of half a band of the other bands.
    """
    signatures, rows, giants = frozen(signatures), frozen(rows), frozen(giants)
    slices = _slices(signatures.shape[1], bands)
    found = np.zeros((len(rows), bands), np.bool_)
    keys = np.empty((len(rows), bands), np.uint64)
    offsets = np.zeros(len(rows) + 1, np.int64)
    _mark(signatures, rows, giants, slices, keys, found, offsets)
    if not found.any():
        return keys.reshape(-1), offsets
    out = np.empty(offsets[-1], np.uint64)
    _fill(signatures, rows, slices, keys, found, offsets, out)
    return out, offsets


def _slices(hashes: int, bands: int) -> int:
    """Slices of half a band in a band; 0 where there is no other band."""
    rows = hashes // bands
    return rows // max(rows // 2, 1) if bands > 1 else 0


@njit(cache=True, nogil=True)
def _count(keys: np.ndarray, shift: int, slots: np.ndarray) -> None:
    for i in range(len(keys)):
        slots[np.int64(keys[i] >> np.uint64(shift))] += np.uint32(1)


@njit(cache=True, nogil=True)
def _mark(
    signatures: np.ndarray,
    rows: np.ndarray,
    giants: np.ndarray,
    slices: int,
    keys: np.ndarray,
    found: np.ndarray,
    offsets: np.ndarray,
) -> None:
    """Band keys, which of them are of giant buckets, and where each row's entries begin."""
    bands = keys.shape[1]
    width = signatures.shape[1] // bands
    for i in range(len(rows)):
        count = 0
        for band in range(bands):
            start = mixed(CLUSTERS + np.uint64(band))
            key = slice_key(signatures, rows[i], band * width, (band + 1) * width, start)
            keys[i, band] = key
            if len(giants) and slices:
                at = np.searchsorted(giants, key)
                found[i, band] = at < len(giants) and giants[at] == key
            count += (bands - 1) * slices if found[i, band] else 1
        offsets[i + 1] = offsets[i] + count


@njit(cache=True, nogil=True)
def _fill(
    signatures: np.ndarray,
    rows: np.ndarray,
    slices: int,
    keys: np.ndarray,
    found: np.ndarray,
    offsets: np.ndarray,
    out: np.ndarray,
) -> None:
    bands = keys.shape[1]
    width = signatures.shape[1] // bands
    half = max(width // 2, 1)
    for i in range(len(rows)):
        at = offsets[i]
        for band in range(bands):
            if not found[i, band]:
                out[at] = keys[i, band]
                at += 1
                continue
            for other in range(bands):
                for part in range(slices if other != band else 0):
                    start = mixed(keys[i, band] + np.uint64(1 + other * slices + part))
                    first = other * width + part * half
                    out[at] = slice_key(signatures, rows[i], first, first + half, start)
                    at += 1
