"""Counts over the lines and paragraphs of texts. The published filters have four notions of a line:

split      text.split("\\n"); "non-empty" ones hold a character that is not white space (FineWeb quality)
run        the text, not stripped, split at runs of newlines; a newline at an end of the text gives one
           empty piece there (Gopher repetition)
paragraph  the stripped text, split at runs of two or more newlines (Gopher repetition)
displayed  text.splitlines(), which also splits at \\r, \\v, \\f, U+001C..1E, U+0085, U+2028 and U+2029
           (Gopher quality)

A repeated piece is one that is equal to an earlier one; the first is not counted. Equality is decided by a
64-bit hash (`fingerprint`). Sources: Gopher (arXiv 2112.11446), table A1; FineWeb (arXiv 2406.17557), as
computed by datatrove 0.10.1.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.buffers import Utf8
from corpusforge.text.characters import LINE_END, SPACE, TERMINAL, flags
from corpusforge.text.decode import characters, code_point
from corpusforge.text.fingerprint import Table, add, fingerprint, new_table, table_mask

SHORT_LINE = 30  # code points; FineWeb: a line of at most 30 is short
NEWLINE, CARRIAGE_RETURN, DOT, DASH, BULLET = 0x0A, 0x0D, 0x2E, 0x2D, 0x2022


class LineCounts(NamedTuple):
    """int64[n] each. `*_chars` are code points."""

    non_empty: np.ndarray
    punctuated: np.ndarray  # non-empty lines whose very last character is terminal punctuation
    short: np.ndarray  # non-empty lines of at most 30 code points
    repeated_chars: np.ndarray  # of repeated non-empty lines
    runs: np.ndarray
    repeated_runs: np.ndarray
    repeated_run_chars: np.ndarray
    paragraphs: np.ndarray
    repeated_paragraphs: np.ndarray
    repeated_paragraph_chars: np.ndarray
    displayed: np.ndarray
    bullets: np.ndarray  # displayed lines whose first character that is not white space is "•" or "-"
    end_ellipses: np.ndarray  # displayed lines that end, white space aside, in "..." or "…"


def line_counts(text: Utf8, newlines: np.ndarray) -> LineCounts:
    """Count lines; `newlines` int64[n] is the number of "\\n" of each text (it sizes the tables)."""
    out = np.zeros((len(LineCounts._fields), len(text.offsets) - 1), np.int64)
    _count(text.offsets, text.data, flags(), newlines, out)
    return LineCounts(*out)


@njit(cache=True, nogil=True)
def _count(offsets: np.ndarray, data: np.ndarray, classes: np.ndarray, newlines: np.ndarray, out: np.ndarray) -> None:
    seen, stamp = new_table(newlines.max() + 1 if len(newlines) else 0), 0
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        mask = table_mask(newlines[row] + 1)
        stamp += 1
        out[0:4, row] = _split_lines(data, start, end, classes, seen, stamp, mask)
        stamp += 1
        out[4:7, row] = _pieces(data, start, end, 1, seen, stamp, mask)
        stamp += 1
        first, last = _stripped(data, start, end, classes)
        out[7:10, row] = _pieces(data, first, last, 2, seen, stamp, mask)
        out[10:13, row] = _displayed_lines(data, start, end, classes)


@njit(cache=True, nogil=True)
def _split_lines(
    data: np.ndarray, start: int, end: int, classes: np.ndarray, seen: Table, stamp: int, mask: int
) -> np.ndarray:
    non_empty = punctuated = short = repeated_chars = 0
    at = start
    while at <= end:
        begin, length, blank, terminal = at, 0, True, False
        while at < end and data[at] != NEWLINE:
            code, at = code_point(data, at, end)
            length += 1
            blank &= (classes[code] & SPACE) != 0
            terminal = (classes[code] & TERMINAL) != 0
        if not blank:
            non_empty += 1
            punctuated += terminal
            short += length <= SHORT_LINE
            if not add(seen, stamp, mask, fingerprint(data, begin, at)):
                repeated_chars += length
        at += 1
    return np.array([non_empty, punctuated, short, repeated_chars])


@njit(cache=True, nogil=True)
def _pieces(data: np.ndarray, start: int, end: int, least: int, seen: Table, stamp: int, mask: int) -> np.ndarray:
    """Pieces between runs of at least `least` newlines: how many, how many repeated, code points of those."""
    pieces = repeated = repeated_chars = 0
    begin = at = start
    while at <= end:
        run = at
        while run < end and data[run] == NEWLINE:
            run += 1
        if at == end or run - at >= least:
            pieces += 1
            if not add(seen, stamp, mask, fingerprint(data, begin, at)):
                repeated += 1
                repeated_chars += characters(data, begin, at)
            begin = run
        at = max(run, at + 1)
    return np.array([pieces, repeated, repeated_chars])


@njit(cache=True, nogil=True)
def _displayed_lines(data: np.ndarray, start: int, end: int, classes: np.ndarray) -> np.ndarray:
    lines = bullets = ellipses = 0
    at = start
    while at < end:
        begin, content_end, bullet = at, at, False
        line_end = False
        while at < end and not line_end:
            here = at
            code, at = code_point(data, at, end)
            line_end = (classes[code] & LINE_END) != 0
            if code == CARRIAGE_RETURN and at < end and data[at] == NEWLINE:
                at += 1
            if not classes[code] & SPACE:
                if content_end == begin:
                    bullet = code in (BULLET, DASH)
                    begin = here
                content_end = at
        lines += 1
        bullets += bullet
        ellipses += _ends_in_ellipsis(data, begin, content_end)
    return np.array([lines, bullets, ellipses])


@njit(cache=True, nogil=True)
def _ends_in_ellipsis(data: np.ndarray, start: int, end: int) -> bool:
    if end - start < 3:  # bytes: both forms take three
        return False
    a, b, c = data[end - 3], data[end - 2], data[end - 1]
    dots = a == DOT and b == DOT and c == DOT
    return bool(dots or (a == 0xE2 and b == 0x80 and c == 0xA6))


@njit(cache=True, nogil=True)
def _stripped(data: np.ndarray, start: int, end: int, classes: np.ndarray) -> tuple[int, int]:
    """The span without white space at its ends: (start, end); empty when nothing is left."""
    first, last = end, end
    at = start
    while at < end:
        here = at
        code, at = code_point(data, at, end)
        if not classes[code] & SPACE:
            first = min(first, here)
            last = at
    return first, last
