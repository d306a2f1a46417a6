"""Unicode word boundaries (UAX #29, revision of Unicode 17.0, section 4.1) over UTF-8 bytes, compiled.

Only for text without characters that ICU segments with a dictionary: there the words are those of `IcuSegmenter`.
"""

import numpy as np
from numba import njit

from corpusforge.text.buffers import Utf8
from corpusforge.text.decode import code_point
from corpusforge.text.word_break import (
    A_LETTER,
    CLASS,
    CR,
    DICTIONARY,
    DOUBLE_QUOTE,
    EXTEND,
    EXTEND_NUM_LET,
    FORMAT,
    HEBREW_LETTER,
    LF,
    MID_LETTER,
    MID_NUM,
    MID_NUM_LET,
    NEWLINE,
    NUMERIC,
    OTHER,
    PICTOGRAPHIC,
    REGIONAL_INDICATOR,
    SINGLE_QUOTE,
    W_SEG_SPACE,
    WHITE,
    ZWJ,
    classes,
)

LETTERS = (A_LETTER, HEBREW_LETTER)
LINE_ENDS = (CR, LF, NEWLINE)
SKIPPED = (EXTEND, FORMAT, ZWJ)

BREAK, JOIN, IF_ADJACENT, IF_ODD = range(4)  # what two neighbouring classes say of the boundary between them
IF_LETTER_FOLLOWS, IF_HEBREW_FOLLOWS, IF_NUMERIC_FOLLOWS = range(4, 7)
IF_LETTER_PRECEDES, IF_HEBREW_PRECEDES, IF_NUMERIC_PRECEDES = range(7, 10)


def _rules() -> np.ndarray:
    """uint8[19, 19]: for (class before, class after), what joins the two, if anything does (WB999)."""
    rules = np.full((DICTIONARY + 1, DICTIONARY + 1), BREAK, np.uint8)
    rules[:, SKIPPED] = JOIN  # WB4
    rules[LINE_ENDS, :] = BREAK  # WB3a
    rules[CR, LF] = JOIN  # WB3
    rules[W_SEG_SPACE, W_SEG_SPACE] = IF_ADJACENT  # WB3d
    for letter in LETTERS:
        rules[letter, LETTERS] = JOIN  # WB5
        for middle in (MID_LETTER, MID_NUM_LET, SINGLE_QUOTE):
            rules[letter, middle] = IF_LETTER_FOLLOWS  # WB6
            rules[middle, letter] = IF_LETTER_PRECEDES  # WB7
        rules[letter, NUMERIC] = rules[NUMERIC, letter] = JOIN  # WB9, WB10
    rules[HEBREW_LETTER, SINGLE_QUOTE] = JOIN  # WB7a
    rules[HEBREW_LETTER, DOUBLE_QUOTE] = IF_HEBREW_FOLLOWS  # WB7b
    rules[DOUBLE_QUOTE, HEBREW_LETTER] = IF_HEBREW_PRECEDES  # WB7c
    rules[NUMERIC, NUMERIC] = JOIN  # WB8
    for middle in (MID_NUM, MID_NUM_LET, SINGLE_QUOTE):
        rules[middle, NUMERIC] = IF_NUMERIC_PRECEDES  # WB11
        rules[NUMERIC, middle] = IF_NUMERIC_FOLLOWS  # WB12
    for kind in (*LETTERS, NUMERIC, EXTEND_NUM_LET):
        rules[kind, EXTEND_NUM_LET] = rules[EXTEND_NUM_LET, kind] = JOIN  # WB13a, WB13b
    rules[REGIONAL_INDICATOR, REGIONAL_INDICATOR] = IF_ODD  # WB15, WB16
    return rules


RULES = _rules()


def needs_dictionary(text: Utf8) -> np.ndarray:
    """bool[n]: whether a text holds a character that ICU segments with a dictionary."""
    return _needs_dictionary(text.offsets, text.data, classes())


def rule_words(text: Utf8, skip: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row_offsets, starts, ends) of the words of each text by the rules alone; none for rows where `skip` is true."""
    return _rule_words(text.offsets, text.data, classes(), skip)


@njit(cache=True, nogil=True)
def _needs_dictionary(offsets: np.ndarray, data: np.ndarray, table: np.ndarray) -> np.ndarray:
    found = np.zeros(len(offsets) - 1, np.bool_)
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        while at < end and not found[row]:
            if data[at] < 0x80:
                at += 1
            else:
                code, at = code_point(data, at, end)
                found[row] = table[code] & CLASS == DICTIONARY
    return found


@njit(cache=True, nogil=True)
def _rule_words(
    offsets: np.ndarray, data: np.ndarray, table: np.ndarray, skip: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    row_offsets = np.zeros(len(offsets), np.int64)
    starts, ends = np.empty(1024, np.int64), np.empty(1024, np.int64)
    words = 0
    for row in range(len(offsets) - 1):
        if not skip[row]:
            length = offsets[row + 1] - offsets[row]
            if words + length > len(starts):
                starts, ends = _grown(starts, words + length), _grown(ends, words + length)
            words = _words_of(data, offsets[row], offsets[row + 1], table, starts, ends, words)
        row_offsets[row + 1] = words
    return row_offsets, starts[:words].copy(), ends[:words].copy()


@njit(cache=True, nogil=True)
def _words_of(
    data: np.ndarray, start: int, end: int, table: np.ndarray, starts: np.ndarray, ends: np.ndarray, words: int
) -> int:
    """Write the words of one text from index `words` on; returns the index after the last one.

    `before` is the class of the character just read, `base` that of the last one that WB4 does not skip, and
    `base_before` of the one before it. The start of the text is like a newline. What WB4 would skip after a line end
    stands for itself.
    """
    before, base, base_before, indicators = NEWLINE, NEWLINE, NEWLINE, 0
    first = last = -1
    at = start
    while at < end:
        here = at
        code, at = code_point(data, at, end)
        properties = int(table[code])
        now = properties & CLASS
        rule = RULES[base, now]
        boundary = rule == BREAK
        if rule > JOIN:
            boundary = not _joins(rule, data, at, end, table, before == base, base_before, indicators)
        if before == ZWJ and properties & PICTOGRAPHIC:  # WB3c
            boundary = False
        if boundary and first >= 0:
            starts[words], ends[words] = first, last
            words += 1
            first = -1
        if not properties & WHITE:
            first = here if first < 0 else first
            last = at
        if not _skipped(now):
            base_before, base = base, now
            indicators = indicators + 1 if now == REGIONAL_INDICATOR else 0
        elif base in (NEWLINE, CR, LF):
            base_before, base = base, OTHER
        before = now
    if first >= 0:
        starts[words], ends[words] = first, last
        words += 1
    return words


@njit(cache=True, nogil=True)
def _joins(
    rule: int,
    data: np.ndarray,
    at: int,
    end: int,
    table: np.ndarray,
    adjacent: bool,
    base_before: int,
    indicators: int,
) -> bool:
    """Whether a conditional rule holds; `at` is the byte after the second of the two characters."""
    if rule == IF_ADJACENT:
        return adjacent
    if rule == IF_ODD:
        return indicators % 2 == 1
    if rule >= IF_LETTER_PRECEDES:
        other = base_before
        rule -= IF_LETTER_PRECEDES - IF_LETTER_FOLLOWS
    else:
        other = _following(data, at, end, table)
    if rule == IF_NUMERIC_FOLLOWS:
        return other == NUMERIC
    return other == HEBREW_LETTER or (rule == IF_LETTER_FOLLOWS and other == A_LETTER)


@njit(cache=True, nogil=True)
def _following(data: np.ndarray, at: int, end: int, table: np.ndarray) -> int:
    """The class of the next character that WB4 does not skip; NEWLINE at the end of the text."""
    while at < end:
        code, at = code_point(data, at, end)
        now = int(table[code]) & CLASS
        if not _skipped(now):
            return now
    return NEWLINE


@njit(cache=True, nogil=True)
def _skipped(now: int) -> bool:
    return now in (EXTEND, FORMAT, ZWJ)


@njit(cache=True, nogil=True)
def _grown(array: np.ndarray, least: int) -> np.ndarray:
    larger = np.empty(max(2 * len(array), least), np.int64)
    larger[: len(array)] = array
    return larger
