"""Open-addressed tables from the hash of a short name to a number, for compiled kernels."""

import numpy as np

from corpusforge.html.kernel import kernel

SEED = np.uint64(0xCBF29CE484222325)  # FNV-1a, 64 bits (Fowler, Noll, Vo)
PRIME = np.uint64(0x100000001B3)
_MASK = 2**64 - 1


def fnv(name: bytes) -> int:
    """FNV-1a of the bytes."""
    value = int(SEED)
    for byte in name:
        value = ((value ^ byte) * int(PRIME)) & _MASK
    return value


def hashes(names: str) -> tuple[np.uint64, ...]:
    """FNV-1a of each of the names, which spaces separate."""
    return tuple(np.uint64(fnv(name.encode())) for name in names.split())


def empty_table(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Keys (0: free) and values of a table with `size` places, a power of two."""
    return np.zeros(size, np.uint64), np.zeros(size, np.int32)


def insert(keys: np.ndarray, values: np.ndarray, key: int, value: int) -> None:
    """Add a key. Raises ValueError for one that is there: two names with one hash could not be told apart."""
    place = key & (len(keys) - 1)
    while keys[place]:
        if int(keys[place]) == key:
            raise ValueError(f"key {key} twice")
        place = (place + 1) & (len(keys) - 1)
    keys[place], values[place] = key, value


@kernel
def find(keys, values, key):  # type: ignore[no-untyped-def]
    """The value of a key, or -1."""
    mask = np.uint64(len(keys) - 1)
    place = key & mask
    while keys[place] != np.uint64(0):
        if keys[place] == key:
            return values[place]
        place = (place + np.uint64(1)) & mask
    return -1
