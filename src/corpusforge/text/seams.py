"""Seams of words that come again: texts are full of them, and the same words in random order hardly have any.

A *seam* is where two words meet: the last letters of the one and the first letters of the next. An order of words needs no
capital letters and no list of words to be seen by them: names and phrases come again, and endings that agree. How many
seams come again by chance is known: where n seams are in random order, of an end that occurs a times and a beginning that
occurs b times two and two meet a (a - 1) b (b - 1) / 2 n (n - 1) times on average, and how often these meet is nearly
Poisson distributed.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.characters import flags
from corpusforge.text.counts import word_kind
from corpusforge.text.decode import code_point
from corpusforge.text.hash_table import table_mask
from corpusforge.text.joined import HALF, MIX, ZERO
from corpusforge.text.memory import address, load8, load32, load64, signed, store8, store32, store64
from corpusforge.text.words import Words

FIRST = 512  # words that are looked at: more of them prove no more, and neither time nor memory grows with the text
LETTERS = 3  # code points of an end and of a beginning
BITS, END = np.uint64(21), np.uint64(2**63)
NUMBER = np.uint64(2 * FIRST - 1)  # the bits of an entry that number an end or a beginning
ALWAYS = 64.0  # times on average, from which on a seam surely comes again
KINDS = 32  # more than there are different numbers of times: 2 + 3 + ... + 32 > FIRST


class SeamCounts(NamedTuple):
    """One entry per text. Words are those with a letter among the first FIRST; a seam is between two of them."""

    words: np.ndarray  # int64
    again: np.ndarray  # int64, different seams that occur more than once
    by_chance: np.ndarray  # float64, as many as are expected of the same ends and beginnings in random order
    variance: np.ndarray  # float64, of that number


class Room(NamedTuple):
    """Memory for one text. Ends and beginnings are numbered from 0 on, each on their own."""

    table: np.ndarray  # uint64, hash table of ends and beginnings: 54 bits of a hash, and the number plus one
    seams: np.ndarray  # int32[FIRST, 2], numbers of the end and the beginning of each
    times: np.ndarray  # int32[2, FIRST], how often each end, each beginning occurs
    met: np.ndarray  # uint8[FIRST, FIRST], how often an end has met a beginning: 0, 1 or more; zero between texts
    of_times: np.ndarray  # int64[2, FIRST + 1], how many ends, beginnings occur so often; zero between texts
    kinds: np.ndarray  # int64[2, KINDS], the different numbers of times


def seam_counts(words: Words, rows: np.ndarray) -> SeamCounts:
    """Count seams in the texts for which `rows` (bool) holds; zeros for the others."""
    number = len(words)
    found = SeamCounts(np.zeros(number, np.int64), np.zeros(number, np.int64), np.zeros(number), np.zeros(number))
    # Here and not in the kernel, where numba would free arrays of which only the address is still in use.
    room = Room(
        np.empty(table_mask(2 * FIRST) + 1, np.uint64),
        np.empty((FIRST, 2), np.int32),
        np.empty((2, FIRST), np.int32),
        np.zeros((FIRST, FIRST), np.uint8),
        np.zeros((2, FIRST + 1), np.int64),
        np.empty((2, KINDS), np.int64),
    )
    _count(words.row_offsets, words.starts, words.ends, words.buffer, flags(), rows, room, found)
    return found


@njit(cache=True, nogil=True)
def _count(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    classes: np.ndarray,
    rows: np.ndarray,
    room: Room,
    found: SeamCounts,
) -> None:
    text, flag, table, seams = address(data), address(classes), address(room.table), address(room.seams)
    for row in range(len(row_offsets) - 1):
        if not rows[row]:
            continue
        first, last = row_offsets[row], min(row_offsets[row + 1], row_offsets[row] + FIRST)
        mask = table_mask(2 * (last - first))
        for place in range(mask + 1):
            store64(table, 8 * place, ZERO)
        words, n_ends, n_beginnings, before = 0, 0, 0, ZERO
        for word in range(first, last):
            start, stop = starts[word], ends[word]
            if not word_kind(text, start, stop, flag)[0]:
                continue
            if words:
                end, n_ends = _number(table, mask, before, n_ends)
                beginning, n_beginnings = _number(table, mask, _letters(text, start, stop), n_beginnings)
                store32(seams, 8 * words - 8, end)
                store32(seams, 8 * words - 4, beginning)
            before = _letters(text, _last_letters(text, start, stop), stop) | END
            words += 1
        found.words[row] = words
        room.times[0, :n_ends], room.times[1, :n_beginnings] = 0, 0
        found.again[row] = _again(seams, max(words - 1, 0), address(room.times), address(room.met))
        found.by_chance[row], found.variance[row] = _chance(room, n_ends, n_beginnings, words - 1)


@njit(cache=True, nogil=True, forceinline=True)
def _letters(text: int, start: int, end: int) -> np.uint64:
    """The first LETTERS code points as one number."""
    if start + LETTERS <= end:
        one, two, three = load8(text, start), load8(text, start + 1), load8(text, start + 2)
        if one | two | three < 0x80:  # ASCII: so much faster
            return np.uint64(one << 42 | two << 21 | three)
    key, at = ZERO, start
    for _ in range(LETTERS):
        if at < end:
            code, at = code_point(text, at, end)
            key = key << BITS | np.uint64(code)
    return key


@njit(cache=True, nogil=True, forceinline=True)
def _last_letters(text: int, start: int, end: int) -> int:
    """Where the last LETTERS code points begin."""
    at = end
    for _ in range(LETTERS):
        at -= at > start
        while at > start and load8(text, at) & 0xC0 == 0x80:
            at -= 1
    return at


@njit(cache=True, nogil=True, forceinline=True)
def _number(table: int, mask: int, key: np.uint64, known: int) -> tuple[int, int]:
    """(number of a key, how many are known now): keys are numbered from 0 on."""
    mixed = (key ^ (key >> HALF)) * MIX
    at = 8 * (signed(mixed >> HALF) & mask)
    entry = load64(table, at)
    while entry != ZERO:
        if ((entry ^ mixed) | NUMBER) == NUMBER:
            return signed(entry & NUMBER) - 1, known
        at = (at + 8) & (8 * mask + 7)
        entry = load64(table, at)
    store64(table, at, (mixed & ~NUMBER) | np.uint64(known + 1))
    return known, known + 1


@njit(cache=True, nogil=True)
def _again(seams: int, size: int, times: int, met: int) -> int:
    """Count how often ends and beginnings occur, into `times`, and return how many seams occur more than once."""
    for at in range(0, 8 * size, 8):
        end, beginning = 4 * load32(seams, at), 4 * (load32(seams, at + 4) + FIRST)
        store32(times, end, load32(times, end) + 1)
        store32(times, beginning, load32(times, beginning) + 1)
    found = 0
    for at in range(0, 8 * size, 8):
        end, beginning = load32(seams, at), load32(seams, at + 4)
        if load32(times, 4 * end) > 1 and load32(times, 4 * (beginning + FIRST)) > 1:
            place = end * FIRST + beginning
            before = load8(met, place)
            found += before == 1
            store8(met, place, min(before + 1, 2))
    for at in range(0, 8 * size, 8):
        store8(met, load32(seams, at) * FIRST + load32(seams, at + 4), 0)
    return found


@njit(cache=True, nogil=True)
def _chance(room: Room, n_ends: int, n_beginnings: int, size: int) -> tuple[float, float]:
    """How many of `size` seams occur more than once on average where the order is random, and the variance of that."""
    expected, variance = 0.0, 0.0
    of_ends, of_beginnings = room.of_times
    ends = _kinds(room.times[0, :n_ends], of_ends, room.kinds[0])
    beginnings = _kinds(room.times[1, :n_beginnings], of_beginnings, room.kinds[1])
    for a in room.kinds[0, :ends]:
        for b in room.kinds[1, :beginnings]:
            share = _more_than_once(np.sqrt(a * (a - 1) * b * (b - 1) / (size * (size - 1))))
            many = of_ends[a] * of_beginnings[b]
            expected += many * share
            variance += many * share * (1 - share)
    for a in room.kinds[0, :ends]:
        of_ends[a] = 0
    for b in room.kinds[1, :beginnings]:
        of_beginnings[b] = 0
    return expected, variance


@njit(cache=True, nogil=True)
def _kinds(times: np.ndarray, of_times: np.ndarray, kinds: np.ndarray) -> int:
    """Write the different numbers of times from 2 on, and into `of_times` how many have each; returns their number."""
    found = 0
    for number in times:
        if number > 1:
            if of_times[number] == 0:
                kinds[found] = number
                found += 1
            of_times[number] += 1
    return found


@njit(cache=True, nogil=True)
def _more_than_once(mean: float) -> float:
    """Poisson: 1 - exp(-mean) (1 + mean). By sums and products alone, whose bits are the same on every machine."""
    if mean > ALWAYS:
        return 1.0
    part = mean / 1024
    power = 1 + part * (1 + part / 2 * (1 + part / 3 * (1 + part / 4)))
    for _ in range(10):
        power *= power
    return max(1 - (1 + mean) / power, 0.0)
