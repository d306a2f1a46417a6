"""How much of a text is repeated word n-grams (Gopher, arXiv 2112.11446, table A1, as computed by datatrove
0.10.1).

Two n-grams are equal when their *joined strings* are: joined by a space for the most frequent n-gram, by
nothing for the repeated ones. Joined strings are compared by a 64-bit hash (`fingerprint`), not byte by byte.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.decode import characters
from corpusforge.text.fingerprint import (
    BYTE_CODES,
    INVERSE,
    MULTIPLIER,
    ONE,
    ZERO,
    Table,
    add,
    fingerprint_and_powers,
    new_table,
    slot,
    table_mask,
)
from corpusforge.text.words import Words

TOP = (2, 3, 4)
REPEATED = (5, 6, 7, 8, 9, 10)
SPACE = 0x20


def ngram_chars(words: Words) -> tuple[np.ndarray, np.ndarray]:
    """Code points in the most frequent n-gram, and in repeated n-grams.

    Returns int64[3, n] for n-grams of 2 to 4 words: code points of the most frequent n-gram, spaces
    included, times how often it occurs (overlaps count; among equals the first in the text; -1 when the text
    has fewer words); and int64[6, n] for 5 to 10 words: code points, without spaces, of the n-grams met
    again while going through the text word by word, jumping over each one that is met again.
    """
    top = np.zeros((len(TOP), len(words)), np.int64)
    repeated = np.zeros((len(REPEATED), len(words)), np.int64)
    _count(words.row_offsets, words.starts, words.ends, words.buffer, top, repeated)
    return top, repeated


class Prefixes(NamedTuple):
    """Entry i describes the first i words of a text, joined: hash, inverse power of M, code points of the
    words."""

    hashes: np.ndarray  # uint64
    inverses: np.ndarray  # uint64
    chars: np.ndarray  # int64


@njit(cache=True, nogil=True)
def _count(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    top: np.ndarray,
    repeated: np.ndarray,
) -> None:
    longest = 0
    for row in range(len(row_offsets) - 1):
        longest = max(longest, row_offsets[row + 1] - row_offsets[row])
    chars = np.empty(longest + 1, np.int64)
    joined = Prefixes(np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.uint64), chars)
    spaced = Prefixes(np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.uint64), chars)
    table, stamp = new_table(longest), 0
    entries = np.empty(len(table.keys), np.int64)
    counts, first_at = np.empty(longest, np.int64), np.empty(longest, np.int64)
    for row in range(len(row_offsets) - 1):
        first = row_offsets[row]
        n_words = row_offsets[row + 1] - first
        mask = table_mask(n_words)
        _fill(starts, ends, data, first, n_words, joined, spaced)
        for k in range(len(TOP)):
            stamp += 1
            top[k, row] = _top(TOP[k], n_words, spaced, table, stamp, mask, entries, counts, first_at)
        for k in range(len(REPEATED)):
            stamp += 1
            repeated[k, row] = _repeated(REPEATED[k], n_words, joined, table, stamp, mask)


@njit(cache=True, nogil=True)
def _fill(
    starts: np.ndarray, ends: np.ndarray, data: np.ndarray, first: int, n_words: int, joined: Prefixes, spaced: Prefixes
) -> None:
    """Prefixes of words joined by nothing, and of words that are each followed by a space."""
    joined.hashes[0], joined.inverses[0], joined.chars[0] = ZERO, ONE, 0
    spaced.hashes[0], spaced.inverses[0] = ZERO, ONE
    power, spaced_power = ONE, ONE
    for i in range(n_words):
        start, end = starts[first + i], ends[first + i]
        value, factor, inverse = fingerprint_and_powers(data, start, end)
        joined.hashes[i + 1] = joined.hashes[i] + value * power
        spaced.hashes[i + 1] = spaced.hashes[i] + (value + BYTE_CODES[SPACE] * factor) * spaced_power
        power *= factor
        spaced_power *= factor * MULTIPLIER
        joined.inverses[i + 1] = joined.inverses[i] * inverse
        spaced.inverses[i + 1] = spaced.inverses[i] * inverse * INVERSE
        joined.chars[i + 1] = joined.chars[i] + characters(data, start, end)


@njit(cache=True, nogil=True)
def _top(
    n: int,
    n_words: int,
    spaced: Prefixes,
    table: Table,
    stamp: int,
    mask: int,
    entries: np.ndarray,
    counts: np.ndarray,
    first_at: np.ndarray,
) -> int:
    """Code points of the most frequent n-gram times its count; distinct n-grams are numbered as they are
    met."""
    if n_words < n:
        return -1
    distinct = 0
    for i in range(n_words - n + 1):
        key = _between(spaced, i, i + n)
        place = slot(table, stamp, mask, key)
        if table.stamps[place] != stamp:
            table.keys[place], table.stamps[place], entries[place] = key, stamp, distinct
            counts[distinct], first_at[distinct] = 0, i
            distinct += 1
        counts[entries[place]] += 1
    best = 0
    for entry in range(1, distinct):
        if counts[entry] > counts[best]:
            best = entry
    i = first_at[best]
    return int((spaced.chars[i + n] - spaced.chars[i] + n - 1) * counts[best])


@njit(cache=True, nogil=True)
def _repeated(n: int, n_words: int, joined: Prefixes, table: Table, stamp: int, mask: int) -> int:
    total = i = 0
    while i < n_words - n + 1:
        if add(table, stamp, mask, _between(joined, i, i + n)):
            i += 1
        else:
            total += joined.chars[i + n] - joined.chars[i]
            i += n
    return total


@njit(cache=True, nogil=True)
def _between(prefixes: Prefixes, i: int, j: int) -> np.uint64:
    """The hash of words i to j - 1."""
    value: np.uint64 = (prefixes.hashes[j] - prefixes.hashes[i]) * prefixes.inverses[i]
    return value
