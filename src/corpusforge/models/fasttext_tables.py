"""What fastText's prediction looks up: the hash table of words, the tree of labels, the table of sigmoids.

Sources in fastText 0.9.2: `Dictionary::hash`, `Dictionary::find`, `HierarchicalSoftmaxLoss::buildTree`, `Loss::Loss`.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from corpusforge.models.fasttext_file import HIERARCHICAL, FastTextFile

EOS = np.frombuffer(b"</s>", np.uint8)
OFFSET = np.uint32(2166136261)
SIGMOIDS, LARGEST = 512, 8.0
_PRIME = np.uint32(16777619)


class Model(NamedTuple):
    """What the kernel needs of a model; see FastTextFile.

    slots: int32, hash table of words (-1: free), a power of two long. live: uint8, the bits of `buckets >= 0`. left,
    right: int32, children of each node of the tree of labels, -1 at leaves. sigmoids: float32. numbers: int64 of least,
    most, word_ngrams, bucket, words, loss, entry of `</s>` (-1: none).
    """

    data: np.ndarray
    word_starts: np.ndarray
    word_ends: np.ndarray
    slots: np.ndarray
    buckets: np.ndarray
    live: np.ndarray
    input: np.ndarray
    output: np.ndarray
    left: np.ndarray
    right: np.ndarray
    sigmoids: np.ndarray
    numbers: np.ndarray


def compiled(file: FastTextFile) -> Model:
    """The model with its tables made."""
    slots = _hashed(file.data, file.word_starts, file.word_ends)
    left, right = _tree(file.counts) if file.loss == HIERARCHICAL else (np.zeros(0, np.int32),) * 2
    steps = (np.arange(SIGMOIDS + 1, dtype=np.float32) * np.float32(2 * LARGEST)) / SIGMOIDS - np.float32(LARGEST)
    sigmoids = (1.0 / (1.0 + np.exp(-steps.astype(np.float32)).astype(np.float64))).astype(np.float32)
    end = find(EOS, 0, 4, hash_of(EOS, 0, 4), file.data, file.word_starts, file.word_ends, slots)
    numbers = [file.least, file.most, file.word_ngrams, file.bucket, file.words, file.loss, end]
    return Model(
        file.data, file.word_starts, file.word_ends, slots, file.buckets,
        np.packbits(file.buckets >= 0, bitorder="little"), file.input, file.output, left, right,
        sigmoids, np.array(numbers, np.int64),
    )  # fmt: skip


@njit(cache=True)
def _tree(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Huffman tree of the labels, which are sorted by falling count."""
    leaves = len(counts)
    total = np.full(2 * leaves - 1, 10**15, np.int64)
    total[:leaves] = counts
    left, right = np.full(2 * leaves - 1, -1, np.int32), np.full(2 * leaves - 1, -1, np.int32)
    leaf, node = leaves - 1, leaves
    for made in range(leaves, 2 * leaves - 1):
        if leaf >= 0 and total[leaf] < total[node]:
            left[made] = leaf
            leaf -= 1
        else:
            left[made] = node
            node += 1
        if leaf >= 0 and total[leaf] < total[node]:
            right[made] = leaf
            leaf -= 1
        else:
            right[made] = node
            node += 1
        total[made] = total[left[made]] + total[right[made]]
    return left, right


@njit(cache=True)
def _hashed(data: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    size = 16
    while size < 2 * len(starts):
        size *= 2
    slots = np.full(size, -1, np.int32)
    for entry in range(len(starts)):
        slot = np.int64(hash_of(data, starts[entry], ends[entry])) & (size - 1)
        while slots[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        slots[slot] = entry
    return slots


@njit(cache=True, inline="always")
def step(value: np.uint32, byte: np.uint8) -> np.uint32:
    """FNV-1a of one more byte."""
    # Bytes are signed chars in the library: those above 127 flip the upper bits too.
    signed = np.uint32(byte) if byte < 128 else np.uint32(byte) | np.uint32(0xFFFFFF00)
    return np.uint32((value ^ signed) * _PRIME)


@njit(cache=True)
def hash_of(data: np.ndarray, start: int, end: int) -> np.uint32:
    """The library's hash of data[start:end]."""
    value = OFFSET
    for place in range(start, end):
        value = step(value, data[place])
    return value


@njit(cache=True)
def same(one: np.ndarray, start: int, end: int, other: np.ndarray, other_start: int, other_end: int) -> bool:
    """Whether one[start:end] and other[other_start:other_end] are equal."""
    if end - start != other_end - other_start:
        return False
    for at in range(end - start):  # noqa: SIM110
        if one[start + at] != other[other_start + at]:
            return False
    return True


@njit(cache=True)
def find(
    text: np.ndarray,
    start: int,
    end: int,
    value: np.uint32,
    data: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    slots: np.ndarray,
) -> Any:
    """Number of a word, or -1."""
    slot = np.int64(value) & (len(slots) - 1)
    while slots[slot] >= 0:
        entry = slots[slot]
        if same(text, start, end, data, starts[entry], ends[entry]):
            return np.int64(entry)
        slot = (slot + 1) & (len(slots) - 1)
    return np.int64(-1)
