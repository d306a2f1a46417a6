"""What the n-gram classifier sees of a text: hashed character n-grams of its words.

A text is cut into words of letters, marks, joiners and apostrophes; anything else separates. Letters are lowercased and
taken apart (é is e and an accent, however it was typed; Hangul syllables stay whole). A word has a boundary on either
side. A run without white space is cut after LONGEST characters.
"""

import unicodedata
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.buffers import frozen
from corpusforge.text.characters import CODE_POINTS, categories, every_character

LONGEST = 62  # characters of a word, without its boundaries
BOUNDARY = 0
_JOINERS = "\u200c\u200d"
_APOSTROPHES = "'’ʼʻ‘ꞌ`´"
_SEPARATOR, _DROPPED = 0, -1
_HASH_START, _HASH_FACTOR, _SPREAD = (
    np.uint64(14695981039346656037),
    np.uint64(1099511628211),
    np.uint64(0x9E3779B97F4A7C15),
)
_EXPANDED = 1 << 24  # entries above: place of a length and so many characters in the pool


class Characters(NamedTuple):
    """What each code point becomes. table: int32[0x110000]: a code point, or 0 (separates), -1 (is passed over), or
    _EXPANDED + a place in `pool`, int32, where a length and so many code points stand."""

    table: np.ndarray
    pool: np.ndarray


@cache
def characters() -> Characters:
    """The table, made on first use from Python's Unicode data."""
    kinds = categories() >> 8
    kept = (kinds == ord("L")) | (kinds == ord("M"))
    table = np.where(kept, np.arange(CODE_POINTS, dtype=np.int32), np.int32(_SEPARATOR))
    pool: list[int] = []
    whole = every_character()
    for code in np.flatnonzero(kept).tolist():
        if 0x3400 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3 or 0x17000 <= code <= 0x18CFF or code >= 0x20000:
            continue
        parts = unicodedata.normalize("NFD", whole[code].lower())
        if len(parts) == 1:
            table[code] = ord(parts)
        else:
            table[code] = _EXPANDED + len(pool)
            pool += [len(parts), *map(ord, parts)]
    for mark in _APOSTROPHES:
        table[ord(mark)] = ord("'")
    for joiner in _JOINERS:
        table[ord(joiner)] = ord(joiner)
    table[0xAD] = _DROPPED  # soft hyphen
    return Characters(frozen(table), frozen(np.array(pool or [0], np.int32)))


@njit(cache=True, inline="always")
def next_word(
    data: np.ndarray, place: Any, end: Any, table: np.ndarray, pool: np.ndarray, word: np.ndarray
) -> tuple[Any, Any]:
    """Read the next word of data[place:end] into `word` (int32[>= LONGEST + 8]) with a boundary on either side.

    Returns where to go on and how many entries were written; 0: there is no further word.
    """
    n = 1
    word[0] = BOUNDARY
    while place < end and n <= LONGEST:
        lead = np.int64(data[place])
        if lead < 0x80:
            code = lead
            place += 1
        elif lead < 0xE0:
            code = ((lead & 0x1F) << 6) | (data[place + 1] & 0x3F)
            place += 2
        elif lead < 0xF0:
            code = ((lead & 0x0F) << 12) | (np.int64(data[place + 1] & 0x3F) << 6) | (data[place + 2] & 0x3F)
            place += 3
        else:
            code = ((lead & 0x07) << 18) | (np.int64(data[place + 1] & 0x3F) << 12)
            code |= (np.int64(data[place + 2] & 0x3F) << 6) | (data[place + 3] & 0x3F)
            place += 4
        become = table[code]
        if become == _SEPARATOR:
            if n > 1:
                break
        elif become >= _EXPANDED:
            at = become - _EXPANDED
            for part in range(pool[at]):
                word[n] = pool[at + 1 + part]
                n += 1
        elif become > 0:
            word[n] = become
            n += 1
    if n == 1:
        return place, 0
    word[n] = BOUNDARY
    return place, n + 1


@njit(cache=True, inline="always")
def word_grams(word: np.ndarray, size: Any, least: Any, most: Any, shift: np.uint64, grams: np.ndarray) -> Any:
    """Numbers of the n-grams of a word, int64, into `grams` (LONGEST + 8 times most - least + 1); how many."""
    n = 0
    for first in range(size):
        value = _HASH_START
        for last in range(first, min(size, first + most)):
            value = (value ^ np.uint64(word[last])) * _HASH_FACTOR
            length = last - first + 1
            if length >= least and (length > 1 or word[first] != BOUNDARY):
                mixed = (value ^ (value >> np.uint64(29))) * _SPREAD
                grams[n] = np.int64(mixed >> shift)
                n += 1
    return n
