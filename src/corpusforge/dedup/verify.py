"""From candidates to clusters: every candidate pair counts, or only pairs with signatures that are alike."""

import numpy as np
from numba import njit

from corpusforge.dedup.candidates import Buckets


def alike(signatures: np.ndarray, found: Buckets, least: int, cap: int) -> tuple[np.ndarray, int, int]:
    """Clusters of documents that are each alike to the first one of their cluster.

    Rows are in survivor order. The first row without a cluster becomes a leader and takes all rows without
    one that share a bucket with it and have at least `least` equal hashes; and so on. So A~B~C with A unlike
    C makes A, B one cluster and C another. A bucket is compared with its first `cap` leaders only: exact for
    every bucket of at most `cap` members, and for a larger one as long as it has no more than `cap` leaders.
    Returns (int64[n] the leader's row, number of buckets where comparisons were left out, number of
    comparisons).
    """
    low_bytes = signatures.astype(np.uint8)
    return _alike(signatures, low_bytes, found.offsets, found.members.copy(), found.of, least, cap)


def connected(rows: int, found: Buckets) -> np.ndarray:
    """int64[rows]: the first row of each row's connected component, where all rows of a bucket are
    connected."""
    return _connected(rows, found.offsets, found.members)


@njit(cache=True, nogil=True)
def equal_hashes(signatures: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """int64[len(left)]: in how many hashes row left[i] equals row right[i]."""
    counts = np.zeros(len(left), np.int64)
    for i in range(len(left)):
        for k in range(signatures.shape[1]):
            counts[i] += signatures[left[i], k] == signatures[right[i], k]
    return counts


@njit(cache=True, nogil=True)
def _alike(
    signatures: np.ndarray,
    low_bytes: np.ndarray,
    offsets: np.ndarray,
    members: np.ndarray,
    of: np.ndarray,
    least: int,
    cap: int,
) -> tuple[np.ndarray, int, int]:
    """See `alike`. Hashes whose low bytes differ are different, so most unlike pairs cost an eighth of the
    bytes."""
    rows, bands = of.shape
    most = signatures.shape[1] - least
    leader_of, compared_with = np.full(rows, -1, np.int64), np.full(rows, -1, np.int64)
    begins, ends = offsets[:-1].copy(), offsets[1:].copy()
    leaders, left_out = np.zeros(len(begins), np.int64), np.zeros(len(begins), np.bool_)
    comparisons = 0
    for leader in range(rows):
        if leader_of[leader] >= 0:
            continue
        leader_of[leader] = leader
        for band in range(bands):
            bucket = of[leader, band]
            if bucket < 0:
                continue
            while begins[bucket] < ends[bucket] and leader_of[members[begins[bucket]]] >= 0:
                begins[bucket] += 1
            if begins[bucket] == ends[bucket]:
                continue
            if leaders[bucket] == cap:
                left_out[bucket] = True
                continue
            leaders[bucket] += 1
            kept = begins[bucket]
            for i in range(begins[bucket], ends[bucket]):
                row = members[i]
                if leader_of[row] >= 0:
                    continue
                if compared_with[row] != leader:
                    compared_with[row] = leader
                    comparisons += 1
                    if _different(low_bytes, leader, row) <= most and _different(signatures, leader, row) <= most:
                        leader_of[row] = leader
                        continue
                members[kept] = row
                kept += 1
            ends[bucket] = kept
    return leader_of, left_out.sum(), comparisons


@njit(cache=True, nogil=True)
def _different(signatures: np.ndarray, left: int, right: int) -> int:
    count = 0
    for k in range(signatures.shape[1]):
        count += signatures[left, k] != signatures[right, k]
    return count


@njit(cache=True, nogil=True)
def _connected(rows: int, offsets: np.ndarray, members: np.ndarray) -> np.ndarray:
    parent = np.arange(rows)
    for bucket in range(len(offsets) - 1):
        for i in range(offsets[bucket] + 1, offsets[bucket + 1]):
            a, b = _root(parent, members[i - 1]), _root(parent, members[i])
            parent[max(a, b)] = min(a, b)
    for row in range(rows):
        parent[row] = parent[parent[row]]
    return parent


@njit(cache=True, nogil=True)
def _root(parent: np.ndarray, row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row
