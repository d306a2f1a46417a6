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
        at, end = int(offsets[row]), int(offsets[row] if skip[row] else offsets[row + 1])
        # `before` is the class of the character just read; `base` that of the last one that rule 4 does not skip,
        # and `base_before` of the one before that; NEWLINE stands for the start of the text.
        before, base, base_before, indicators = NEWLINE, NEWLINE, NEWLINE, 0
        first = last = -1
        while at < end:
            here = at
            code, at = code_point(data, at, end)
            properties = int(table[code])
            now = properties & CLASS
            if _breaks(data, at, end, table, before, base, base_before, indicators, properties):
                if first >= 0:
                    if words == len(starts):
                        starts, ends = _grown(starts), _grown(ends)
                    starts[words], ends[words] = first, last
                    words += 1
                first = last = -1
            if not properties & WHITE:
                first = here if first < 0 else first
                last = at
            if not (_skipped(now) and not _newline(before)):
                base_before = base
                base = OTHER if _skipped(now) else now
                indicators = indicators + 1 if now == REGIONAL_INDICATOR else 0
            before = now
        if first >= 0:
            if words == len(starts):
                starts, ends = _grown(starts), _grown(ends)
            starts[words], ends[words] = first, last
            words += 1
        row_offsets[row + 1] = words
    return row_offsets, starts[:words].copy(), ends[:words].copy()


@njit(cache=True, nogil=True)
def _breaks(
    data: np.ndarray,
    at: int,
    end: int,
    table: np.ndarray,
    before: int,
    base: int,
    base_before: int,
    indicators: int,
    properties: int,
) -> bool:
    """Whether there is a boundary before the character with these properties, which ends at byte `at`."""
    now = properties & CLASS
    if before == CR and now == LF:  # WB3
        return False
    if _newline(before) or _newline(now):  # WB1, WB3a, WB3b
        return True
    if before == ZWJ and properties & PICTOGRAPHIC:  # WB3c
        return False
    if before == W_SEG_SPACE and now == W_SEG_SPACE:  # WB3d
        return False
    if _skipped(now):  # WB4
        return False
    if _letter(base):
        if _letter(now) or now in (NUMERIC, EXTEND_NUM_LET):  # WB5, WB9, WB13a
            return False
        if now in (MID_LETTER, MID_NUM_LET, SINGLE_QUOTE):
            if base == HEBREW_LETTER and now == SINGLE_QUOTE:  # WB7a
                return False
            return not _letter(_following(data, at, end, table))  # WB6
        if base == HEBREW_LETTER and now == DOUBLE_QUOTE:  # WB7b
            return _following(data, at, end, table) != HEBREW_LETTER
        return True
    if base == NUMERIC:
        if _letter(now) or now in (NUMERIC, EXTEND_NUM_LET):  # WB10, WB8, WB13a
            return False
        if now in (MID_NUM, MID_NUM_LET, SINGLE_QUOTE):
            return _following(data, at, end, table) != NUMERIC  # WB12
        return True
    if base == MID_LETTER:
        return not (_letter(base_before) and _letter(now))  # WB7
    if base in (MID_NUM_LET, SINGLE_QUOTE):
        if _letter(base_before) and _letter(now):  # WB7
            return False
        return not (base_before == NUMERIC and now == NUMERIC)  # WB11
    if base == MID_NUM:
        return not (base_before == NUMERIC and now == NUMERIC)  # WB11
    if base == DOUBLE_QUOTE:
        return not (base_before == HEBREW_LETTER and now == HEBREW_LETTER)  # WB7c
    if base == EXTEND_NUM_LET:
        return not (_letter(now) or now in (NUMERIC, EXTEND_NUM_LET))  # WB13a, WB13b
    if base == REGIONAL_INDICATOR and now == REGIONAL_INDICATOR:
        return indicators % 2 == 0  # WB15, WB16
    return True  # WB999


@njit(cache=True, nogil=True)
def _following(data: np.ndarray, at: int, end: int, table: np.ndarray) -> int:
    """The class of the next character that rule 4 does not skip; NEWLINE at the end of the text."""
    while at < end:
        code, at = code_point(data, at, end)
        now = int(table[code] & CLASS)
        if not _skipped(now):
            return now
    return NEWLINE


@njit(cache=True, nogil=True)
def _skipped(now: int) -> bool:
    return now in (EXTEND, FORMAT, ZWJ)


@njit(cache=True, nogil=True)
def _newline(now: int) -> bool:
    return now in (NEWLINE, CR, LF)


@njit(cache=True, nogil=True)
def _letter(now: int) -> bool:
    return now in (A_LETTER, HEBREW_LETTER)


@njit(cache=True, nogil=True)
def _grown(array: np.ndarray) -> np.ndarray:
    larger = np.empty(2 * len(array), np.int64)
    larger[: len(array)] = array
    return larger
