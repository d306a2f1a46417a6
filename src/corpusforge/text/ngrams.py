"""How much of a text is repeated word n-grams (Gopher, arXiv 2112.11446, table A1, as computed by datatrove
0.10.1).

Two n-grams are equal when their *joined strings* are: joined by a space for the most frequent n-gram, by
nothing for the repeated ones. Joined strings are compared byte by byte, but few need to be: each hash has a cell that
counts up to 255 how often it is met (`_tally`), so an n-gram occurs at most as often as its cell says.

most frequent   only the n-grams with the highest cells are counted; and where no word holds a space, an n-gram occurs
                again only if both (n-1)-grams in it do, so only those have cells
repeated        only the n-grams with cells of 2 or more are looked up; and equal strings begin with the same bytes, so
                only those have cells whose first bytes another word of the text begins with too (`_candidates`)
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.decode import characters
from corpusforge.text.joined import HALF, MIX, SLACK, Joined, add_up, edge, holds_space, join, string_hash
from corpusforge.text.memory import address, load8, load32, load64, signed, store8, store32
from corpusforge.text.spots import clear, doubled, find, put, table_mask
from corpusforge.text.words import Words

TOP = (2, 3, 4)
REPEATED = (5, 6, 7, 8, 9, 10)
FULL = 255  # what a cell counts up to
PREFIX = (8, 48)  # bytes, at least and at most; at most SLACK
LIMIT = 2**31 - 1 - SLACK


class Found(NamedTuple):
    """What a walk over n-grams has found: distinct ones in the table, a count, and a word."""

    distinct: int
    total: int
    at: int


def ngram_chars(words: Words) -> tuple[np.ndarray, np.ndarray]:
    """Code points in the most frequent n-gram, and in repeated n-grams.

    Returns int64[3, n] for n-grams of 2 to 4 words: code points of the most frequent n-gram, spaces
    included, times how often it occurs (overlaps count; among equals the first in the text; -1 when the text
    has fewer words); and int64[6, n] for 5 to 10 words: code points, without spaces, of the n-grams met
    again while going through the text word by word, jumping over each one that is met again.
    Raises ValueError for a text of about 2^31 bytes.
    """
    top = np.zeros((len(TOP), len(words)), np.int64)
    repeated = np.zeros((len(REPEATED), len(words)), np.int64)
    _count(words.row_offsets, words.starts, words.ends, words.buffer, top, repeated)
    return top, repeated


@njit(cache=True, nogil=True)
def _count(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    top: np.ndarray,
    repeated: np.ndarray,
) -> None:
    longest = longest_bytes = 0
    for row in range(len(row_offsets) - 1):
        first, last = row_offsets[row], row_offsets[row + 1]
        n_bytes = last - first
        for word in range(first, last):
            n_bytes += ends[word] - starts[word]
        longest, longest_bytes = max(longest, last - first), max(longest_bytes, n_bytes)
    if longest_bytes >= LIMIT:
        raise ValueError("a text of 2^31 bytes is too long to count its n-grams")
    text, edges = np.empty(longest_bytes + SLACK, np.uint8), np.empty(longest + 1, np.int32)
    sums, blocks = np.empty(longest + 1, np.uint32), np.empty(longest_bytes // 8 + 3, np.uint32)
    wanted, counts = np.empty(longest, np.int32), np.empty(longest, np.int32)
    hashes, cells = np.empty(longest, np.uint32), np.empty(_cell_mask(longest) + 1, np.uint8)
    table = np.empty(table_mask(longest) + 1, np.uint64)
    for row in range(len(row_offsets) - 1):
        first = row_offsets[row]
        n_words = row_offsets[row + 1] - first
        join(starts, ends, data, first, n_words, 0, address(text), address(edges))
        plain = not holds_space(address(text), edges[n_words])
        joined = Joined(address(text), address(edges), address(sums), 0, 0, plain)
        if not plain:
            join(starts, ends, data, first, n_words, 1, address(text), address(edges))
            joined = Joined(address(text), address(edges), address(sums), 0, 1, plain)
        add_up(joined, n_words, address(blocks))
        n_wanted = max(n_words - 1, 0)
        for i in range(n_wanted):
            store32(address(wanted), 4 * i, i)
        for k in range(len(TOP)):
            n = TOP[k]
            if n_words < n:
                top[k, row] = -1
                continue
            joined = Joined(joined.data, joined.edges, joined.sums, n, joined.gap, plain)
            most, at, table = _most_frequent(joined, n_wanted, wanted, hashes, cells, counts, table)
            spaces = -1 if joined.gap else n - 1
            top[k, row] = (characters(joined.data, edge(joined, at), edge(joined, at + n)) + spaces) * most
            n_wanted = _met_again(n_words - n - 1, n_wanted, plain, wanted, hashes, cells)
        if n_words < REPEATED[0]:
            continue
        if not plain:
            join(starts, ends, data, first, n_words, 0, address(text), address(edges))
            add_up(joined, n_words, address(blocks))
        joined = Joined(joined.data, joined.edges, joined.sums, REPEATED[0], 0, False)
        n_wanted = _candidates(joined, n_words, wanted, hashes, cells)
        for k in range(len(REPEATED)):
            joined = Joined(joined.data, joined.edges, joined.sums, REPEATED[k], 0, False)
            repeated[k, row], table = _repeated(joined, n_words, n_wanted, wanted, hashes, cells, counts, table)


@njit(cache=True, nogil=True)
def _cell_mask(keys: int) -> int:
    """The number of cells for so many keys, minus 1: a power of two."""
    size = 64
    while size < 4 * keys:
        size *= 2
    return size - 1


@njit(cache=True, nogil=True, forceinline=True)
def _cell(cells: np.ndarray, hashes: np.ndarray, c: int, mask: int) -> int:
    """How often the hash of the c-th of the wanted is met, at least."""
    return int(load8(address(cells), load32(address(hashes), 4 * c) & mask))


@njit(cache=True, nogil=True)
def _as_high(n_wanted: int, hashes: np.ndarray, cells: np.ndarray, least: int) -> int:
    """How many of the wanted have cells of `least` or more."""
    number, mask = 0, _cell_mask(n_wanted)
    for c in range(n_wanted):
        number += _cell(cells, hashes, c, mask) >= least
    return number


@njit(cache=True, nogil=True)
def _empty(cells: np.ndarray, mask: int) -> None:
    for cell in range(mask + 1):
        store8(address(cells), cell, 0)


@njit(cache=True, nogil=True)
def _tally(joined: Joined, n_wanted: int, wanted: np.ndarray, hashes: np.ndarray, cells: np.ndarray) -> int:
    """Write the hashes of the wanted n-grams and count them in their cells; returns the highest."""
    mask, highest = _cell_mask(n_wanted), 0
    _empty(cells, mask)
    for c in range(n_wanted):
        value = signed(string_hash(joined, load32(address(wanted), 4 * c)))
        store32(address(hashes), 4 * c, value)
        count = load8(address(cells), value & mask)
        count += count < FULL
        store8(address(cells), value & mask, count)
        highest = max(highest, count)
    return highest


@njit(cache=True, nogil=True)
def _most_frequent(
    joined: Joined,
    n_wanted: int,
    wanted: np.ndarray,
    hashes: np.ndarray,
    cells: np.ndarray,
    counts: np.ndarray,
    table: np.ndarray,
) -> tuple[int, int, np.ndarray]:
    """(how often the most frequent n-gram occurs, where it first does, the table); others than `wanted` occur once.

    An n-gram whose cell is lower than some n-gram's count is not the most frequent. So those with the highest cells are
    counted first, then, unless that settles it, all whose cells are no lower than the highest count found.
    """
    least = _tally(joined, n_wanted, wanted, hashes, cells)
    most, at = 1, 0
    while least > 1:
        most, at, table = _most_of(joined, n_wanted, wanted, hashes, cells, counts, least, table)
        if most >= least or least == 2:
            break
        least = max(most, 2)
    return most, at, table


@njit(cache=True, nogil=True)
def _most_of(
    joined: Joined,
    n_wanted: int,
    wanted: np.ndarray,
    hashes: np.ndarray,
    cells: np.ndarray,
    counts: np.ndarray,
    least: int,
    table: np.ndarray,
) -> tuple[int, int, np.ndarray]:
    """`_most_frequent` of those whose cells are at `least` that high, or (1, 0) when each occurs once."""
    mask, c = table_mask(_as_high(n_wanted, hashes, cells, least)), 0
    clear(address(table), mask)
    found = Found(0, 1, 0)
    while True:
        c, found = _most_until_full(
            joined, c, n_wanted, wanted, hashes, cells, counts, least, address(table), mask, found
        )
        if c == n_wanted:
            return found.total, found.at, table
        table, mask = doubled(table, mask, joined), 2 * mask + 1


@njit(cache=True, nogil=True)
def _most_until_full(
    joined: Joined,
    c: int,
    n_wanted: int,
    wanted: np.ndarray,
    hashes: np.ndarray,
    cells: np.ndarray,
    counts: np.ndarray,
    least: int,
    table: int,
    mask: int,
    found: Found,
) -> tuple[int, Found]:
    """Count from the c-th of the wanted on until the table is half full; returns where that is, or n_wanted.

    A loop of its own, since numba counts references in every round of one that replaces an array.
    """
    distinct, most, most_at = found
    cell_mask = _cell_mask(n_wanted)
    while c < n_wanted and 2 * distinct <= mask:
        if _cell(cells, hashes, c, cell_mask) >= least:
            i, value = load32(address(wanted), 4 * c), load32(address(hashes), 4 * c)
            place, first = find(table, mask, value, joined, i)
            if first < 0:
                put(table, place, value, i)
                distinct += 1
                store32(address(counts), 4 * i, 1)
            else:
                count = load32(address(counts), 4 * first) + 1
                store32(address(counts), 4 * first, count)
                if count > most or (count == most and first < most_at):
                    most, most_at = count, first
        c += 1
    return c, Found(distinct, most, most_at)


@njit(cache=True, nogil=True)
def _met_again(last: int, n_wanted: int, plain: bool, wanted: np.ndarray, hashes: np.ndarray, cells: np.ndarray) -> int:
    """Keep those of `wanted`, up to `last`, where an n-gram of one word more may be met again; returns their number."""
    kept, mask = 0, _cell_mask(n_wanted)
    for c in range(n_wanted):
        i = load32(address(wanted), 4 * c)
        if i > last:
            break
        again = not plain
        if c + 1 < n_wanted and load32(address(wanted), 4 * c + 4) == i + 1:
            again |= min(_cell(cells, hashes, c, mask), _cell(cells, hashes, c + 1, mask)) > 1
        store32(address(wanted), 4 * kept, i)
        kept += again
    return kept


@njit(cache=True, nogil=True)
def _candidates(joined: Joined, n_words: int, wanted: np.ndarray, hashes: np.ndarray, cells: np.ndarray) -> int:
    """The number of words at which n or more words may begin that are met again; writes them to `wanted`, ascending.

    Where two such n-grams are equal, the bytes that follow begin with the same `prefix`, or both n-grams are shorter
    than that. Any length would do; this one is well below that of most n-grams, and long enough that few words have it
    in common.
    """
    begins = n_words - joined.n + 1
    prefix = min(max(PREFIX[0], 3 * edge(joined, n_words) // n_words), PREFIX[1])
    mask = _cell_mask(begins)
    _empty(cells, mask)
    for i in range(begins):
        at = edge(joined, i)
        last = at + prefix - 8
        value = load64(joined.data, last)
        while at < last:
            value = (value ^ (value >> HALF) ^ load64(joined.data, at)) * MIX
            at += 8
        value = signed(value * MIX >> HALF)
        store32(address(hashes), 4 * i, value)
        store8(address(cells), value & mask, min(load8(address(cells), value & mask) + 1, 2))
    number = 0
    for i in range(begins):
        store32(address(wanted), 4 * number, i)
        short = edge(joined, i + joined.n) - edge(joined, i) < prefix
        number += short | (_cell(cells, hashes, i, mask) > 1)
    return number


@njit(cache=True, nogil=True)
def _repeated(
    joined: Joined,
    n_words: int,
    n_wanted: int,
    wanted: np.ndarray,
    hashes: np.ndarray,
    cells: np.ndarray,
    chosen: np.ndarray,
    table: np.ndarray,
) -> tuple[int, np.ndarray]:
    """(code points of the n-grams met again, the table); others than `wanted` are met once."""
    while n_wanted and load32(address(wanted), 4 * n_wanted - 4) > n_words - joined.n:
        n_wanted -= 1
    if _tally(joined, n_wanted, wanted, hashes, cells) < 2:
        return 0, table
    n_chosen, cell_mask = 0, _cell_mask(n_wanted)
    for c in range(n_wanted):
        store32(address(chosen), 4 * n_chosen, c)
        n_chosen += _cell(cells, hashes, c, cell_mask) > 1
    mask, c = table_mask(n_chosen), 0
    clear(address(table), mask)
    found = Found(0, 0, 0)
    while True:
        c, found = _repeated_until_full(joined, c, n_chosen, chosen, wanted, hashes, address(table), mask, found)
        if c == n_chosen:
            return found.total, table
        table, mask = doubled(table, mask, joined), 2 * mask + 1


@njit(cache=True, nogil=True)
def _repeated_until_full(
    joined: Joined,
    c: int,
    n_chosen: int,
    chosen: np.ndarray,
    wanted: np.ndarray,
    hashes: np.ndarray,
    table: int,
    mask: int,
    found: Found,
) -> tuple[int, Found]:
    """As `_most_until_full`: go on from the c-th of the chosen; `found.at` is the word from which on n-grams count."""
    distinct, total, free_from = found
    while c < n_chosen and 2 * distinct <= mask:
        place_of = load32(address(chosen), 4 * c)
        i = load32(address(wanted), 4 * place_of)
        if i >= free_from:
            value = load32(address(hashes), 4 * place_of)
            place, first = find(table, mask, value, joined, i)
            if first < 0:
                put(table, place, value, i)
                distinct += 1
            else:
                total += characters(joined.data, edge(joined, i), edge(joined, i + joined.n))
                free_from = i + joined.n
        c += 1
    return c, Found(distinct, total, free_from)
