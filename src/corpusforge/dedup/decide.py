"""One row per document of the components that it is given: who survives it, in a cluster of what size, how alike."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.dedup.giants import CAP
from corpusforge.dedup.greedy import ALIKE, COMPARED, FEW, IDENTICAL, join_small, lead_small
from corpusforge.dedup.nested import Led, Read, join_nested, lead_nested
from corpusforge.dedup.similarity import DECIMALS, Block, Rows, Rule
from corpusforge.dedup.spill import Part, Spill, gathered
from corpusforge.dedup.survivors import Order, before, survivor_order

COUNTS = ("identical", "comparisons", "verified", "rehashed_buckets", "capped_buckets")


class Clusters(NamedTuple):
    """By row: leader int64[n], the row that survives it, its own where it is kept; size int64[n], documents of its
    cluster; similarity float64[n] to the leader, 6 decimals, 1 where it is kept."""

    leader: np.ndarray
    size: np.ndarray
    similarity: np.ndarray


def decide(
    components: np.ndarray,
    order: Order,
    blocks: Iterable[Block],
    rule: Rule,
    cap: int = CAP,
    budget: int | None = None,
    scratch: Path | None = None,
) -> tuple[Clusters, dict[str, int]]:
    """Clusters inside connected components. Every component must be whole; one that is too large only costs time.

    components: int64[n], any number of each document's component. blocks: their signatures (and, where similarity is
    exact, shingles) in the same order, cut anywhere; read once. In survivor order, a document that no one took leads and
    takes the documents not yet taken that share a band with it and are alike to it; with verify "none", the first
    document of what is connected by bands leads. Candidates are checked hash by hash, so a component that joins what
    shares no band, as by a collision of keys, changes nothing.

    budget: rows whose signatures are in memory at a time (4 bytes a hash; beside them 60 to 120 bytes for every row).
    Above it rows go to files in `scratch`, an existing empty folder, once; small components are then decided some
    thousand together, one that has more than half of the budget's rows by blocks of it. The clusters are the same.

    Returns them and {"identical": documents whose signature an earlier one of their component has, "comparisons",
    "verified": of those, how many were alike, "rehashed_buckets", "capped_buckets" (see `giants`), and with generations
    "older_kept": documents that the policy alone would have put before their survivor}.
    Raises ValueError when the numbers of rows differ, or a folder is needed and none is given.
    """
    if not len(components) == len(order.values) == len(order.keys):
        raise ValueError(f"{len(components)} components, {len(order.values)} values, {len(order.keys)} keys")
    rows, offsets = survivor_order(components, order)
    place = np.empty(len(rows), np.int64)
    place[rows] = np.arange(len(rows))
    leader, similarity = np.empty(len(rows), np.int64), np.empty(len(rows))
    totals = dict.fromkeys(COUNTS, 0)

    def keep(start: int, led: Led) -> None:
        span = slice(start, start + len(led.leader))
        leader[span], similarity[span] = led.leader + start, led.similarity
        for name in COUNTS:
            totals[name] += getattr(led, name)

    if budget is None or len(rows) <= budget:
        keep(0, _in_memory(gathered(blocks, place, rule), offsets, rule, cap))
    else:
        if scratch is None:
            raise ValueError(f"{len(rows)} rows are over the budget of {budget}: a scratch folder is needed")
        with Spill(blocks, place, offsets, budget, rule, scratch) as spill:
            for part in spill.parts:
                if len(part.sizes) == 1:
                    keep(part.start, _in_memory(spill.read(part.files[0]), part.offsets, rule, cap))
                else:
                    keep(part.start, _nested(part.sizes, partial(_file, spill, part), rule, cap))
    found = Clusters(np.empty_like(leader), np.empty_like(leader), np.empty_like(similarity))
    found.leader[rows] = rows[leader]
    found.size[rows] = np.bincount(leader, minlength=len(rows))[leader]
    found.similarity[rows] = np.round(similarity, DECIMALS)
    if order.generations is not None:
        totals["older_kept"] = int(_older(found.leader, order.generations, order.values, order.keys))
    return found, totals


def _in_memory(rows: Rows, offsets: np.ndarray, rule: Rule, cap: int) -> Led:
    """Components that follow each other, `offsets` from 0."""
    leader, similarity = np.full(offsets[-1], -1), np.empty(offsets[-1])
    totals = np.zeros(len(COUNTS), np.int64)
    if rule.verify == "none":
        left = join_small(rows, offsets, rule.bands, min(FEW, cap), leader, similarity)
    else:
        exact = rule.verify == "exact"
        left, counts = lead_small(rows, offsets, rule.bands, rule.least, rule.threshold, exact, cap, leader, similarity)
        totals[:3] = counts[[IDENTICAL, COMPARED, ALIKE]]
    for start, end in zip(offsets[left].tolist(), offsets[left + 1].tolist(), strict=True):
        free = start + np.flatnonzero(leader[start:end] < 0)
        some = Rows.of(rows.signatures[free], rows.starts[free], rows.ends[free], rows.shingles)
        led = _nested([len(free)], [some].__getitem__, rule, cap)
        leader[free], similarity[free] = free[led.leader], led.similarity
        totals += [getattr(led, name) for name in COUNTS]
    return Led(leader, similarity, *totals.tolist())


def _file(spill: Spill, part: Part, number: int) -> Rows:
    return spill.read(part.files[number])


def _nested(sizes: list[int], read: Read, rule: Rule, cap: int) -> Led:
    return join_nested(sizes, read, rule) if rule.verify == "none" else lead_nested(sizes, read, rule, cap)


@njit(cache=True, nogil=True)
def _older(leader: np.ndarray, generations: np.ndarray, values: np.ndarray, keys: np.ndarray) -> int:
    """How many documents would come before their leader if generations played no part."""
    count = 0
    for row in range(len(leader)):
        count += leader[row] != row and before(row, leader[row], generations[:0], values, keys)
    return count
