"""A hash table from the strings of n joined words to where they first stood: open addressing, eight bytes an entry.

Two strings are equal when their bytes are (`joined.equal`): the hash only finds them. An entry is 0 when free, else 24
bits of the hash and the number of the first word, plus one. A table begins small and grows with what it holds, not with
the text: repetitive text, however long, needs little.
"""

import numpy as np
from numba import njit

from corpusforge.text.joined import Joined, equal, string_hash
from corpusforge.text.memory import address, load64, signed, store64

TAG = np.uint64(0xFFFFFF << 40)
WORD = np.uint64(2**40 - 1)
FREE = np.uint64(0)
START = 2**14  # keys for which a table has room from the start
MULTIPLIER = np.uint64(0xC2B2AE3D27D4EB4F)  # odd, with bits in no order: one of xxHash's primes


@njit(cache=True, nogil=True)
def table_mask(keys: int) -> int:
    """`size - 1` of the table to begin with, a power of two: less than half full with `keys`, if fewer than START."""
    size = 16
    while size < 2 * min(keys + 1, START):
        size *= 2
    return size - 1


@njit(cache=True, nogil=True)
def clear(table: int, mask: int) -> None:
    """Free all places."""
    for place in range(mask + 1):
        store64(table, 8 * place, FREE)


@njit(cache=True, nogil=True, forceinline=True)
def find(table: int, mask: int, value: int, joined: Joined, word: int) -> tuple[int, int]:
    """(place, first word) of the entry for the string from `word` on, of hash `value`, or (a free place, -1)."""
    key = np.uint64(value) * MULTIPLIER
    place = signed(key & WORD) & mask
    entry = load64(table, 8 * place)
    while entry != FREE:
        first = signed(entry & WORD) - 1
        if ((entry ^ key) & TAG) == FREE and equal(joined, first, word):
            return place, first
        place = (place + 1) & mask
        entry = load64(table, 8 * place)
    return place, -1


@njit(cache=True, nogil=True, forceinline=True)
def put(table: int, place: int, value: int, word: int) -> None:
    """Write an entry into a free place."""
    store64(table, 8 * place, (np.uint64(value) * MULTIPLIER & TAG) | np.uint64(word + 1))


@njit(cache=True, nogil=True)
def doubled(table: np.ndarray, mask: int, joined: Joined) -> np.ndarray:
    """A table of twice the size with the same entries."""
    new = np.zeros(2 * mask + 2, np.uint64)
    for i in range(mask + 1):
        entry = load64(address(table), 8 * i)
        if entry != FREE:
            key = string_hash(joined, signed(entry & WORD) - 1) * MULTIPLIER
            place = signed(key & WORD) & (2 * mask + 1)
            while load64(address(new), 8 * place) != FREE:
                place = (place + 1) & (2 * mask + 1)
            store64(address(new), 8 * place, entry)
    return new
