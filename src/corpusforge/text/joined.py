"""The words of a text joined, and a hash of any n of them at the price of two look-ups.

The joined bytes are read as a number to the base 256, the first byte the lowest, modulo a prime (Karp and Rabin 1987,
"Efficient randomized pattern-matching algorithms"). `sums[i]` is that number from word i to the end, so

    hash of words i to j - 1 = sums[i] - 256^(edges[j] - edges[i]) x sums[j]   modulo PRIME

It depends on the bytes alone, not on where the words are cut. Strings of one hash need not be equal: whoever needs to
know compares the bytes.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.memory import address, load8, load32, load64, store8, store32, store64

PRIME = np.uint64(0xE9B5DB85)  # below 2^32, so that a product and a sum fit 64 bits; its bits are in no order
PRIME_SQUARED = PRIME * PRIME
MIX = np.uint64(0x9E3779B185EBCA87)  # odd, with bits in no order: one of xxHash's primes
HALF = np.uint64(32)
SLACK = 64  # bytes after the last word, of which the first 16 are zero
SPACE, ZERO, ONE = 0x20, np.uint64(0), np.uint64(1)
POWERS = np.array([pow(256, size, int(PRIME)) for size in range(512)], np.uint64)
EIGHT, SIXTEEN = POWERS[8], POWERS[16]
MASKS = np.array([2 ** (8 * size) - 1 for size in range(9)], np.uint64)  # the low `size` bytes


class Joined(NamedTuple):
    """Where the joined words are: addresses of arrays, which the holder must keep.

    data: uint8, SLACK bytes longer than the words; edges: int32, word i begins at `edges[i]`; sums: uint32.
    n: how many words make a string. gap: spaces after each word. cut: whether strings are only equal if their words are.
    """

    data: int
    edges: int
    sums: int
    n: int
    gap: int
    cut: bool


@njit(cache=True, nogil=True, forceinline=True)
def edge(joined: Joined, word: int) -> int:
    """Where a word begins."""
    return int(load32(joined.edges, 4 * word))


@njit(cache=True, nogil=True, forceinline=True)
def string_hash(joined: Joined, word: int) -> np.uint64:
    """A hash below 2^32 of the n words from `word` on."""
    size = edge(joined, word + joined.n) - edge(joined, word)
    power = load64(address(POWERS), 8 * size) if size < len(POWERS) else _power(size)
    tail = power * np.uint64(load32(joined.sums, 4 * (word + joined.n)))
    value = (np.uint64(load32(joined.sums, 4 * word)) + (PRIME_SQUARED - tail)) % PRIME
    return (value * MIX) >> HALF


@njit(cache=True, nogil=True)
def _power(size: int) -> np.uint64:
    """256^size modulo PRIME."""
    value, square = ONE, POWERS[1]
    while size:
        if size & 1:
            value = value * square % PRIME
        square = square * square % PRIME
        size >>= 1
    return value


@njit(cache=True, nogil=True)
def equal(joined: Joined, left: int, right: int) -> bool:
    """Whether the n words from `left` on are the string of those from `right` on."""
    at, other = edge(joined, left), edge(joined, right)
    size = edge(joined, left + joined.n) - at
    if edge(joined, right + joined.n) - other != size:
        return False
    if joined.cut:
        for word in range(1, joined.n):
            if edge(joined, left + word) - at != edge(joined, right + word) - other:
                return False
    while size >= 8:
        if load64(joined.data, at) != load64(joined.data, other):
            return False
        at += 8
        other += 8
        size -= 8
    return bool((load64(joined.data, at) ^ load64(joined.data, other)) & load64(address(MASKS), 8 * size) == ZERO)


@njit(cache=True, nogil=True)
def join(
    starts: np.ndarray, ends: np.ndarray, data: np.ndarray, first: int, n_words: int, gap: int, target: int, edges: int
) -> None:
    """Copy the words one after the other, `gap` spaces after each, to the address `target`; write `edges`."""
    source, to = address(data), 0
    whole = len(data) - 16
    store32(edges, 0, 0)
    for i in range(n_words):
        at, end = starts[first + i], ends[first + i]
        if at <= whole:  # some bytes too many, soon written over
            store64(target, to, load64(source, at))
            store64(target, to + 8, load64(source, at + 8))
            at += 16
            to += 16
        while at < end and at <= whole + 8:
            store64(target, to, load64(source, at))
            at += 8
            to += 8
        while at < end:
            store8(target, to, load8(source, at))
            at += 1
            to += 1
        to += end - at
        store8(target, to, SPACE)
        to += gap
        store32(edges, 4 * (i + 1), to)
    store64(target, to, ZERO)
    store64(target, to + 8, ZERO)


@njit(cache=True, nogil=True)
def holds_space(data: int, size: int) -> bool:
    """Whether a byte is a space."""
    found = 0
    for at in range(size):
        found |= load8(data, at) == SPACE
    return found != 0


@njit(cache=True, nogil=True)
def add_up(joined: Joined, n_words: int, blocks: int) -> None:
    """Write `sums`; `blocks` is the address of uint32[bytes / 8 + 2] for those from every eighth byte on."""
    block = (edge(joined, n_words) + 7) // 8
    store32(blocks, 4 * block + 4, 0)
    store32(blocks, 4 * block, 0)
    total = ZERO
    while block >= 2:  # two at a time: the second does not wait for the first
        block -= 2
        low, high = load64(joined.data, 8 * block) % PRIME, load64(joined.data, 8 * block + 8) % PRIME
        store32(blocks, 4 * block + 4, np.int64((high + EIGHT * total) % PRIME))
        total = ((low + EIGHT * high) % PRIME + SIXTEEN * total) % PRIME
        store32(blocks, 4 * block, np.int64(total))
    if block:
        store32(blocks, 0, np.int64((load64(joined.data, 0) % PRIME + EIGHT * total) % PRIME))
    for word in range(n_words + 1):
        at = edge(joined, word)
        size = 8 - at % 8
        part = (load64(joined.data, at) & load64(address(MASKS), 8 * size)) % PRIME
        rest = np.uint64(load32(blocks, 4 * (at // 8) + 4))
        store32(joined.sums, 4 * word, np.int64((part + load64(address(POWERS), 8 * size) * rest) % PRIME))
