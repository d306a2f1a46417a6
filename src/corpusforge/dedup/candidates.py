"""Which documents may be near-duplicates: those whose signatures agree on all hashes of one band."""

from typing import NamedTuple

import numpy as np
from numba import njit


class Buckets(NamedTuple):
    """Groups of at least two documents that agree on one band; `members[offsets[b]:offsets[b + 1]]`,
    ascending.

    offsets: int64[buckets + 1]; members: int64, row numbers of the signature matrix;
    of: int64[n, bands], the bucket of a row in each band, -1 where it is alone.
    """

    offsets: np.ndarray
    members: np.ndarray
    of: np.ndarray


def buckets(signatures: np.ndarray, bands: int) -> Buckets:
    """Group the rows of uint64[n, hashes] by each of `bands` equal slices of the hashes.

    Rows are sorted by a 64-bit key of the slice, and rows of one key are compared hash by hash, so a chance
    collision of keys puts no two different rows into one bucket. Time n log n per band.
    """
    rows = signatures.shape[1] // bands
    of = np.full((len(signatures), bands), -1, np.int64)
    sizes, members = [], []
    count = 0
    for band in range(bands):
        keys = _keys(signatures, band * rows, rows)
        order = np.argsort(keys, kind="stable")
        band_sizes, band_members = _group(signatures, keys, order, band * rows, rows, count, of[:, band])
        sizes.append(band_sizes)
        members.append(band_members)
        count += len(band_sizes)
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(np.concatenate(sizes), out=offsets[1:])
    return Buckets(offsets, np.concatenate(members), of)


@njit(cache=True, nogil=True)
def _keys(signatures: np.ndarray, first: int, rows: int) -> np.ndarray:
    """uint64[n]: a key of hashes `first` to `first + rows - 1` of each row."""
    keys = np.empty(len(signatures), np.uint64)
    for row in range(len(signatures)):
        key = np.uint64(0)
        for k in range(first, first + rows):
            key = (key ^ signatures[row, k]) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(32)
        keys[row] = key
    return keys


@njit(cache=True, nogil=True)
def _group(
    signatures: np.ndarray, keys: np.ndarray, order: np.ndarray, first: int, rows: int, bucket: int, of: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sizes and members of the buckets among rows in key order; `of` gets their numbers, from `bucket` on."""
    n, n_buckets, n_members = len(order), 0, 0
    sizes, members = np.empty(n // 2, np.int64), np.empty(n, np.int64)
    at = 0
    while at < n:
        end = at + 1
        while end < n and keys[order[end]] == keys[order[at]]:
            end += 1
        _separate(signatures, order, at, end, first, rows)
        while at < end:
            begin = at
            while at < end and _compare(signatures, order[begin], order[at], first, rows) == 0:
                at += 1
            if at - begin > 1:
                sizes[n_buckets] = at - begin
                for i in range(begin, at):
                    members[n_members] = order[i]
                    of[order[i]] = bucket + n_buckets
                    n_members += 1
                n_buckets += 1
    return sizes[:n_buckets].copy(), members[:n_members].copy()


@njit(cache=True, nogil=True)
def _separate(signatures: np.ndarray, order: np.ndarray, start: int, end: int, first: int, rows: int) -> None:
    """Stable insertion sort of rows with one key by their hashes: one pass unless the key collided."""
    for i in range(start + 1, end):
        row, j = order[i], i
        while j > start and _compare(signatures, order[j - 1], row, first, rows) > 0:
            order[j] = order[j - 1]
            j -= 1
        order[j] = row


@njit(cache=True, nogil=True)
def _compare(signatures: np.ndarray, left: int, right: int, first: int, rows: int) -> int:
    """-1, 0 or 1 as the left row's slice is below, equal to or above the right one's."""
    for k in range(first, first + rows):
        if signatures[left, k] != signatures[right, k]:
            return -1 if signatures[left, k] < signatures[right, k] else 1
    return 0
