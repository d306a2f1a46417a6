"""A 64-bit hash of byte strings that can be combined: hash(a + b) = hash(a) + M^len(a) * hash(b) mod 2^64.

Repetition is a matter of equal *strings*: the n-grams ("a b", "c") and ("a", "b c") are one when joined by a
space. A hash of the joined bytes that is built from per-word hashes keeps that, whatever the word boundaries
were; and the hash of a stretch of text follows from those of two prefixes, because M is odd and so has an
inverse.

Each byte stands for a fixed random 64-bit number, and M is odd with M = 3 modulo 4, so that low bits mix. Two
different strings are taken for equal with a probability of about 2^-60 per pair: for a document of 100,000
words and all n-grams about one in 10^7. Equality is decided by the hash alone; text made to collide could
only make itself look repetitive.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.memory import address, load8, load64

MULTIPLIER = np.uint64(0x9E3779B97F4A7C17)
INVERSE = np.uint64(pow(0x9E3779B97F4A7C17, -1, 2**64))
ONE = np.uint64(1)
ZERO = np.uint64(0)
BLOCK = 64  # bytes whose powers of M are read from a table


def _byte_codes() -> np.ndarray:
    """uint64[256]: the outputs of SplitMix64 (Steele, Lea, Flood 2014) from state 0."""
    mask, state, codes = 2**64 - 1, 0, []
    for _ in range(256):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        codes.append(z ^ (z >> 31))
    return np.array(codes, np.uint64)


def _powers(base: np.uint64) -> np.ndarray:
    return np.array([pow(int(base), i, 2**64) for i in range(BLOCK + 1)], np.uint64)


BYTE_CODES = _byte_codes()
POWERS, INVERSES = _powers(MULTIPLIER), _powers(INVERSE)  # uint64[BLOCK + 1]


@njit(cache=True, nogil=True)
def fingerprint(data: Any, start: int, end: int) -> np.uint64:
    """The hash of `data[start:end]`; 0 for no bytes."""
    return fingerprint_and_powers(data, start, end)[0]


@njit(cache=True, nogil=True)
def fingerprint_and_powers(data: Any, start: int, end: int) -> tuple[np.uint64, np.uint64, np.uint64]:
    """The hash of `data[start:end]` (an array or its address), M^(end - start) and the inverse of that power."""
    codes, powers, inverses = address(BYTE_CODES), address(POWERS), address(INVERSES)
    value, power, inverse = ZERO, ONE, ONE
    while end - start > BLOCK:
        value += power * _block(data, start, BLOCK, codes, powers)
        power *= load64(powers, 8 * BLOCK)
        inverse *= load64(inverses, 8 * BLOCK)
        start += BLOCK
    value += power * _block(data, start, end - start, codes, powers)
    return value, power * load64(powers, 8 * (end - start)), inverse * load64(inverses, 8 * (end - start))


@njit(cache=True, nogil=True)
def _block(data: Any, start: int, size: int, codes: int, powers: int) -> np.uint64:
    value = ZERO
    for i in range(size):
        value += load64(codes, 8 * load8(data, start + i)) * load64(powers, 8 * i)
    return value


class Table(NamedTuple):
    """A hash table of fingerprints with open addressing.

    A slot is in use when its stamp is the current one, so a new stamp empties the table. One table serves
    texts of all
    sizes: a small text uses its first `mask + 1` slots only (`table_mask`), which stay in the processor's
    cache.
    """

    keys: np.ndarray  # uint64
    stamps: np.ndarray  # int64, 0 = never used


@njit(cache=True, nogil=True)
def new_table(entries: int) -> Table:
    """A table for up to `entries` keys."""
    size = table_mask(entries) + 1
    return Table(np.empty(size, np.uint64), np.zeros(size, np.int64))


@njit(cache=True, nogil=True)
def table_mask(entries: int) -> int:
    """`size - 1` of the smallest power-of-two table that is at most half full with `entries` keys."""
    size = 16
    while size < 2 * entries:
        size *= 2
    return size - 1


@njit(cache=True, nogil=True)
def slot(table: Table, stamp: int, mask: int, key: np.uint64) -> int:
    """The slot that holds the key under this stamp, or else the free slot where it belongs."""
    mixed = (key ^ (key >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    place = np.int64(mixed >> np.uint64(32)) & mask
    while table.stamps[place] == stamp and table.keys[place] != key:
        place = (place + 1) & mask
    return int(place)


@njit(cache=True, nogil=True)
def add(table: Table, stamp: int, mask: int, key: np.uint64) -> bool:
    """Put the key into the table; true when it was not there yet."""
    place = slot(table, stamp, mask, key)
    if table.stamps[place] == stamp:
        return False
    table.keys[place], table.stamps[place] = key, stamp
    return True
