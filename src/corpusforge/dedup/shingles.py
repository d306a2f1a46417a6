"""Shingles: the runs of so many words that two documents may have in common."""

import numpy as np
import pyarrow as pa
from numba import njit

from corpusforge.text.memory import load8
from corpusforge.text.words import Words
from corpusforge.text.xxh64 import xxh64

SPACE = 0x20


def shingle_sets(words: Words, size: int) -> pa.LargeListArray:
    """large_list<uint64> per text: xxh64 of each run of `size` words joined by a space, ascending, each once."""
    counts = np.maximum(np.diff(words.row_offsets) - size + 1, 0)
    hashes, offsets = np.empty(counts.sum(), np.uint64), np.zeros(len(counts) + 1, np.int64)
    _shingle_sets(words.row_offsets, words.starts, words.ends, words.buffer, size, hashes, offsets)
    return pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(hashes[: offsets[-1]]))


@njit(cache=True, nogil=True)
def _shingle_sets(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    size: int,
    hashes: np.ndarray,
    offsets: np.ndarray,
) -> None:
    joined, edges = np.empty(0, np.uint8), np.empty(0, np.int64)
    for row in range(len(row_offsets) - 1):
        first, last, at = row_offsets[row], row_offsets[row + 1], offsets[row]
        offsets[row + 1] = at
        if last - first < size:
            continue
        in_place, n_bytes = joined_in_place(starts, ends, data, first, last)
        if not in_place:
            if n_bytes > len(joined):
                joined = np.empty(2 * n_bytes, np.uint8)
            if last - first >= len(edges):
                edges = np.empty(2 * (last - first) + 1, np.int64)
            join_words(starts, ends, data, first, last, joined, edges)
        count = last - first - size + 1
        for i in range(count):
            if in_place:
                hashes[at + i] = xxh64(data, starts[first + i], ends[first + i + size - 1])
            else:
                hashes[at + i] = xxh64(joined, edges[i], edges[i + size] - 1)
        mine = hashes[at : at + count]
        mine.sort()
        kept = 1
        for i in range(1, count):
            if mine[i] != mine[i - 1]:
                mine[kept] = mine[i]
                kept += 1
        offsets[row + 1] = at + kept


@njit(cache=True, nogil=True)
def joined_in_place(starts: np.ndarray, ends: np.ndarray, data: np.ndarray, first: int, last: int) -> tuple[bool, int]:
    """Whether the words already stand in the buffer with one space between them; bytes of each with a space after."""
    in_place, n_bytes = True, 0
    for word in range(first, last):
        n_bytes += ends[word] - starts[word] + 1
        if in_place and word > first:
            in_place = starts[word] == ends[word - 1] + 1 and load8(data, ends[word - 1]) == SPACE
    return in_place, n_bytes


@njit(cache=True, nogil=True)
def join_words(
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    first: int,
    last: int,
    joined: np.ndarray,
    edges: np.ndarray,
) -> None:
    """Copy the words, each followed by a space, so that word i starts at `edges[i]`."""
    at = 0
    for word in range(first, last):
        edges[word - first] = at
        for source in range(starts[word], ends[word]):
            joined[at] = load8(data, source)
            at += 1
        joined[at] = SPACE
        at += 1
    edges[last - first] = at
