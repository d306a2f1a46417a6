"""Leaders take the documents that are alike to them, out of the groups that they share."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.dedup.giants import group_entries
from corpusforge.dedup.similarity import Rows, Rule, equal_hashes, exact_similarity, share_band
from corpusforge.text.buffers import frozen


class Half(NamedTuple):
    """Some rows of a block: those that may lead, or those that may be taken.

    rows: the block; chosen: int64[n] rows of it, ascending; the groups of chosen row i are
    `keys[offsets[i]:offsets[i + 1]]`.
    """

    rows: Rows
    chosen: np.ndarray
    keys: np.ndarray
    offsets: np.ndarray

    @classmethod
    def of(cls, rows: Rows, chosen: np.ndarray, bands: int, giants: np.ndarray) -> "Half":
        """With the groups of the chosen rows."""
        return cls(rows, chosen, *group_entries(rows.signatures, chosen, bands, giants))


def take(
    left: Half,
    right: Half,
    heavy: np.ndarray,
    led: np.ndarray,
    cap: int,
    rule: Rule,
    start: int,
    leader: np.ndarray,
    similarity: np.ndarray,
) -> np.ndarray:
    """Let each chosen row of `left` take the chosen rows of `right` that are alike to it and have no leader, in order.

    Where both are the same, a row that no one took leads; else all of `left` lead. heavy, led: the keys of groups over
    the cap and how many leaders each has had: a leader that comes after `cap` others takes nothing from such a group.
    Fills `leader` and `similarity` of the rows of `right`; row i of `left` is number `start + i`. Returns the number of
    comparisons and of those that found two rows alike, int64[2].
    """
    order = np.argsort(right.keys)
    ordered = right.keys[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    begins = np.flatnonzero(first)
    members = np.repeat(right.chosen, np.diff(right.offsets))[order]
    groups = ordered[begins]
    ranks = np.zeros(len(groups), np.int64)
    if len(heavy):
        at = _places(groups, heavy)
        ranks[at[at >= 0]] = led[at >= 0]
    inside = left is right
    if inside:
        places = np.empty(len(order), np.int64)
        places[order] = np.cumsum(first) - 1
    else:
        places = _places(groups, left.keys)
    low = frozen(left.rows.signatures.astype(np.uint8))
    right_low = low if inside else frozen(right.rows.signatures.astype(np.uint8))
    counts: np.ndarray = _take(
        left.rows,
        low,
        left.chosen,
        left.offsets,
        places,
        right.rows,
        right_low,
        members,
        np.append(begins, len(ordered)),
        ranks,
        cap,
        rule.bands,
        rule.least,
        rule.threshold,
        rule.verify == "exact",
        start,
        inside,
        leader,
        similarity,
    )
    return counts


def _places(groups: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """int64[len(keys)]: where each key is among the ascending keys of the groups, -1 where it is not."""
    at = np.searchsorted(groups, keys).clip(max=len(groups) - 1)
    return np.where(groups[at] == keys, at, -1)


@njit(cache=True, nogil=True)
def _take(
    left: Rows,
    low: np.ndarray,
    chosen: np.ndarray,
    entries: np.ndarray,
    places: np.ndarray,
    right: Rows,
    right_low: np.ndarray,
    members: np.ndarray,
    offsets: np.ndarray,
    ranks: np.ndarray,
    cap: int,
    bands: int,
    least: int,
    threshold: float,
    exact: bool,
    start: int,
    inside: bool,
    leader: np.ndarray,
    similarity: np.ndarray,
) -> np.ndarray:
    """See `take`. Hashes whose low bytes differ are different, so most unlike pairs cost an eighth of the bytes."""
    hashes = left.signatures.shape[1]
    counts = np.zeros(2, np.int64)
    begins, ends = offsets[:-1].copy(), offsets[1:].copy()
    compared_with = np.full(len(leader), -1, np.int64)
    for i in range(len(chosen)):
        one = chosen[i]
        if inside:
            if leader[one] >= 0:
                continue
            leader[one] = start + one
        for entry in range(entries[i], entries[i + 1]):
            group = places[entry]
            if group < 0:
                continue
            rank = ranks[group]
            ranks[group] += 1
            if rank >= cap:
                continue
            kept = begins[group]
            for place in range(begins[group], ends[group]):
                other = members[place]
                if leader[other] >= 0:
                    continue
                if compared_with[other] != one:
                    compared_with[other] = one
                    counts[0] += 1
                    alike = -1.0
                    if exact:
                        alike = exact_similarity(left, one, right, other)
                        found = alike >= threshold
                    elif equal_hashes(low, one, right_low, other) < least:
                        found = False
                    else:
                        equal = equal_hashes(left.signatures, one, right.signatures, other)
                        found, alike = equal >= least, equal / hashes
                    if found and share_band(left.signatures, one, right.signatures, other, bands):
                        counts[1] += 1
                        leader[other], similarity[other] = start + one, alike
                        continue
                members[kept] = other
                kept += 1
            ends[group] = kept
    return counts
