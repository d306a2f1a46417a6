"""How often the n-grams of a text are met, at most: counted by hash, so that few of them need to be compared."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.joined import HALF, MIX, Joined, edge, string_hash
from corpusforge.text.memory import address, load8, load32, load64, signed, store8, store32

FULL = 255  # what a cell counts up to
LARGE = 2**24  # cells
PREFIX = (8, 48)  # bytes, at least and at most; at most SLACK


class Tally(NamedTuple):
    """The n-grams of a text that are looked at, in the order of the text.

    A *cell* counts, up to FULL, how often hashes are met that fall on it. An n-gram occurs at most as often as that,
    unless the cell is full.
    """

    words: np.ndarray  # int32, the first word of each
    hashes: np.ndarray  # uint32
    heights: np.ndarray  # uint8, what its cell has counted
    cells: np.ndarray  # uint8


def new_tally(words: int) -> Tally:
    """Room for as many n-grams."""
    cells = np.empty(_cell_mask(words) + 1, np.uint8)
    return Tally(np.empty(words, np.int32), np.empty(words, np.uint32), np.empty(words, np.uint8), cells)


@njit(cache=True, nogil=True)
def take_all(tally: Tally, number: int) -> None:
    """Look at the n-grams from each of the first `number` words on."""
    for word in range(number):
        store32(address(tally.words), 4 * word, word)


@njit(cache=True, nogil=True)
def count_cells(tally: Tally, number: int, joined: Joined) -> int:
    """Write hashes and heights of the first `number` n-grams; returns the greatest height."""
    words, hashes, cells = address(tally.words), address(tally.hashes), address(tally.cells)
    for c in range(number):
        store32(hashes, 4 * c, signed(string_hash(joined, load32(words, 4 * c))))
    return _count(cells, hashes, address(tally.heights), number)


@njit(cache=True, nogil=True)
def as_high(tally: Tally, number: int, least: int) -> int:
    """How many of the first `number` n-grams have at least that height."""
    heights, found = address(tally.heights), 0
    for c in range(number):
        found += load8(heights, c) >= least
    return found


@njit(cache=True, nogil=True)
def keep_longer(tally: Tally, number: int, plain: bool, last: int) -> int:
    """Keep the words, up to `last`, from which an n-gram of one word more may be met again; returns their number.

    Where strings are only equal if their words are (`plain`), both of the n-grams in it must be.
    """
    words, heights, kept = address(tally.words), address(tally.heights), 0
    for c in range(number):
        word = load32(words, 4 * c)
        if word > last:
            break
        again = not plain
        if c + 1 < number and load32(words, 4 * c + 4) == word + 1:
            again |= min(load8(heights, c), load8(heights, c + 1)) > 1
        store32(words, 4 * kept, word)
        kept += again
    return kept


@njit(cache=True, nogil=True)
def take_candidates(tally: Tally, joined: Joined, n_words: int) -> int:
    """Take the words from which n or more words may be met again, whatever their cut; returns their number.

    Where two such n-grams are equal, the bytes that follow begin with the same `prefix`, or both n-grams are shorter
    than that. Any length would do; this one is well below that of most n-grams, and long enough that few words have it
    in common.
    """
    words, hashes, cells = address(tally.words), address(tally.hashes), address(tally.cells)
    begins = n_words - joined.n + 1
    prefix = min(max(PREFIX[0], 3 * edge(joined, n_words) // n_words), PREFIX[1])
    for i in range(begins):
        at = edge(joined, i)
        last = at + prefix - 8
        mixed = load64(joined.data, last)
        while at < last:
            mixed = (mixed ^ (mixed >> HALF) ^ load64(joined.data, at)) * MIX
            at += 8
        store32(hashes, 4 * i, signed(mixed * MIX >> HALF))
    heights, kept = address(tally.heights), 0
    _count(cells, hashes, heights, begins)
    for i in range(begins):
        store32(words, 4 * kept, i)
        short = edge(joined, i + joined.n) - edge(joined, i) < prefix
        kept += short | (load8(heights, i) > 1)
    return kept


@njit(cache=True, nogil=True)
def _cell_mask(number: int) -> int:
    """The number of cells for so many n-grams, minus 1: a power of two. Fewer for each where they leave the cache."""
    size = 64
    while size < 4 * number and (size < LARGE or size < 2 * number):
        size *= 2
    return size - 1


@njit(cache=True, nogil=True)
def _count(cells: int, hashes: int, heights: int, number: int) -> int:
    """Count hashes in their cells, write the heights, and return the greatest.

    Loops that do nothing else: then the processor waits for many cells at once.
    """
    mask, highest = _cell_mask(number), 0
    for cell in range(mask + 1):
        store8(cells, cell, 0)
    for c in range(number):
        cell = load32(hashes, 4 * c) & mask
        count = load8(cells, cell)
        count += count < FULL
        store8(cells, cell, count)
        highest = max(highest, count)
    for c in range(number):
        store8(heights, c, load8(cells, load32(hashes, 4 * c) & mask))
    return highest
