"""Leaders of small components: each document in survivor order takes the later ones that are alike to it."""

import numpy as np
from numba import njit

from corpusforge.dedup.similarity import Rows, equal_hashes, exact_similarity, identical, share_band
from corpusforge.dedup.union_find import flatten, join

FEW = 96  # members of a component whose pairs are looked at one by one
LEADERS = 32  # that look at every member of a larger component, before groups are made
IDENTICAL, COMPARED, ALIKE = 0, 1, 2  # counts


@njit(cache=True, nogil=True)
def lead_small(
    rows: Rows,
    offsets: np.ndarray,
    bands: int,
    least: int,
    threshold: float,
    exact: bool,
    most: int,
    leader: np.ndarray,
    similarity: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Decide the components of at most `most` members: rows `offsets[c]` to `offsets[c + 1] - 1`, in survivor order.

    Fills `leader`, int64[n], and `similarity`, float64[n], by row; (components left over, counts). A component is left over
    when it has more members, or more leaders than are worth a look at every member: then what is not taken has leader -1.
    A row that is identical to an earlier one is left out and has that one's leader, for the result is the same: whoever
    takes the earlier one is as alike to the later one, shares the same bands with it and comes before it; who does not
    take the earlier one does not take the later one either; and if the earlier one leads, it takes the later one.
    """
    left, n_left = np.empty(len(offsets) - 1, np.int64), 0
    counts = np.zeros(3, np.int64)
    longest = 0
    for component in range(len(offsets) - 1):
        size = offsets[component + 1] - offsets[component]
        longest = max(longest, size if size <= most else 0)
    sums, same = np.empty(longest, np.uint64), np.empty(longest, np.int64)
    hashes = rows.signatures.shape[1]
    leader[:] = -1
    for component in range(len(offsets) - 1):
        start, size = offsets[component], offsets[component + 1] - offsets[component]
        if size > most:
            left[n_left] = component
            n_left += 1
            continue
        _first_of_the_same(rows, start, size, exact, sums, same)
        leaders, enough = 0, False
        for i in range(size):
            one = start + i
            if same[i] < i:
                earlier = start + same[i]
                if leader[earlier] >= 0:
                    leader[one] = leader[earlier]
                    similarity[one] = similarity[earlier]
                    counts[IDENTICAL] += 1
                continue
            if leader[one] >= 0 or enough:
                continue
            if leaders == LEADERS and size > FEW:
                enough = True
                left[n_left] = component
                n_left += 1
                continue
            leaders += 1
            leader[one] = one
            similarity[one] = 1.0
            for j in range(i + 1, size):
                other = start + j
                if leader[other] >= 0 or same[j] < j:
                    continue
                if not share_band(rows.signatures, one, rows.signatures, other, bands):
                    continue
                counts[COMPARED] += 1
                if exact:
                    alike = exact_similarity(rows, one, rows, other)
                    if alike < threshold:
                        continue
                else:
                    equal = equal_hashes(rows.signatures, one, rows.signatures, other)
                    alike = equal / hashes
                    if equal < least:
                        continue
                counts[ALIKE] += 1
                leader[other] = one
                similarity[other] = alike
    return left[:n_left], counts


@njit(cache=True, nogil=True)
def _first_of_the_same(rows: Rows, start: int, size: int, exact: bool, sums: np.ndarray, same: np.ndarray) -> None:
    """`same[i]`: the place of the first member that is identical to member i."""
    for i in range(size):
        total, row = np.uint64(0), start + i
        for k in range(rows.signatures.shape[1]):
            total += np.uint64(rows.signatures[row, k])
        sums[i], same[i] = total, i
    if size <= FEW:
        for i in range(size):
            for j in range(i):
                if sums[j] == sums[i] and same[j] == j and identical(rows, start + j, rows, start + i, exact):
                    same[i] = j
                    break
        return
    order = np.argsort(sums[:size], kind="mergesort")  # stable: the first comes first
    for at in range(1, size):
        i, before = order[at], at - 1
        while before >= 0 and sums[order[before]] == sums[i]:
            j = same[order[before]]
            if identical(rows, start + j, rows, start + i, exact):
                same[i] = j
                break
            before -= 1


@njit(cache=True, nogil=True)
def join_small(
    rows: Rows, offsets: np.ndarray, bands: int, few: int, leader: np.ndarray, similarity: np.ndarray
) -> np.ndarray:
    """As `lead_small` where candidates are duplicates, and of duplicates too: the first of what is connected leads."""
    left, n_left = np.empty(len(offsets) - 1, np.int64), 0
    parent = np.empty(few, np.int64)
    hashes = rows.signatures.shape[1]
    for component in range(len(offsets) - 1):
        start, size = offsets[component], offsets[component + 1] - offsets[component]
        if size > few:
            left[n_left] = component
            n_left += 1
            continue
        sets = parent[:size]
        for i in range(size):
            sets[i] = i
        for i in range(size):
            for j in range(i):
                if sets[i] != sets[j] and share_band(rows.signatures, start + j, rows.signatures, start + i, bands):
                    join(sets, j, i)
        flatten(sets)
        for i in range(size):
            one, first = start + i, start + sets[i]
            leader[one] = first
            similarity[one] = equal_hashes(rows.signatures, first, rows.signatures, one) / hashes
    return left[:n_left]
