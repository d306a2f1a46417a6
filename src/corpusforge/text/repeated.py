"""The n-grams of a text that are met again while going through it, jumping over each that is."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.decode import characters
from corpusforge.text.joined import Joined, edge
from corpusforge.text.memory import address, load8, load32, store32
from corpusforge.text.spots import clear, doubled, find, put, table_mask
from corpusforge.text.tally import Tally, count_cells


class Met(NamedTuple):
    """What has been met: n-grams in the table, code points of those met again, and the word after the last of these."""

    distinct: int
    chars: int
    free_from: int


@njit(cache=True, nogil=True)
def repeated_chars(
    joined: Joined, n_words: int, tally: Tally, number: int, chosen: np.ndarray, table: np.ndarray
) -> tuple[int, np.ndarray]:
    """(code points of the n-grams met again, the table). N-grams other than the first `number` of the tally are met
    once. `chosen` int32[number of words] is overwritten.
    """
    words, heights = address(tally.words), address(tally.heights)
    while number and load32(words, 4 * number - 4) > n_words - joined.n:
        number -= 1
    if count_cells(tally, number, joined) < 2:
        return 0, table
    n_chosen = 0
    for c in range(number):
        store32(address(chosen), 4 * n_chosen, c)
        n_chosen += load8(heights, c) > 1
    mask, at = table_mask(n_chosen), 0
    clear(address(table), mask)
    met = Met(0, 0, 0)
    while True:
        at, met = _walk_until_full(joined, tally, address(chosen), at, n_chosen, address(table), mask, met)
        if at == n_chosen:
            return met.chars, table
        table, mask = doubled(table, mask, joined), 2 * mask + 1


@njit(cache=True, nogil=True)
def _walk_until_full(
    joined: Joined, tally: Tally, chosen: int, at: int, n_chosen: int, table: int, mask: int, met: Met
) -> tuple[int, Met]:
    """Go on from the chosen one number `at` until the table is half full; returns where that is, or `n_chosen`.

    A loop of its own, since numba counts references in every round of one that replaces an array.
    """
    words, hashes = address(tally.words), address(tally.hashes)
    distinct, chars, free_from = met
    while at < n_chosen and 2 * distinct <= mask:
        c = load32(chosen, 4 * at)
        word = load32(words, 4 * c)
        if word >= free_from:
            value = load32(hashes, 4 * c)
            place, first = find(table, mask, value, joined, word)
            if first < 0:
                put(table, place, value, word)
                distinct += 1
            else:
                chars += characters(joined.data, edge(joined, word), edge(joined, word + joined.n))
                free_from = word + joined.n
        at += 1
    return at, Met(distinct, chars, free_from)
