"""xxHash64 (Yann Collet, xxHash specification 0.1.1, seed 0) inside compiled kernels."""

import numpy as np
from numba import njit

P1 = np.uint64(0x9E3779B185EBCA87)
P2 = np.uint64(0xC2B2AE3D27D4EB4F)
P3 = np.uint64(0x165667B19E3779F9)
P4 = np.uint64(0x85EBCA77C2B2AE63)
P5 = np.uint64(0x27D4EB2F165667C5)
START_1 = np.uint64((0x9E3779B185EBCA87 + 0xC2B2AE3D27D4EB4F) % 2**64)
START_4 = np.uint64(2**64 - 0x9E3779B185EBCA87)


@njit(cache=True, nogil=True)
def xxh64(data: np.ndarray, start: int, end: int) -> np.uint64:
    """The hash of `data[start:end]` (uint8) with seed 0."""
    at = start
    if end - start >= 32:
        a, b, c, d = START_1, P2, np.uint64(0), START_4
        while at + 32 <= end:
            a = _round(a, _word(data, at, 8))
            b = _round(b, _word(data, at + 8, 8))
            c = _round(c, _word(data, at + 16, 8))
            d = _round(d, _word(data, at + 24, 8))
            at += 32
        value = _rotated(a, 1) + _rotated(b, 7) + _rotated(c, 12) + _rotated(d, 18)
        value = _merged(_merged(_merged(_merged(value, a), b), c), d)
    else:
        value = P5
    value += np.uint64(end - start)
    while at + 8 <= end:
        value = _rotated(value ^ _round(np.uint64(0), _word(data, at, 8)), 27) * P1 + P4
        at += 8
    if at + 4 <= end:
        value = _rotated(value ^ (_word(data, at, 4) * P1), 23) * P2 + P3
        at += 4
    while at < end:
        value = _rotated(value ^ (np.uint64(data[at]) * P5), 11) * P1
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


@njit(cache=True, nogil=True)
def _word(data: np.ndarray, at: int, size: int) -> np.uint64:
    """`size` bytes from `at`, little-endian."""
    value = np.uint64(0)
    for i in range(size):
        value |= np.uint64(data[at + i]) << np.uint64(8 * i)
    return value
