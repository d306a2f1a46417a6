"""Union-find over a block of numbers, where the least number of a set stands for it."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def root(parent: np.ndarray, at: int) -> int:
    """The least number of a set; halves the way to it for the next one who asks."""
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


@njit(cache=True, nogil=True)
def join(parent: np.ndarray, left: int, right: int) -> None:
    """Make one set of two: a root's parent is never above it."""
    a, b = root(parent, left), root(parent, right)
    if a < b:
        parent[b] = a
    else:
        parent[a] = b


@njit(cache=True, nogil=True)
def flatten(parent: np.ndarray) -> None:
    """Make every number's parent the root of its set."""
    for at in range(len(parent)):
        parent[at] = parent[parent[at]]
