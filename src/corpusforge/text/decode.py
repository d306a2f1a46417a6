"""Reading code points out of UTF-8 bytes inside a compiled kernel."""

from typing import Any

import numpy as np
from numba import njit

from corpusforge.text.memory import load8, load32, load64, popcount64

REPLACEMENT = 0xFFFD
HIGH_BITS = np.uint64(0x8080808080808080)


@njit(cache=True, nogil=True)
def code_point(data: Any, start: int, end: int) -> tuple[int, int]:
    """(code point, index of the next one) of the character at `start`; reads no byte at or beyond `end`. `data` is an array
    or its address.

    Arrow text is valid UTF-8. Bytes that are not (a span cut inside a character) count as U+FFFD, one per
    byte.
    """
    lead = load8(data, start)
    if lead < 0x80:
        return lead, start + 1
    if start + 4 <= end:
        bytes4 = load32(data, start)
        second, third, fourth = bytes4 >> 8 & 0x3F, bytes4 >> 16 & 0x3F, bytes4 >> 24 & 0x3F
        whole = 4
    else:
        second = load8(data, min(start + 1, end - 1)) & 0x3F
        third, fourth = load8(data, min(start + 2, end - 1)) & 0x3F, 0
        whole = end - start
    code, length = REPLACEMENT, 1
    if lead >= 0xF0:
        if whole == 4:
            code, length = min((lead & 0x07) << 18 | second << 12 | third << 6 | fourth, 0x10FFFF), 4
    elif lead >= 0xE0:
        if whole >= 3:
            code, length = (lead & 0x0F) << 12 | second << 6 | third, 3
    elif lead >= 0xC0 and whole >= 2:
        code, length = (lead & 0x1F) << 6 | second, 2
    return code, start + length


@njit(cache=True, nogil=True)
def characters(data: Any, start: int, end: int) -> int:
    """The number of code points in `data[start:end]`: of bytes that do not continue one."""
    continuing, at = 0, start
    while at + 8 <= end:
        bytes8 = load64(data, at)
        continuing += popcount64(bytes8 & ~(bytes8 << np.uint64(1)) & HIGH_BITS)
        at += 8
    while at < end:
        continuing += (load8(data, at) & 0xC0) == 0x80
        at += 1
    return end - start - continuing
