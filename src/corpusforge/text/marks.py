"""Marks in canonical order (UAX #15), as characters are replaced by what the tables of `simple_characters` say of them."""

import numpy as np
from numba import njit

from corpusforge.text.decode import code_point
from corpusforge.text.memory import load8, load32, load64, store8, store64
from corpusforge.text.simple_characters import ACTION, HEAD, ORDERED

SLACK = 8  # bytes that may be written beyond the end
FEW = 24  # bytes of marks that are sorted by insertion


@njit(cache=True, nogil=True)
def write_with_marks(
    data: int, at: int, end: int, actions: int, packed: int, pool: int, code: int, to: int
) -> tuple[int, int, int, bool]:
    """Write a character whose action is SEVERAL or ORDERED, which ends at `at`, and the marks that follow, up to what they
    cannot pass, in canonical order. All but `code` and `end` are addresses or relative to `data`.

    Returns the place after what is written, the place after what is read, the actions of the marks read, and whether the
    order was that.
    """
    action, place = load8(actions, code) & ACTION, load32(packed, 4 * code)
    head = load32(pool, place)
    loose, last, in_order, seen = to + (head >> 8 & 0xFF), head >> 24, True, 0
    to = write(pool, place, to)
    while action == ORDERED and at < end and load8(data, at) >= 0x80:  # no mark is ASCII
        code, following = code_point(data, at, end)
        found, place = load8(actions, code), load32(packed, 4 * code)
        if found & ACTION == ORDERED and load8(pool, place + 1) == 0 and load8(pool, place + 2):
            in_order &= load8(pool, place + 2) >= last
            last = load8(pool, place + 3)
            to = write(pool, place, to)
        elif found & ACTION != 0 or place == 0:
            break
        seen |= found
        at = following
    if not in_order:
        _put_in_order(packed, pool, loose, to - loose)
    return to, at, seen, in_order


@njit(cache=True, nogil=True, forceinline=True)
def write(pool: int, place: int, to: int) -> int:
    """Write the bytes of the entry at `place`, and up to 7 that do not count; returns the address after them."""
    length: int = load8(pool, place)
    for i in range(0, length, 8):
        store64(to, i, load64(pool, place + HEAD + i))
    return to + length


@njit(cache=True, nogil=True)
def _put_in_order(packed: int, pool: int, marks: int, size: int) -> None:
    """Put the marks in `size` bytes at the address `marks` in canonical order (UAX #15, stable by rank).

    One pass for each rank among them; a run of few marks is sorted in place, mark by mark.
    """
    if size <= FEW:
        _insert_each(packed, pool, marks, size)
        return
    unordered = np.empty(size, np.uint8)
    for i in range(size):
        store8(unordered, i, load8(marks, i))
    rank, following_rank, to = 0, 0, 0
    while to < size:
        rank, following_rank, place = following_rank, 256, 0
        while place < size:
            code, following = code_point(unordered, place, size)
            found = load8(pool, load32(packed, 4 * code) + 2)
            if found == rank:
                for i in range(place, following):
                    store8(marks, to, load8(unordered, i))
                    to += 1
            elif found > rank:
                following_rank = min(following_rank, found)
            place = following


@njit(cache=True, nogil=True)
def _insert_each(packed: int, pool: int, marks: int, size: int) -> None:
    """Insertion sort of `_put_in_order`: each mark moves to after the last one of no higher rank."""
    here = 0
    while here < size:
        code, following = code_point(marks, here, size)
        rank = load8(pool, load32(packed, 4 * code) + 2)
        place = 0
        while place < here:
            code, after = code_point(marks, place, size)
            if load8(pool, load32(packed, 4 * code) + 2) > rank:
                break
            place = after
        for i in range(here, following):  # the bytes between move up by one mark, the mark's own come before them
            moved = load8(marks, i)
            for to in range(i, place + i - here, -1):
                store8(marks, to, load8(marks, to - 1))
            store8(marks, place + i - here, moved)
        here = following
