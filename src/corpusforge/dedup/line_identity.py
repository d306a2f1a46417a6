"""Lines of texts, each with the hash of its normal form: what repeated lines are found by, and how they are taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from corpusforge.text.buffers import Texts, utf8
from corpusforge.text.xxh64 import xxh64

_NEWLINE = 0x0A
_SPACE = r"[\s\x{0B}\x{85}\p{Z}]+"
_DIGITS = r"\p{Nd}+"


class Lines(NamedTuple):
    """All lines of texts, in order, cut at "\\n" alone: `"\\n".join` of a text's lines is the text.

    text: int64[m], which text; start, end: int64[m], bytes from the start of the text, line break left out; hash: uint64[m];
    long: bool[m], whether the normal form has as many code points as asked for, and a letter. Other lines have the hash 0.
    """

    text: np.ndarray
    start: np.ndarray
    end: np.ndarray
    hash: np.ndarray
    long: np.ndarray


def lines(texts: Texts, min_chars: int) -> Lines:
    """The lines of texts. The normal form: NFC, lower case, every run of white space as one space and none at the ends,
    every run of decimal digits (of any script) as one 0. A null has one empty line.
    """
    offsets, data = utf8(texts)
    low, high = int(offsets[0]), int(offsets[-1])
    breaks = low + np.flatnonzero(data[low:high] == _NEWLINE)
    count = len(offsets) - 1
    # A line ends at a break, or at the end of its text; a text ends before the breaks that follow it.
    ends = np.concatenate([breaks, offsets[1:]])
    texts_of = np.concatenate([np.searchsorted(offsets, breaks, "right") - 1, np.arange(count)])
    order = np.lexsort((np.arange(len(ends)), texts_of))
    text, end = texts_of[order], ends[order]
    first = np.ones(len(end), bool)
    first[1:] = text[1:] != text[:-1]
    start = np.empty_like(end)
    start[1:] = end[:-1] + 1
    start[first] = offsets[:-1]
    # A normal form has no more code points than its line has bytes.
    wanted = np.flatnonzero(end - start >= min_chars)
    hashes, long = np.zeros(len(end), np.uint64), np.zeros(len(end), bool)
    if len(wanted):
        normal = _normal(_taken(data, start[wanted], end[wanted]))
        enough = pc.and_(
            pc.greater_equal(pc.utf8_length(normal), min_chars), pc.match_substring_regex(normal, r"\p{L}")
        )
        long[wanted] = enough.to_numpy(zero_copy_only=False)
        hashes[wanted] = np.where(long[wanted], _hashes(*utf8(normal)), 0)
    own = offsets[text]
    return Lines(text, start - own, end - own, hashes, long)


def distinct_lines(texts: Texts, min_chars: int) -> pa.ListArray:
    """Hashes of the different long lines of each text, in order of size: list<uint64>."""
    found = lines(texts, min_chars)
    text, value = found.text[found.long], found.hash[found.long]
    order = np.lexsort((value, text))
    text, value = text[order], value[order]
    first = np.ones(len(text), bool)
    first[1:] = (text[1:] != text[:-1]) | (value[1:] != value[:-1])
    counts = np.bincount(text[first], minlength=len(texts))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(value[first], pa.uint64()))


def spans_without(start: Sequence[int], end: Sequence[int], gone: Sequence[bool]) -> list[tuple[int, int]]:
    """Edits that take lines out of one text: byte spans, such that the other lines, joined by line breaks, are left.

    `start` and `end` are those of all its lines.
    """
    spans: list[tuple[int, int]] = []
    for line, out in enumerate(gone):
        if not out:
            continue
        first = start[line]
        if spans and spans[-1][1] == first:
            first = spans.pop()[0]
        spans.append((first, end[line] + 1))
    if spans and spans[-1][1] > end[-1]:  # the last line has no break behind it: the one before it goes
        spans[-1] = (max(spans[-1][0] - 1, 0), end[-1])
    return spans


def _normal(written: pa.LargeStringArray) -> pa.LargeStringArray:
    spaced = pc.replace_substring_regex(pc.utf8_normalize(written, "NFC"), _SPACE, " ")
    counted = pc.replace_substring_regex(pc.utf8_lower(spaced), _DIGITS, "0")
    return pc.ascii_trim(counted, " ")


def _taken(data: np.ndarray, start: np.ndarray, end: np.ndarray) -> pa.LargeStringArray:
    """The spans as one column."""
    offsets = np.zeros(len(start) + 1, np.int64)
    np.cumsum(end - start, out=offsets[1:])
    into = np.empty(int(offsets[-1]), np.uint8)
    _copy(data, start, end, offsets, into)
    return pa.LargeStringArray.from_buffers(len(start), pa.py_buffer(offsets), pa.py_buffer(into))


@njit(cache=True, nogil=True)
def _copy(data: Any, start: Any, end: Any, offsets: Any, into: Any) -> None:
    for line in range(len(start)):
        into[offsets[line] : offsets[line + 1]] = data[start[line] : end[line]]


@njit(cache=True, nogil=True)
def _hashes(offsets: Any, data: Any) -> Any:
    found = np.empty(len(offsets) - 1, np.uint64)
    for line in range(len(found)):
        found[line] = xxh64(data, offsets[line], offsets[line + 1])
    return found
