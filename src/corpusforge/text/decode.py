"""Reading code points out of UTF-8 bytes inside a compiled kernel."""

import numpy as np
from numba import njit

REPLACEMENT = 0xFFFD


@njit(cache=True, nogil=True)
def code_point(data: np.ndarray, start: int, end: int) -> tuple[int, int]:
    """(code point, index of the next one) of the character at `start`; reads no byte at or beyond `end`.

    Arrow text is valid UTF-8. Bytes that are not (a span cut inside a character) count as U+FFFD, one per
    byte.
    """
    lead = data[start]
    if lead < 0x80:
        return int(lead), start + 1
    if lead >= 0xF0:
        length, code = 4, int(lead & 0x07)
    elif lead >= 0xE0:
        length, code = 3, int(lead & 0x0F)
    elif lead >= 0xC0:
        length, code = 2, int(lead & 0x1F)
    else:
        return REPLACEMENT, start + 1
    if start + length > end:
        return REPLACEMENT, start + 1
    for i in range(start + 1, start + length):
        code = (code << 6) | int(data[i] & 0x3F)
    return min(code, 0x10FFFF), start + length


@njit(cache=True, nogil=True)
def characters(data: np.ndarray, start: int, end: int) -> int:
    """The number of code points in `data[start:end]`."""
    count = 0
    for i in range(start, end):
        count += (data[i] & 0xC0) != 0x80
    return count
