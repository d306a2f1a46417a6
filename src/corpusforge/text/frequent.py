"""The most frequent n-gram of a text."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.joined import Joined
from corpusforge.text.memory import address, load8, load32, store32
from corpusforge.text.spots import clear, doubled, find, put, table_mask
from corpusforge.text.tally import Tally, as_high, count_cells


class Counted(NamedTuple):
    """What has been counted: n-grams in the table, and of the most frequent one its count and its first word."""

    distinct: int
    most: int
    at: int


@njit(cache=True, nogil=True)
def most_frequent(
    joined: Joined, tally: Tally, number: int, counts: np.ndarray, table: np.ndarray
) -> tuple[int, int, np.ndarray]:
    """(how often it occurs, its first word, the table): among equals the first in the text. N-grams other than the first
    `number` of the tally occur once. `counts` int32[number of words] is overwritten.

    An n-gram whose cell is lower than some n-gram's count is not the most frequent. So those with the highest cells are
    counted first, then, unless that settles it, all whose cells are no lower than the highest count found.
    """
    least = count_cells(tally, number, joined)
    most, at = 1, 0
    while least > 1:
        most, at, table = _count(joined, tally, number, counts, least, table)
        if most >= least or least == 2:
            break
        least = max(most, 2)
    return most, at, table


@njit(cache=True, nogil=True)
def _count(
    joined: Joined, tally: Tally, number: int, counts: np.ndarray, least: int, table: np.ndarray
) -> tuple[int, int, np.ndarray]:
    """`most_frequent` of those that have at least that height, or (1, 0) when each occurs once."""
    mask, c = table_mask(as_high(tally, number, least)), 0
    clear(address(table), mask)
    counted = Counted(0, 1, 0)
    while True:
        c, counted = _count_until_full(joined, tally, c, number, address(counts), least, address(table), mask, counted)
        if c == number:
            return counted.most, counted.at, table
        table, mask = doubled(table, mask, joined), 2 * mask + 1


@njit(cache=True, nogil=True)
def _count_until_full(
    joined: Joined, tally: Tally, c: int, number: int, counts: int, least: int, table: int, mask: int, counted: Counted
) -> tuple[int, Counted]:
    """Count from the c-th n-gram on until the table is half full; returns where that is, or `number`.

    A loop of its own, since numba counts references in every round of one that replaces an array.
    """
    words, hashes, heights = address(tally.words), address(tally.hashes), address(tally.heights)
    distinct, most, at = counted
    while c < number and 2 * distinct <= mask:
        if load8(heights, c) >= least:
            word, value = load32(words, 4 * c), load32(hashes, 4 * c)
            place, first = find(table, mask, value, joined, word)
            if first < 0:
                put(table, place, value, word)
                distinct += 1
                store32(counts, 4 * word, 1)
            else:
                count = load32(counts, 4 * first) + 1
                store32(counts, 4 * first, count)
                if count > most or (count == most and first < at):
                    most, at = count, first
        c += 1
    return c, Counted(distinct, most, at)
