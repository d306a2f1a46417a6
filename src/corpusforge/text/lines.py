"""Counts over the lines and paragraphs of texts. The published filters have four notions of a line:

split      text.split("\\n"); "non-empty" ones hold a character that is not white space (FineWeb quality)
run        the text, not stripped, split at runs of newlines; a newline at an end of the text gives one
           empty piece there (Gopher repetition)
paragraph  the stripped text, split at runs of two or more newlines (Gopher repetition)
displayed  text.splitlines(), which also splits at \\r, \\v, \\f, U+001C..1E, U+0085, U+2028 and U+2029
           (Gopher quality)

A repeated piece is one that is equal to an earlier one; the first is not counted. Equality is decided by a
64-bit hash (`xxh64`). Sources: Gopher (arXiv 2112.11446), table A1; FineWeb (arXiv 2406.17557), as
computed by datatrove 0.10.1.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.buffers import Utf8
from corpusforge.text.characters import LINE_END, SPACE, TERMINAL, flags
from corpusforge.text.decode import characters, code_point
from corpusforge.text.hash_table import Table, add, new_table, table_mask
from corpusforge.text.memory import address, load8, load64, popcount64
from corpusforge.text.xxh64 import xxh64

SHORT_LINE = 30  # code points; FineWeb: a line of at most 30 is short
NEWLINE, CARRIAGE_RETURN, DOT, DASH, BULLET = 0x0A, 0x0D, 0x2E, 0x2D, 0x2022

# Eight bytes each: (x - LOW_BITS) & ~x & HIGH_BITS is not zero where a byte of x is (Hacker's Delight, section 6-1).
NEWLINES, LEADS_C2, LEADS_E2 = (np.uint64(byte * 0x0101010101010101) for byte in (NEWLINE, 0xC2, 0xE2))
LOW_BITS, BELOW_20, HIGH_BITS = (np.uint64(byte * 0x0101010101010101) for byte in (1, 0x20, 0x80))
ONE = np.uint64(1)


class LineCounts(NamedTuple):
    """int64[n] each. `*_chars` are code points."""

    non_empty: np.ndarray
    punctuated: np.ndarray  # non-empty lines whose very last character is terminal punctuation
    short: np.ndarray  # non-empty lines of at most 30 code points
    repeated_chars: np.ndarray  # of repeated non-empty lines
    repeated: np.ndarray  # repeated non-empty lines
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
    text, flag = address(data), address(classes)
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        mask = table_mask(newlines[row] + 1)
        stamp += 1
        out[:, row], two_on_end = _lines(text, start, end, flag, seen, stamp, mask)
        if two_on_end:
            stamp += 1
            first, last, _, _ = _content(text, start, end, flag)
            out[8:11, row] = _paragraphs(text, first, last, seen, stamp, mask)
        if _other_line_ends(text, start, end, flag):
            out[11:14, row] = _displayed_lines(text, start, end, flag)


@njit(cache=True, nogil=True)
def _lines(
    data: int, start: int, end: int, classes: int, seen: Table, stamp: int, mask: int
) -> tuple[np.ndarray, bool]:
    """The `LineCounts` of a text of one paragraph in which only newlines end lines; whether it has two newlines on end."""
    non_empty = punctuated = short = repeated_chars = repeated = runs = repeated_runs = repeated_run_chars = 0
    bullets = ellipses = lines = 0
    two_on_end = False
    at = start
    while at <= end:
        begin = at
        at = _newline(data, at, end)
        lines += 1
        if at > begin:
            length = characters(data, begin, at)
            first, last, bullet, terminal = _content(data, begin, at, classes)
            new = (begin == start and at == end) or add(seen, stamp, mask, xxh64(data, begin, at))
            runs += 1
            if not new:
                repeated_runs += 1
                repeated_run_chars += length
            if last > first:
                non_empty += 1
                punctuated += terminal
                short += length <= SHORT_LINE
                repeated_chars += 0 if new else length
                repeated += not new
                bullets += bullet
                ellipses += _ends_in_ellipsis(data, first, last)
        elif begin > start and at < end:
            two_on_end = True
        at += 1
    begins = start < end and load8(data, start) == NEWLINE
    ends = start < end and load8(data, end - 1) == NEWLINE
    runs += begins + ends if start < end else 1
    repeated_runs += begins and ends
    displayed = lines - (1 if ends or start == end else 0)
    counts = np.array([non_empty, punctuated, short, repeated_chars, repeated, runs, repeated_runs, repeated_run_chars])
    return np.append(counts, np.array([1, 0, 0, displayed, bullets, ellipses])), two_on_end


@njit(cache=True, nogil=True)
def _newline(data: int, at: int, end: int) -> int:
    """Where the next newline is, or `end`."""
    while at + 8 <= end:
        zero = load64(data, at) ^ NEWLINES
        zero = (zero - LOW_BITS) & ~zero & HIGH_BITS  # the lowest bit that is set belongs to the first newline
        if zero:
            return int(at + (popcount64((zero & (~zero + ONE)) - ONE) >> 3))
        at += 8
    while at < end and load8(data, at) != NEWLINE:
        at += 1
    return at


@njit(cache=True, nogil=True)
def _content(data: int, start: int, end: int, classes: int) -> tuple[int, int, bool, bool]:
    """A line without white space at its ends, (start, end), and whether it starts with a bullet there; whether the
    very last character of the line, white space or not, ends a sentence."""
    first, at, bullet = end, start, False
    while at < end and first == end:
        here = at
        code, at = code_point(data, at, end)
        if not load8(classes, code) & SPACE:
            first, bullet = here, code in (BULLET, DASH)
    last, terminal = end, False
    while last > first:
        begin = last - 1
        while begin > start and load8(data, begin) & 0xC0 == 0x80:
            begin -= 1
        code, _ = code_point(data, begin, last)
        kind = load8(classes, code)
        if last == end:
            terminal = (kind & TERMINAL) != 0
        if not kind & SPACE:
            break
        last = begin
    return first, last, bullet, terminal


@njit(cache=True, nogil=True)
def _paragraphs(data: int, start: int, end: int, seen: Table, stamp: int, mask: int) -> np.ndarray:
    """Pieces between runs of two or more newlines: how many, how many repeated, code points of those."""
    pieces = repeated = repeated_chars = 0
    begin = at = start
    while at <= end:
        at = _newline(data, at, end)
        run = at
        while run < end and load8(data, run) == NEWLINE:
            run += 1
        if at == end or run - at > 1:
            pieces += 1
            if not add(seen, stamp, mask, xxh64(data, begin, at)):
                repeated += 1
                repeated_chars += characters(data, begin, at)
            begin = run
        at = max(run, at + 1)
    return np.array([pieces, repeated, repeated_chars])


@njit(cache=True, nogil=True)
def _other_line_ends(data: int, start: int, end: int, classes: int) -> bool:
    """Whether a character other than a newline ends a line: below U+0020, or U+0085, U+2028, U+2029."""
    at = start
    while at < end:
        if at + 8 <= end:
            bytes8 = load64(data, at)
            c2, e2 = bytes8 ^ LEADS_C2, bytes8 ^ LEADS_E2
            low = (bytes8 - BELOW_20) & ~bytes8
            if not (low | ((c2 - LOW_BITS) & ~c2) | ((e2 - LOW_BITS) & ~e2)) & HIGH_BITS:
                at += 8
                continue
        stop = min(at + 8, end)
        while at < stop:
            byte = load8(data, at)
            if byte < 0x20 and byte != NEWLINE and load8(classes, byte) & LINE_END:
                return True
            if byte == 0xC2 or byte == 0xE2:
                code, _ = code_point(data, at, end)
                if load8(classes, code) & LINE_END:
                    return True
            at += 1
    return False


@njit(cache=True, nogil=True)
def _displayed_lines(data: int, start: int, end: int, classes: int) -> np.ndarray:
    lines = bullets = ellipses = 0
    at = start
    while at < end:
        begin, content_end, bullet = at, at, False
        line_end = False
        while at < end and not line_end:
            here = at
            code, at = code_point(data, at, end)
            kind = load8(classes, code)
            line_end = (kind & LINE_END) != 0
            if code == CARRIAGE_RETURN and at < end and load8(data, at) == NEWLINE:
                at += 1
            if not kind & SPACE:
                if content_end == begin:
                    bullet = code in (BULLET, DASH)
                    begin = here
                content_end = at
        lines += 1
        bullets += bullet
        ellipses += _ends_in_ellipsis(data, begin, content_end)
    return np.array([lines, bullets, ellipses])


@njit(cache=True, nogil=True)
def _ends_in_ellipsis(data: int, start: int, end: int) -> bool:
    if end - start < 3:  # bytes: both forms take three
        return False
    a, b, c = load8(data, end - 3), load8(data, end - 2), load8(data, end - 1)
    dots = a == DOT and b == DOT and c == DOT
    return bool(dots or (a == 0xE2 and b == 0x80 and c == 0xA6))
