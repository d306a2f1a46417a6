"""Band keys: one 64-bit number for each document and band, equal where two documents agree on all hashes of the band."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.buffers import frozen

CANDIDATES, CLUSTERS = np.uint64(0x243F6A8885A308D3), np.uint64(0x13198A2E03707344)  # salts: the digits of pi
_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)  # MurmurHash3, 64-bit finalizer
_STEP = np.uint64(0x9E3779B97F4A7C15)
_HALF, _33 = np.uint64(32), np.uint64(33)


class Entries(NamedTuple):
    """Band keys of a group of documents by hash partition: of partition p, `keys[offsets[p]:offsets[p + 1]]`.

    keys: uint64[e]; ids: int64[e], ascending inside a partition; offsets: int64[partitions + 1]. 16 bytes an entry,
    an entry for each document and band: 224 bytes a document of 14 bands.
    """

    keys: np.ndarray
    ids: np.ndarray
    offsets: np.ndarray


def band_keys(signatures: np.ndarray, bands: int, salt: np.uint64 = CANDIDATES) -> np.ndarray:
    """uint64[n, bands] from uint64[n, hashes]; the number of the band is mixed in, so bands never meet.

    Keys of different bands of hashes are equal by chance once in 2^64; `salt` gives another, independent set of keys.
    """
    keys = np.empty((len(signatures), bands), np.uint64)
    _band_keys(frozen(signatures), salt, keys)
    return keys


def band_entries(signatures: np.ndarray, valid: np.ndarray, first_id: int, bands: int, partitions: int) -> Entries:
    """The entries of a group of documents, for `edges` of each partition.

    signatures: uint64[n, hashes]; valid: bool[n], false where a document has none: it gets no entry. Row i is document
    `first_id + i` of its language. The partition of an entry comes of the top 32 bits of its key, so it is the same in
    every group; 1 <= partitions <= 2^31. Takes 8 x bands bytes a document beside what it returns.
    """
    keys = band_keys(signatures, bands)
    offsets = np.zeros(partitions + 1, np.int64)
    np.cumsum(_counts(keys, frozen(valid), partitions), out=offsets[1:])
    out, ids = np.empty(offsets[-1], np.uint64), np.empty(offsets[-1], np.int64)
    _scatter(keys, frozen(valid), first_id, partitions, offsets[:-1].copy(), out, ids)
    return Entries(out, ids, offsets)


@njit(cache=True, nogil=True, inline="always")
def mixed(key: np.uint64) -> np.uint64:
    """Every bit of the result depends on every bit of the key; no two keys have one result."""
    key ^= key >> _33
    key *= _FIRST
    key ^= key >> _33
    key *= _SECOND
    return key ^ (key >> _33)


@njit(cache=True, nogil=True, inline="always")
def slice_key(signatures: np.ndarray, row: int, first: int, end: int, key: np.uint64) -> np.uint64:
    """A key of hashes `first` to `end - 1` of a row, started from `key`."""
    for k in range(first, end):
        key = (key ^ np.uint64(signatures[row, k])) * _STEP
        key ^= key >> _HALF
    return mixed(key)


@njit(cache=True, nogil=True)
def _band_keys(signatures: np.ndarray, salt: np.uint64, keys: np.ndarray) -> None:
    rows = signatures.shape[1] // keys.shape[1]
    for row in range(len(keys)):
        for band in range(keys.shape[1]):
            key = mixed(salt + np.uint64(band))
            keys[row, band] = slice_key(signatures, row, band * rows, (band + 1) * rows, key)


@njit(cache=True, nogil=True, inline="always")
def _partition(key: np.uint64, partitions: int) -> np.int64:
    return np.int64(((key >> _HALF) * np.uint64(partitions)) >> _HALF)


@njit(cache=True, nogil=True)
def _counts(keys: np.ndarray, valid: np.ndarray, partitions: int) -> np.ndarray:
    counts = np.zeros(partitions, np.int64)
    for row in range(len(keys)):
        if valid[row]:
            for band in range(keys.shape[1]):
                counts[_partition(keys[row, band], partitions)] += 1
    return counts


@njit(cache=True, nogil=True)
def _scatter(
    keys: np.ndarray,
    valid: np.ndarray,
    first_id: int,
    partitions: int,
    at: np.ndarray,
    out: np.ndarray,
    ids: np.ndarray,
) -> None:
    for row in range(len(keys)):
        if valid[row]:
            for band in range(keys.shape[1]):
                partition = _partition(keys[row, band], partitions)
                out[at[partition]] = keys[row, band]
                ids[at[partition]] = first_id + row
                at[partition] += 1
