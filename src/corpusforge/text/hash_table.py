"""A set of 64-bit hashes inside compiled kernels. Two texts of equal hash are taken for equal."""

from typing import NamedTuple

import numpy as np
from numba import njit


class Table(NamedTuple):
    """A hash table of hashes with open addressing.

    A slot is in use when its stamp is the current one, so a new stamp empties the table. One table serves
    texts of all sizes: a small text uses its first `mask + 1` slots only (`table_mask`), which stay in the
    processor's cache.
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
