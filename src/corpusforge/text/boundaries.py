"""Unicode word boundaries (UAX #29, revision of Unicode 17.0, section 4.1) over UTF-8 bytes, compiled.

What ICU segments with a dictionary is left to it; the words of the rest are those of `IcuSegmenter`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.buffers import Utf8
from corpusforge.text.decode import code_point
from corpusforge.text.memory import address, load8
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
    INSIDE,
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

SPACE = 0x20
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


class RuleWords(NamedTuple):
    """Words by the rules alone, of the texts of a batch.

    A *stretch* lies between two places where words end whatever stands on their other sides, before white space or
    before a character of class OTHER. One that holds a character for dictionaries is left whole, as a word whose end
    is `-1 -` its end.
    """

    row_offsets: np.ndarray  # int64[n + 1]
    starts: np.ndarray  # int64[number of words], in bytes
    ends: np.ndarray
    stretches: int  # number of words that are such stretches


def rule_words(text: Utf8) -> RuleWords:
    """The words of each text by the rules alone."""
    most = int(text.offsets[-1] - text.offsets[0])  # memory that is never written to is never taken
    row_offsets, starts, ends = (
        np.zeros(len(text.offsets), np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
    )
    words, stretches = _rule_words(text.offsets, text.data, classes(), row_offsets, starts, ends)
    for spans in (starts, ends):
        spans.resize(words, refcheck=False)  # gives the rest back, in place
    return RuleWords(row_offsets, starts, ends, stretches)


@njit(cache=True, nogil=True)
def _rule_words(
    offsets: np.ndarray,
    data: np.ndarray,
    table: np.ndarray,
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
) -> tuple[int, int]:
    """Write the spans; returns the number of words and of stretches."""
    words = stretches = 0
    for row in range(len(offsets) - 1):
        words, found = _words_of(address(data), offsets[row], offsets[row + 1], address(table), starts, ends, words)
        stretches += found
        row_offsets[row + 1] = words
    return words, stretches


@njit(cache=True, nogil=True)
def _words_of(
    data: int, start: int, end: int, table: int, starts: np.ndarray, ends: np.ndarray, words: int
) -> tuple[int, int]:
    """Write the words of one text from index `words` on; returns the index after the last one, and stretches left.

    `before` is the class of the character just read, `base` that of the last one that WB4 does not skip, and
    `base_before` of the one before it. The start of the text is like a newline. What WB4 would skip after a line end
    stands for itself.
    """
    rules = address(RULES)
    before, base, base_before, indicators = NEWLINE, NEWLINE, NEWLINE, 0
    first = last = -1
    inside = False  # whether the base is one that INSIDE speaks of
    stretch, stretch_words, stretches = start, words, 0
    at = start
    while at < end:
        here = at
        byte = load8(data, at)
        if byte < 0x80:
            if inside and load8(table, byte) & INSIDE:
                at = last = _ascii_inside(data, at, end, table)
                before = base = load8(table, load8(data, at - 1)) & CLASS
                continue
            code, at = byte, at + 1
            if byte == SPACE:  # the general case below, for what is most frequent
                if first >= 0:
                    starts[words], ends[words] = first, last
                    words += 1
                first, stretch, stretch_words = -1, here, words
                base_before, base, before, indicators, inside = base, W_SEG_SPACE, W_SEG_SPACE, 0, False
                if at < end and load8(data, at) < 0x80 and load8(table, load8(data, at)) & INSIDE:
                    first, inside = at, True
                    at = last = _ascii_inside(data, at, end, table)
                    base_before, before = W_SEG_SPACE, load8(table, load8(data, at - 1)) & CLASS
                    base = before
                continue
        else:
            code, at = code_point(data, at, end)
        properties = load8(table, code)
        now = properties & CLASS
        if inside and properties & INSIDE:
            last, before = at, now
            if not _skipped(now):
                base = now
            continue
        if now == DICTIONARY:
            at = _stretch_end(data, at, end, table)
            starts[stretch_words], ends[stretch_words] = stretch, -1 - at
            words, stretches = stretch_words + 1, stretches + 1
            before, base, base_before, indicators, first, inside = NEWLINE, NEWLINE, NEWLINE, 0, -1, False
            stretch, stretch_words = at, words
            continue
        rule = load8(rules, (DICTIONARY + 1) * base + now)
        boundary = rule == BREAK
        if rule > JOIN:
            boundary = not _joins(rule, data, at, end, table, before == base, base_before, indicators)
        if before == ZWJ and properties & PICTOGRAPHIC:  # WB3c
            boundary = False
        if boundary and first >= 0:
            starts[words], ends[words] = first, last
            words += 1
            first = -1
        if _parts(properties):
            stretch, stretch_words = here, words
        if not properties & WHITE:
            first = here if first < 0 else first
            last = at
        if not _skipped(now):
            base_before, base = base, now
            inside = properties & INSIDE != 0
            indicators = indicators + 1 if now == REGIONAL_INDICATOR else 0
        elif base in LINE_ENDS:
            base_before, base = base, OTHER
        before = now
    if first >= 0:
        starts[words], ends[words] = first, last
        words += 1
    return words, stretches


@njit(cache=True, nogil=True)
def _ascii_inside(data: int, at: int, end: int, table: int) -> int:
    """The end of the run of ASCII letters, digits and connectors that the character at `at` is in."""
    at += 1
    while at < end:
        byte = load8(data, at)
        if byte >= 0x80 or not load8(table, byte) & INSIDE:
            break
        at += 1
    return at


@njit(cache=True, nogil=True)
def _stretch_end(data: int, at: int, end: int, table: int) -> int:
    while at < end:
        code, following = code_point(data, at, end)
        if _parts(load8(table, code)):
            break
        at = following
    return at


@njit(cache=True, nogil=True)
def _parts(properties: int) -> bool:
    """Whether words end before such a character, whatever precedes it, and it makes of what precedes it nothing else.

    White space without a class of its own is OTHER; a pictograph may continue a word (WB3c).
    """
    now = properties & CLASS
    return now in (W_SEG_SPACE, LF, CR, NEWLINE) or (now == OTHER and not properties & PICTOGRAPHIC)


@njit(cache=True, nogil=True)
def _joins(
    rule: int,
    data: int,
    at: int,
    end: int,
    table: int,
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
def _following(data: int, at: int, end: int, table: int) -> int:
    """The class of the next character that WB4 does not skip; NEWLINE at the end of the text."""
    while at < end:
        code, at = code_point(data, at, end)
        now: int = load8(table, code) & CLASS
        if not _skipped(now):
            return now
    return NEWLINE


@njit(cache=True, nogil=True)
def _skipped(now: int) -> bool:
    return now in (EXTEND, FORMAT, ZWJ)
