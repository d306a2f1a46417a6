"""A bounded sample of long texts: windows at even distances, cut where words begin and end."""

import numpy as np
from numba import njit

from corpusforge.text.buffers import Utf8

_REACH = 64  # bytes within which a cut looks for white space; else it is made between two characters


def windows(
    text: Utf8, size: int | None, count: int, chosen: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spans of the texts' bytes: (rows, starts, ends), int64; row i has the spans rows[i]:rows[i + 1]. With `chosen`,
    int64, row i is about text chosen[i].

    A text of at most `size` bytes is one span; of a longer one there are `count` windows of size / count bytes at most:
    the first at its begin, the last at its end. `size` None: every text is one span. Row i depends on text i only.
    """
    whole = int(text.offsets[-1] - text.offsets[0])
    begins, ends = text.offsets[:-1], text.offsets[1:]
    if chosen is not None:
        begins, ends = begins[chosen], ends[chosen]
    return _windows(text.data, begins, ends, whole if size is None else size, count)


@njit(cache=True, nogil=True)
def _windows(
    data: np.ndarray, begins: np.ndarray, stops: np.ndarray, size: int, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    texts = len(begins)
    rows = np.zeros(texts + 1, np.int64)
    for row in range(texts):
        rows[row + 1] = rows[row] + (1 if stops[row] - begins[row] <= size else count)
    starts, ends = np.empty(rows[-1], np.int64), np.empty(rows[-1], np.int64)
    width = size // count
    for row in range(texts):
        begin, end = begins[row], stops[row]
        if rows[row + 1] - rows[row] == 1:
            starts[rows[row]], ends[rows[row]] = begin, end
            continue
        for window in range(count):
            first = begin + (end - begin - width) * window // (count - 1)
            last = first + width
            span = rows[row] + window
            starts[span] = first if window == 0 else _forward(data, first, last)
            ends[span] = last if window == count - 1 else _back(data, starts[span], last)
    return rows, starts, ends


@njit(cache=True)
def _forward(data: np.ndarray, place: int, limit: int) -> int:
    """Where the next word begins."""
    for at in range(place, min(place + _REACH, limit)):
        if data[at] <= 32:
            return at
    while place < limit and data[place] & 0xC0 == 0x80:
        place += 1
    return place


@njit(cache=True)
def _back(data: np.ndarray, limit: int, place: int) -> int:
    """Where the last whole word before `place` ends; `place` lies inside the text."""
    for at in range(place, max(place - _REACH, limit), -1):
        if data[at] <= 32:
            return at
    while place > limit and data[place] & 0xC0 == 0x80:
        place -= 1
    return place
