"""Words reduced to what near-duplicates share (`corpusforge.text.word_characters`): for comparison only, never stored."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.decode import HIGH_BITS, code_point
from corpusforge.text.marks import SLACK, write, write_with_marks
from corpusforge.text.memory import address, load8, load32, load64, popcount64, store8, store32, store64
from corpusforge.text.simple_characters import ACTION, DIGIT, LONGEST, SimpleCharacters
from corpusforge.text.simplify import GROWTH
from corpusforge.text.word_characters import PLACED, RECUT, word_characters
from corpusforge.text.words import Words
from corpusforge.text.xxh64 import xxh64

ZERO = 0x30
NOTHING, ONE = np.uint64(0), np.uint64(1)
LOWER = np.uint64(0x2020202020202020)  # makes letters of ASCII small
BELOW_A, BELOW_Z = np.uint64(0x1F1F1F1F1F1F1F1F), np.uint64(0x0505050505050505)  # what a, and z + 1, lack to 0x80


class WordHashes(NamedTuple):
    """Hashes of the words of n texts, those of text i from `row_offsets[i]` to `row_offsets[i + 1]`."""

    row_offsets: np.ndarray  # int64[n + 1]
    hashes: np.ndarray  # uint64[number of words]: xxh64 of each, as UTF-8 and zeros up to a multiple of 8 bytes
    recut: np.ndarray  # bool[n]: words of the text may be cut elsewhere when it is composed or decomposed


def word_hashes(words: Words) -> WordHashes:
    """Hashes of the words, each simplified as by `simple_words`; those of which nothing is left are left out."""
    hashes = np.empty(len(words.starts), np.uint64)
    row_offsets, recut = np.zeros(len(words) + 1, np.int64), np.zeros(len(words), np.bool_)
    count = _hash_each(
        words.row_offsets, words.starts, words.ends, words.buffer, word_characters(), row_offsets, hashes, recut
    )
    return WordHashes(row_offsets, hashes[:count], recut)


def simple_words(words: Words) -> Words:
    """Each word with its letters and marks in lower case, decomposed, as `word_characters` has them, and each run of digits
    as one `0`, whatever is dropped between them; words of which nothing is left are left out."""
    edges = np.zeros(len(words.starts) + 1, np.int64)
    row_offsets = np.zeros(len(words) + 1, np.int64)
    room = GROWTH * int((words.ends - words.starts).sum()) + SLACK
    out, count = _write_each(
        words.row_offsets, words.starts, words.ends, words.buffer, word_characters(), row_offsets, edges, room
    )
    return Words(row_offsets, edges[:count], edges[1 : count + 1], out)


@njit(cache=True, nogil=True)
def _hash_each(
    rows: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    simple: SimpleCharacters,
    row_offsets: np.ndarray,
    hashes: np.ndarray,
    recut: np.ndarray,
) -> int:
    """Fill the arrays of `WordHashes`; returns the number of words."""
    actions, packed, pool = address(simple.actions), address(simple.packed), address(simple.pool)
    count, out = 0, np.empty(1024, np.uint8)
    for row in range(len(rows) - 1):
        seen = 0
        for word in range(rows[row], rows[row + 1]):
            room = GROWTH * (ends[word] - starts[word]) + SLACK
            if room > len(out):
                out = np.empty(2 * room, np.uint8)
            begin = address(out)
            end, found = _simplify(address(data), starts[word], ends[word], len(data), actions, packed, pool, begin)
            seen |= found
            if end > begin:
                store64(end, 0, NOTHING)
                hashes[count] = xxh64(begin, 0, (end - begin + 7) // 8 * 8)
                count += 1
        row_offsets[row + 1] = count
        recut[row] = seen != 0
    return count


@njit(cache=True, nogil=True)
def _write_each(
    rows: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    simple: SimpleCharacters,
    row_offsets: np.ndarray,
    edges: np.ndarray,
    room: int,
) -> tuple[np.ndarray, int]:
    """Write the words one after the other, word i from `edges[i]` on: (bytes, number of words)."""
    actions, packed, pool = address(simple.actions), address(simple.packed), address(simple.pool)
    count, out = 0, np.empty(room, np.uint8)
    begin = address(out)
    for row in range(len(rows) - 1):
        for word in range(rows[row], rows[row + 1]):
            to = begin + edges[count]
            end, _ = _simplify(address(data), starts[word], ends[word], len(data), actions, packed, pool, to)
            count += end > to
            edges[count] = end - begin
        row_offsets[row + 1] = count
    return out[: edges[count]].copy(), count


@njit(cache=True, nogil=True)
def _simplify(
    data: int, at: int, end: int, limit: int, actions: int, packed: int, pool: int, to: int
) -> tuple[int, int]:
    """Write one word, and up to 7 bytes that do not count, from the address `to` on; `data`, which has `limit` bytes, and the
    three parts of `SimpleCharacters` are addresses too.

    Returns the address after it, and RECUT if any of its characters has that or marks, one of them PLACED, were not in
    canonical order.
    """
    in_number, seen = False, 0
    while at < end:
        if at + 8 <= limit and load8(data, at) < 0x80:
            bytes8 = load64(data, at)
            letters = min(_ascii_letters(bytes8), end - at)
            if letters:
                store64(to, 0, bytes8 | LOWER)
                to += letters
                at += letters
                in_number = False
                continue
        code, at = code_point(data, at, end)
        found = load8(actions, code)
        seen |= found
        action = found & ACTION
        if action == 0:
            continue
        if action <= LONGEST:
            store32(to, 0, load32(packed, 4 * code))
            to += action
            in_number = False
        elif action == DIGIT:
            if not in_number:
                store8(to, 0, ZERO)
                to += 1
            in_number = True
        elif at >= end or load8(data, at) < 0x80:  # no mark follows
            to = write(pool, load32(packed, 4 * code), to)
            in_number = False
        else:
            in_number = False
            to, at, more, in_order = write_with_marks(data, at, end, actions, packed, pool, code, to)
            seen |= more
            if not in_order and (more | found) & PLACED:
                seen |= RECUT
    return to, seen & RECUT


@njit(cache=True, nogil=True, forceinline=True)
def _ascii_letters(bytes8: np.uint64) -> int:
    """How many of 8 bytes, from the lowest on, are letters of ASCII before the first that is not."""
    low = (bytes8 | LOWER) & ~HIGH_BITS
    others = ~((low + BELOW_A) & ~(low + BELOW_Z) & ~bytes8) & HIGH_BITS
    letters: int = popcount64((others & (~others + ONE)) - ONE) // 8
    return letters
