"""Edges: documents that share a band, as a chain through each bucket."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.dedup.band_keys import mixed
from corpusforge.text.buffers import frozen

PART = 4096  # entries that are hashed at a time: table and entries stay in a core's cache
PARTS = 2048  # at most
_SHORT = 1 << 32


class Edges(NamedTuple):
    """pairs: int64[e, 2], ids u < v, ascending, none twice; buckets: keys that at least two documents have."""

    pairs: np.ndarray
    buckets: int


def edges(keys: np.ndarray, ids: np.ndarray) -> Edges:
    """The edges of one partition: of each key, one between every two documents that follow each other in it.

    keys: uint64[e]; ids: int64[e], not below 0, ascending, as the groups' entries are when they are put together in
    order; the order of the keys does not matter. Linear, whatever the sizes of the buckets. Takes 16 bytes an entry
    beside the arguments, and 40 bytes an edge. Raises ValueError for ids that descend.
    """
    if len(keys) != len(ids):
        raise ValueError(f"{len(keys)} keys, {len(ids)} ids")
    parts = min(max(len(keys) // PART, 1), PARTS)
    parts = 1 << (parts.bit_length() - 1)
    keys, ids = frozen(keys), frozen(ids)
    offsets = np.zeros(parts + 1, np.int64)
    ascending = _counts(keys, ids, parts, offsets)
    if not ascending:
        raise ValueError("ids must not be below 0 and must not descend: put the groups together in their order")
    moved, moved_ids = np.empty(len(keys), np.uint64), np.empty(len(keys), np.int64)
    _scatter(keys, ids, parts, offsets[:-1].copy(), moved, moved_ids)
    pairs = np.empty((len(keys), 2), np.int64)  # untouched pages take no memory
    count, buckets = _chain(moved, moved_ids, offsets, pairs)
    return Edges(unique_pairs(pairs[:count]), int(buckets))


def unique_pairs(pairs: np.ndarray) -> np.ndarray:
    """The different rows of int64[e, 2], ascending; no number is below 0."""
    if len(pairs) == 0:
        return np.empty((0, 2), np.int64)
    if pairs[:, 1].max() < _SHORT:
        packed = (pairs[:, 0].view(np.uint64) << np.uint64(32)) | pairs[:, 1].view(np.uint64)
        packed.sort()
        packed = packed[np.concatenate(([True], packed[1:] != packed[:-1]))]
        return np.stack([packed >> np.uint64(32), packed & np.uint64(_SHORT - 1)], axis=1).view(np.int64)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return pairs[np.concatenate(([True], (pairs[1:] != pairs[:-1]).any(axis=1)))]


@njit(cache=True, nogil=True)
def _counts(keys: np.ndarray, ids: np.ndarray, parts: int, offsets: np.ndarray) -> bool:
    """Where each part will begin; whether the ids ascend."""
    ascending, last = True, 0
    for i in range(len(keys)):
        offsets[np.int64(keys[i] & np.uint64(parts - 1)) + 1] += 1
        ascending &= ids[i] >= last
        last = ids[i]
    for part in range(parts):
        offsets[part + 1] += offsets[part]
    return ascending


@njit(cache=True, nogil=True)
def _scatter(
    keys: np.ndarray, ids: np.ndarray, parts: int, at: np.ndarray, moved: np.ndarray, moved_ids: np.ndarray
) -> None:
    for i in range(len(keys)):
        part = np.int64(keys[i] & np.uint64(parts - 1))
        moved[at[part]] = keys[i]
        moved_ids[at[part]] = ids[i]
        at[part] += 1


@njit(cache=True, nogil=True)
def _chain(keys: np.ndarray, ids: np.ndarray, offsets: np.ndarray, pairs: np.ndarray) -> tuple[int, int]:
    """Fill `pairs`: (how many, number of buckets). A table slot holds a key and the last id that had it."""
    largest = 1
    for part in range(len(offsets) - 1):
        while largest < 2 * (offsets[part + 1] - offsets[part]):
            largest *= 2
    slot_keys, slot_ids = np.empty(largest, np.uint64), np.empty(largest, np.int64)
    again = np.empty(largest, np.bool_)
    count, buckets = 0, 0
    for part in range(len(offsets) - 1):
        start, end = offsets[part], offsets[part + 1]
        size = 1
        while size < 2 * (end - start):
            size *= 2
        slot_ids[:size] = -1
        for i in range(start, end):
            key, document = keys[i], ids[i]
            slot = np.int64(mixed(key) & np.uint64(size - 1))
            while slot_ids[slot] >= 0 and slot_keys[slot] != key:
                slot = (slot + 1) & (size - 1)
            last = slot_ids[slot]
            if last < 0:
                slot_keys[slot], again[slot] = key, False
            elif last != document:
                pairs[count, 0], pairs[count, 1] = last, document
                count += 1
                buckets += not again[slot]
                again[slot] = True
            slot_ids[slot] = document
    return count, buckets
