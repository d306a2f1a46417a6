"""xxHash64 (Yann Collet, xxHash specification 0.1.1, seed 0) inside compiled kernels."""

from typing import Any

import numpy as np
from numba import njit

from corpusforge.text.memory import load8, load32, load64

P1 = np.uint64(0x9E3779B185EBCA87)
P2 = np.uint64(0xC2B2AE3D27D4EB4F)
P3 = np.uint64(0x165667B19E3779F9)
P4 = np.uint64(0x85EBCA77C2B2AE63)
P5 = np.uint64(0x27D4EB2F165667C5)
START_1 = np.uint64((0x9E3779B185EBCA87 + 0xC2B2AE3D27D4EB4F) % 2**64)
START_4 = np.uint64(2**64 - 0x9E3779B185EBCA87)


@njit(cache=True, nogil=True)
def xxh64(data: Any, start: int, end: int) -> np.uint64:
    """The hash of `data[start:end]` with seed 0; `data` is uint8 or the address of it, and the span must lie within."""
    at = start
    if end - start >= 32:
        a, b, c, d = START_1, P2, np.uint64(0), START_4
        while at + 32 <= end:
            a = _round(a, load64(data, at))
            b = _round(b, load64(data, at + 8))
            c = _round(c, load64(data, at + 16))
            d = _round(d, load64(data, at + 24))
            at += 32
        value = _rotated(a, 1) + _rotated(b, 7) + _rotated(c, 12) + _rotated(d, 18)
        value = _merged(_merged(_merged(_merged(value, a), b), c), d)
    else:
        value = P5
    value += np.uint64(end - start)
    while at + 8 <= end:
        value = _rotated(value ^ _round(np.uint64(0), load64(data, at)), 27) * P1 + P4
        at += 8
    if at + 4 <= end:
        value = _rotated(value ^ (np.uint64(load32(data, at)) * P1), 23) * P2 + P3
        at += 4
    while at < end:
        value = _rotated(value ^ (np.uint64(load8(data, at)) * P5), 11) * P1
        at += 1
    value = (value ^ (value >> np.uint64(33))) * P2
    value = (value ^ (value >> np.uint64(29))) * P3
    return value ^ (value >> np.uint64(32))


@njit(cache=True, nogil=True)
def _round(state: np.uint64, word: np.uint64) -> np.uint64:
    return _rotated(state + word * P2, 31) * P1


@njit(cache=True, nogil=True)
def _merged(value: np.uint64, state: np.uint64) -> np.uint64:
    return (value ^ _round(np.uint64(0), state)) * P1 + P4


@njit(cache=True, nogil=True)
def _rotated(value: np.uint64, bits: int) -> np.uint64:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))
