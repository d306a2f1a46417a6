"""Text reduced to what near-duplicates share, for hashing only: never stored, never shown."""

import numpy as np
import pyarrow as pa
from numba import njit

from corpusforge.text.buffers import Texts, utf8
from corpusforge.text.decode import code_point
from corpusforge.text.marks import SLACK, write_with_marks
from corpusforge.text.memory import address, load8, signed, store8, store32
from corpusforge.text.simple_characters import (
    ACTION,
    CASED,
    DIGIT,
    GAP,
    IGNORED,
    LONGEST,
    SIGMA,
    SimpleCharacters,
    simple_characters,
)

# What may stand once between the digits of a number: . , and five of other scripts (datatrove 0.10.1, NUMBERS_PATTERN).
SEPARATORS = (0x2E, 0x2C, 0x60C, 0x66B, 0x2396, 0x2397, 0x2398)
GROWTH = 3  # a Hangul syllable of 3 bytes becomes up to 9; no other character grows more
SPACE, ZERO, SMALL_SIGMA, FINAL_SIGMA = 0x20, 0x30, 0x83CF, 0x82CF  # the sigmas as UTF-8, little-endian


def simplify(texts: Texts) -> pa.LargeStringArray:
    """Simplify each text as published; a null becomes an empty text.

    In this order (datatrove 0.10.1, utils/text.py, simplify_text): lower case; a number in any script becomes "0";
    punctuation becomes a space; runs of white space become one space; canonical decomposition, and category Mn is dropped:
    also vowel signs, viramas and nasal marks of Indic scripts, so that distinct words merge.
    """
    text = utf8(texts)
    offsets, out = _simplify(text.offsets, text.data, simple_characters())
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(out)]
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)


@njit(cache=True, nogil=True)
def _simplify(offsets: np.ndarray, data: np.ndarray, simple: SimpleCharacters) -> tuple[np.ndarray, np.ndarray]:
    """(offsets, bytes) of the simplified texts."""
    new_offsets = np.zeros(len(offsets), np.int64)
    out = np.empty(GROWTH * (offsets[-1] - offsets[0]) + SLACK, np.uint8)
    to = 0
    for row in range(len(offsets) - 1):
        begin = to
        to = _simplify_one(data, offsets[row], offsets[row + 1], simple, out, to)
        while to > begin and load8(out, to - 1) == SPACE:
            to -= 1
        new_offsets[row + 1] = to
    return new_offsets, out[:to]


@njit(cache=True, nogil=True)
def _simplify_one(data: np.ndarray, start: int, end: int, simple: SimpleCharacters, out: np.ndarray, to: int) -> int:
    """Write one text from `out[to]` on, with spaces at its end; returns the place after it."""
    actions, packed, pool = simple.actions, simple.packed, address(simple.pool)
    packed_at = address(packed)
    begin, at, after_gap = to, start, True
    while at < end:
        here = at
        code, at = code_point(data, at, end)
        action = actions[code] & ACTION
        if action <= LONGEST:
            store32(out, to, signed(packed[code]))
            to += action
            after_gap = False
        elif action == GAP:
            if not after_gap and to > begin:
                store8(out, to, SPACE)
                to += 1
            after_gap = True
        else:
            after_gap = False
            if action == DIGIT:
                at = _number_end(data, at, end, actions)
                store8(out, to, ZERO)
                to += 1
            elif action == SIGMA:
                final = _cased_before(data, start, here, actions) and not _cased_after(data, at, end, actions)
                store32(out, to, FINAL_SIGMA if final else SMALL_SIGMA)
                to += 2
            else:
                stored = address(out)
                to, at, _, _ = write_with_marks(
                    address(data), at, end, address(actions), packed_at, pool, code, stored + to
                )
                to -= stored
    return to


@njit(cache=True, nogil=True)
def _number_end(data: np.ndarray, at: int, end: int, actions: np.ndarray) -> int:
    """Where the number ends whose first digit ends at `at`: more digits, and once a separator and digits."""
    separated = False
    while at < end:
        code, following = code_point(data, at, end)
        if not separated and code in SEPARATORS and following < end:
            code, following = code_point(data, following, end)
            separated = True
        if actions[code] & ACTION != DIGIT:
            break
        at = following
    return at


@njit(cache=True, nogil=True)
def _cased_before(data: np.ndarray, start: int, at: int, actions: np.ndarray) -> bool:
    """Whether the last character before `at` that is not passed over has case."""
    while at > start:
        at -= 1
        while at > start and data[at] & 0xC0 == 0x80:
            at -= 1
        code, _ = code_point(data, at, len(data))
        if not actions[code] & IGNORED:
            return bool(actions[code] & CASED)
    return False


@njit(cache=True, nogil=True)
def _cased_after(data: np.ndarray, at: int, end: int, actions: np.ndarray) -> bool:
    """Whether the first character from `at` on that is not passed over has case."""
    while at < end:
        code, at = code_point(data, at, end)
        if not actions[code] & IGNORED:
            return bool(actions[code] & CASED)
    return False
