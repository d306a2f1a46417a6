"""A count of sentences that needs no model: the same rule for every language."""

import unicodedata
from functools import cache

import numpy as np
from numba import njit

from corpusforge.text.buffers import frozen
from corpusforge.text.characters import CODE_POINTS, SPACE, TERMINAL_PUNCTUATION, flags
from corpusforge.text.decode import code_point
from corpusforge.text.words import Words

STOP = 1  # ends a sentence where white space, or the end of the line, follows: . ! ?
FULL_STOP = 2  # ends a sentence wherever it stands: 。 । ؟
MARK = 4  # may stand between the end of a sentence and what follows: closing quotes, brackets
CAPITAL = 8
DOT = 0x2E


def sentence_counts(lines: Words) -> np.ndarray:
    """int64[n]: sentences of each row's lines, which `lines` holds as spans.

    A line has one sentence more than it has ends of sentences that something but punctuation follows. An end is a mark
    that ends sentences (`TERMINAL_PUNCTUATION`) with the punctuation after it; marks of ASCII need white space to
    follow, and a full stop after a single capital letter (an initial) ends nothing.
    """
    out = np.zeros(len(lines), np.int64)
    _count(lines.row_offsets, lines.starts, lines.ends, lines.buffer, flags(), _roles(), out)
    return out


@cache
def _roles() -> np.ndarray:
    """uint8[0x110000], read-only: what a character does at the end of a sentence."""
    table = np.zeros(CODE_POINTS, np.uint8)
    for code in range(CODE_POINTS):
        character = chr(code)
        category = unicodedata.category(character)
        if character in TERMINAL_PUNCTUATION:
            table[code] = MARK | (STOP if code < 0x80 else FULL_STOP)
        elif category[0] == "P":
            table[code] = MARK
        elif category == "Lu":
            table[code] = CAPITAL
    return frozen(table)


@njit(cache=True, nogil=True)
def _count(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    classes: np.ndarray,
    roles: np.ndarray,
    out: np.ndarray,
) -> None:
    for row in range(len(row_offsets) - 1):
        for line in range(row_offsets[row], row_offsets[row + 1]):
            out[row] += _sentences(data, starts[line], ends[line], classes, roles)


@njit(cache=True, nogil=True)
def _sentences(data: np.ndarray, at: int, end: int, classes: np.ndarray, roles: np.ndarray) -> int:
    found = 1
    ended = waiting = False  # an end stands before; an end that white space must follow stands before
    letters, capital = 0, False
    while at < end:
        code, at = code_point(data, at, end)
        role = roles[code]
        if classes[code] & SPACE:
            ended |= waiting
            waiting, letters = False, 0
        elif role & MARK:
            if role & FULL_STOP:
                ended = True
            elif role & STOP:
                waiting = not (code == DOT and letters == 1 and capital)
            letters = 0
        else:
            found += ended
            ended = waiting = False
            letters += 1
            capital = (role & CAPITAL) != 0
    return found
