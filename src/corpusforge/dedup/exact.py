"""Groups of equal documents in sorted arrays: who stays, and whom the others copy."""

from typing import NamedTuple

import numpy as np


class Groups(NamedTuple):
    """Documents that share their hash with another one, sorted by group, the one that stays first in each.

    rows: int64, places in the arrays given. size: int64, members of the document's group. survivor: int64, the place of
    the group's first.
    """

    rows: np.ndarray
    size: np.ndarray
    survivor: np.ndarray


def groups(hashes: np.ndarray, *order: np.ndarray) -> Groups:
    """Group equal hashes, (n, 2) uint64; inside a group the least by `order` stays, the first of these arrays counting most.

    `order` must tell all documents apart, or the result would depend on how they come. O(n log n), however large a group.
    """
    count = len(hashes)
    by = np.lexsort((*reversed(order), hashes[:, 1], hashes[:, 0]))
    ordered = hashes[by]
    first = np.ones(count, bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    starts = np.flatnonzero(first)
    sizes = np.diff(np.append(starts, count))
    size, survivor = np.repeat(sizes, sizes), np.repeat(by[starts], sizes)
    several = size > 1
    return Groups(by[several], size[several], survivor[several])
