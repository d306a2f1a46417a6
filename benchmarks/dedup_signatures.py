"""Made signatures of any number of documents, with duplicates as a crawl has them.

Sizes of clusters follow a power law (P(size) ~ size^-2.5, at most 100,000): three quarters of the clusters are single
documents, half of all documents are copies of another one. The documents of a cluster are scattered over the corpus. Of a
quarter of the clusters all are identical; of the others each document has every hash of the cluster's signature with a
chance of 0.8 to 1, so two of them have a similarity of 0.64 to 1, and the threshold of 0.72 divides some clusters.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numba import njit

HASHES, BANDS = 112, 14
CHUNK = 100_000  # documents of a file, as of a unit
EXPONENT, LARGEST = 2.5, 100_000
LEAST_CHANCE, IDENTICAL = 0.8, 0.25
MODULUS = np.uint64((1 << 61) - 1)


def write(folder: str, documents: int, seed: int) -> None:
    """signatures-N: uint64[CHUNK, 112] of documents N x CHUNK to (N + 1) x CHUNK - 1, plain."""
    cluster = _clusters(documents, seed)
    for number, start in enumerate(range(0, documents, CHUNK)):
        mine = cluster[start : start + CHUNK]
        signatures = np.empty((len(mine), HASHES), np.uint64)
        _fill(mine, start, np.uint64(seed), signatures)
        signatures.tofile(Path(folder) / f"signatures-{number}")


def read(folder: str, rows: int) -> Iterator[np.ndarray]:
    """uint64[n, 112] of all documents, `rows` at a time."""
    for number in range(len(list(Path(folder).glob("signatures-*")))):
        with (Path(folder) / f"signatures-{number}").open("rb") as file:
            while len(numbers := np.fromfile(file, np.uint64, rows * HASHES)):
                yield numbers.reshape(-1, HASHES)


def scalars(start: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """(characters float64[rows], keys uint64[rows, 2]) of documents from `start` on."""
    ids = np.arange(start, start + rows, dtype=np.uint64)
    keys = np.empty((rows, 2), np.uint64)
    _keys(ids, keys)
    return (keys[:, 0] % np.uint64(10_000)).astype(np.float64), keys


def write_for_datatrove(source: str, folder: str) -> None:
    """The same signatures as datatrove's stage 1 leaves them: bucket_NNN/RRRRR.minhash.sig, of each rank sorted."""
    record = np.dtype([("hashes", "<u8", 8), ("document", "<u4")])
    for rank, signatures in enumerate(read(source, CHUNK)):
        for bucket in range(BANDS):
            hashes = signatures[:, 8 * bucket : 8 * bucket + 8]
            order = np.lexsort([hashes[:, k] for k in range(7, -1, -1)])
            records = np.empty(len(order), record)
            records["hashes"], records["document"] = hashes[order], order
            path = Path(folder) / f"bucket_{bucket:03d}" / f"{rank:05d}.minhash.sig"
            path.parent.mkdir(exist_ok=True)
            records.tofile(path)


def _clusters(documents: int, seed: int) -> np.ndarray:
    """int32[documents]: the cluster of each."""
    random = np.random.default_rng(seed)
    sizes = np.minimum(random.zipf(EXPONENT, documents), LARGEST)
    count = int(np.searchsorted(np.cumsum(sizes), documents)) + 1
    cluster = np.repeat(np.arange(count, dtype=np.int32), sizes[:count])[:documents].copy()
    random.shuffle(cluster)
    return cluster


@njit(cache=True)
def _mixed(key: np.uint64) -> np.uint64:
    """splitmix64."""
    key += np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))


@njit(cache=True)
def _fill(cluster: np.ndarray, start: int, seed: np.uint64, signatures: np.ndarray) -> None:
    for row in range(len(cluster)):
        of_cluster = _mixed(np.uint64(cluster[row]) + (seed << np.uint64(40)))
        of_document = _mixed(np.uint64(start + row) + (seed << np.uint64(41)))
        draw = _mixed(of_cluster) / 2.0**64
        chance = 1.0
        if draw >= IDENTICAL:
            chance = LEAST_CHANCE + (1 - LEAST_CHANCE) * (draw - IDENTICAL) / (1 - IDENTICAL)
        for k in range(HASHES):
            own = _mixed(of_document + np.uint64(k))
            hash_of_cluster = _mixed(of_cluster + np.uint64(k))
            signatures[row, k] = (hash_of_cluster if own / 2.0**64 <= chance else own) % MODULUS


@njit(cache=True)
def _keys(ids: np.ndarray, keys: np.ndarray) -> None:
    for i in range(len(ids)):
        keys[i, 0] = _mixed(ids[i])
        keys[i, 1] = _mixed(keys[i, 0])
