"""Leaders of a large component, with two blocks of it in memory at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.dedup.band_keys import CLUSTERS, band_keys, mixed, slice_key
from corpusforge.dedup.giants import group_entries, over
from corpusforge.dedup.similarity import Rows, Rule, equal_hashes
from corpusforge.dedup.take import Half, take
from corpusforge.dedup.union_find import flatten, join
from corpusforge.text.buffers import frozen

Read = Callable[[int], Rows]


class Led(NamedTuple):
    """leader: int64[n]; similarity: float64[n] to the leader; the others: counts."""

    leader: np.ndarray
    similarity: np.ndarray
    identical: int = 0
    comparisons: int = 0
    verified: int = 0
    rehashed_buckets: int = 0
    capped_buckets: int = 0


def lead_nested(sizes: Sequence[int], read: Read, rule: Rule, cap: int) -> Led:
    """Leaders of one component whose rows, in survivor order, are cut into blocks of `sizes`; `read(b)` gives block b.

    What the leaders of a block do not take in it they take from the later blocks, block by block, before the next
    block's documents may lead: so each is taken by the first leader that is alike to it, whatever the blocks. Identical
    documents are compared once (see `lead_small`). Takes 50 bytes a row beside two blocks.
    """
    starts = np.concatenate(([0], np.cumsum(sizes)))
    exact = rule.verify == "exact"
    first = _first_identical(sizes, read, exact)
    distinct = first == np.arange(len(first))
    giants, heavy = _giants(sizes, read, rule, cap, distinct, starts)
    led = np.zeros(len(heavy), np.int64)  # leaders so far
    leader, similarity, counts = np.full(len(first), -1), np.ones(len(first)), np.zeros(2, np.int64)
    for number in range(len(sizes)):
        span = slice(starts[number], starts[number + 1])
        free = np.flatnonzero(distinct[span] & (leader[span] < 0))
        if not len(free):
            continue
        block = Half.of(read(number), free, rule.bands, giants)
        counts += take(block, block, heavy, led, cap, rule, span.start, leader[span], similarity[span])
        leads = free[leader[span][free] == free + span.start]
        block = Half.of(block.rows, leads, rule.bands, giants)
        for other in range(number + 1, len(sizes)):
            later = slice(starts[other], starts[other + 1])
            waiting = np.flatnonzero(distinct[later] & (leader[later] < 0))
            if len(waiting):
                right = Half.of(read(other), waiting, rule.bands, giants)
                counts += take(block, right, heavy, led, cap, rule, span.start, leader[later], similarity[later])
        if len(heavy):
            at = np.searchsorted(heavy, block.keys).clip(max=len(heavy) - 1)
            np.add.at(led, at[heavy[at] == block.keys], 1)
    copies = np.flatnonzero(~distinct)
    leader[copies], similarity[copies] = leader[first[copies]], similarity[first[copies]]
    capped = int((led > cap).sum())
    return Led(leader, similarity, len(copies), int(counts[0]), int(counts[1]), len(giants), capped)


def join_nested(sizes: Sequence[int], read: Read, rule: Rule) -> Led:
    """As `lead_nested` where all rows of a bucket are connected: the first row of a connected component leads.

    Buckets are of keys of 64 bits, another set than `band_keys` gives for candidates. Takes 24 bytes a row beside two
    blocks, or the memory of a block where that is more: so many bands are done in one reading.
    """
    starts = np.concatenate(([0], np.cumsum(sizes)))
    rows = int(starts[-1])
    parent = np.arange(rows)
    at_once = min(max(max(sizes) * rule.hashes // rows, 1), rule.bands)
    for band in range(0, rule.bands, at_once):
        keys = np.empty((min(at_once, rule.bands - band), rows), np.uint64)
        for number in range(len(sizes)):
            found = band_keys(read(number).signatures, rule.bands, CLUSTERS)
            keys[:, starts[number] : starts[number + 1]] = found[:, band : band + len(keys)].T
        for each in keys:
            _join_equal(parent, each, np.argsort(each))
    flatten(parent)
    leads = np.unique(parent)
    of_leads = np.empty((len(leads), rule.hashes), np.uint32)
    for number in range(len(sizes)):
        span = np.searchsorted(leads, starts[number : number + 2])
        of_leads[span[0] : span[1]] = read(number).signatures[leads[span[0] : span[1]] - starts[number]]
    similarity = np.empty(rows)
    for number in range(len(sizes)):
        mine = slice(starts[number], starts[number + 1])
        place = np.searchsorted(leads, parent[mine])
        similarity[mine] = _shares(frozen(of_leads), place, read(number).signatures)
    return Led(parent, similarity)


def _first_identical(sizes: Sequence[int], read: Read, exact: bool) -> np.ndarray:
    """int64[n]: the first row with the same signature (and shingles), by two keys of 64 bits each."""
    rows = sum(sizes)
    prints, at = np.empty((rows, 2), np.uint64), 0
    for number, size in enumerate(sizes):
        _fingerprints(read(number), exact, prints[at : at + size])
        at += size
    order = np.lexsort((prints[:, 1], prints[:, 0]))
    ordered = prints[order]
    begins = np.concatenate(([True], (ordered[1:] != ordered[:-1]).any(axis=1)))
    first = np.empty(rows, np.int64)
    first[order] = order[begins][np.cumsum(begins) - 1]
    return first


def _giants(
    sizes: Sequence[int], read: Read, rule: Rule, cap: int, distinct: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The keys of giant buckets, and of what stands in for them those that are over the cap too; ascending."""
    none = np.zeros(0, np.uint64)
    if distinct.sum() <= cap:
        return none, none

    def keys(giants: np.ndarray) -> Iterator[np.ndarray]:
        for number in range(len(sizes)):
            rows = np.flatnonzero(distinct[starts[number] : starts[number + 1]])
            yield group_entries(read(number).signatures, rows, rule.bands, giants)[0]

    entries = int(distinct.sum()) * rule.bands
    giants = over(lambda: keys(none), entries, cap)
    return giants, over(lambda: keys(giants), entries, cap) if len(giants) else none


@njit(cache=True, nogil=True)
def _fingerprints(rows: Rows, exact: bool, prints: np.ndarray) -> None:
    hashes = rows.signatures.shape[1]
    for row in range(len(rows.signatures)):
        for half in range(2):
            key = slice_key(rows.signatures, row, 0, hashes, mixed(np.uint64(half)))
            if exact:
                for k in range(rows.starts[row], rows.ends[row]):
                    key = mixed(key ^ rows.shingles[k])
            prints[row, half] = key


@njit(cache=True, nogil=True)
def _join_equal(parent: np.ndarray, keys: np.ndarray, order: np.ndarray) -> None:
    for i in range(1, len(order)):
        if keys[order[i]] == keys[order[i - 1]]:
            join(parent, order[i - 1], order[i])


@njit(cache=True, nogil=True)
def _shares(leads: np.ndarray, place: np.ndarray, signatures: np.ndarray) -> np.ndarray:
    """float64[n]: the share of equal hashes of each row and its leader."""
    shares = np.empty(len(signatures))
    for row in range(len(signatures)):
        shares[row] = equal_hashes(leads, place[row], signatures, row) / signatures.shape[1]
    return shares
