"""A hash table from the strings of a text to where they first stood: open addressing, eight bytes an entry.

The strings are n words, each with `gap` bytes after it that do not count at the end, or as many bytes as one likes
(n = 0), from the beginning of a word. They lie in one buffer, which ends in SLACK more bytes; word i begins at
`edges[i]` (int32). Two are equal when their bytes are: the hash only finds them.

An entry is 0 when free, else 24 bits of the hash and the number of the first word, plus one. A table begins small and
grows with what it holds, not with the text: repetitive text, however long, needs little.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.memory import address, load32, load64, signed, store64

TAG = np.uint64(0xFFFFFF << 40)
WORD = np.uint64(2**40 - 1)
FREE = np.uint64(0)
START = 2**14  # keys for which a table has room from the start
SLACK = 16
# Odd numbers with bits in no order: two of xxHash's primes and one of SplitMix64's.
K1, K2, K3 = np.uint64(0x9E3779B185EBCA87), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0xBF58476D1CE4E5B9)
MASKS = np.array([2 ** (8 * size) - 1 for size in range(9)], np.uint64)  # the low `size` bytes


class Strings(NamedTuple):
    """Where the strings are: addresses of the buffer and of `edges`, the number of words n, and `gap`."""

    data: int
    edges: int
    n: int
    gap: int


@njit(cache=True, nogil=True)
def table_mask(keys: int) -> int:
    """`size - 1` of the table to begin with: a power of two, at most half full with START keys or, if fewer, `keys`."""
    size = 16
    while size < 2 * min(keys, START):
        size *= 2
    return size - 1


@njit(cache=True, nogil=True)
def clear(table: int, mask: int) -> None:
    """Free all places."""
    for place in range(mask + 1):
        store64(table, 8 * place, FREE)


@njit(cache=True, nogil=True, forceinline=True)
def edge(strings: Strings, word: int) -> int:
    """Where a word begins."""
    return int(load32(strings.edges, 4 * word))


@njit(cache=True, nogil=True, forceinline=True)
def size_of(strings: Strings, word: int) -> int:
    """Bytes of the n words from `word` on."""
    return edge(strings, word + strings.n) - edge(strings, word) - strings.gap


@njit(cache=True, nogil=True, forceinline=True)
def string_hash(data: int, at: int, size: int) -> np.uint64:
    """A hash of `size` bytes; reads up to SLACK bytes more."""
    masks, value = address(MASKS), np.uint64(size) * K3
    while size > 16:
        value = (value ^ load64(data, at)) * K1
        value = (value ^ (value >> np.uint64(32)) ^ load64(data, at + 8)) * K2
        value ^= value >> np.uint64(29)
        at += 16
        size -= 16
    low = load64(data, at) & load64(masks, 8 * min(size, 8))
    high = load64(data, at + 8) & load64(masks, 8 * max(size - 8, 0))
    value = (value ^ low) * K1 ^ (high + K3) * K2
    value = (value ^ (value >> np.uint64(32))) * K3
    result: np.uint64 = value ^ (value >> np.uint64(29))
    return result


@njit(cache=True, nogil=True)
def _equal(data: int, left: int, right: int, size: int) -> bool:
    while size >= 8:
        if load64(data, left) != load64(data, right):
            return False
        left += 8
        right += 8
        size -= 8
    mask = load64(address(MASKS), 8 * size)
    return bool((load64(data, left) & mask) == (load64(data, right) & mask))


@njit(cache=True, nogil=True, forceinline=True)
def find(table: int, mask: int, key: np.uint64, strings: Strings, word: int, size: int) -> tuple[int, int]:
    """(place, first word) of the entry for the string from `word` on, whose hash is `key`, or (a free place, -1)."""
    place = signed(key & WORD) & mask
    entry = load64(table, 8 * place)
    while entry != FREE:
        if ((entry ^ key) & TAG) == FREE:
            first = signed(entry & WORD) - 1
            alike = strings.n == 0 or size_of(strings, first) == size
            if alike and _equal(strings.data, edge(strings, first), edge(strings, word), size):
                return place, first
        place = (place + 1) & mask
        entry = load64(table, 8 * place)
    return place, -1


@njit(cache=True, nogil=True, forceinline=True)
def put(table: int, place: int, key: np.uint64, word: int) -> None:
    """Write an entry into a free place."""
    store64(table, 8 * place, (key & TAG) | np.uint64(word + 1))


@njit(cache=True, nogil=True)
def doubled(table: np.ndarray, mask: int, strings: Strings, size: int) -> np.ndarray:
    """A table of twice the size with the same entries; `size` is that of strings that are not words (n = 0)."""
    new = np.zeros(2 * mask + 2, np.uint64)
    for i in range(mask + 1):
        entry = load64(address(table), 8 * i)
        if entry != FREE:
            word = signed(entry & WORD) - 1
            bytes_ = size if strings.n == 0 else size_of(strings, word)
            place = signed(string_hash(strings.data, edge(strings, word), bytes_) & WORD) & (2 * mask + 1)
            while load64(address(new), 8 * place) != FREE:
                place = (place + 1) & (2 * mask + 1)
            store64(address(new), 8 * place, entry)
    return new
