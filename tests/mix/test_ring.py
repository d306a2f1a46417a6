"""Choosing documents by their keys: exact amounts, whole sets, no order."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.errors import UserError
from corpusforge.mix.ring import (
    BINS,
    CHOICE,
    SHUFFLE,
    Census,
    Cut,
    coarse_cut,
    fine_cut,
    key_halves,
    places,
    stages_of,
)


def _keys(count: int) -> pa.Array:
    return pa.array([hashlib.md5(b"%d" % number).hexdigest() for number in range(count)], pa.large_string())


def test_keys_are_read_as_two_numbers() -> None:
    keys = pa.array(["0123456789abcdef0000000000000001", "ffffffffffffffff8000000000000000"], pa.large_string())
    high, low = key_halves(keys)
    assert [int(one) for one in high] == [0x0123456789ABCDEF, 2**64 - 1]
    assert [int(one) for one in low] == [1, 2**63]
    sliced = key_halves(keys.slice(1))
    assert int(sliced[1][0]) == 2**63
    assert [len(half) for half in key_halves(pa.array([], pa.large_string()))] == [0, 0]


@pytest.mark.parametrize("key", ["", "abc", "0" * 33])
def test_a_key_of_another_form_is_refused(key: str) -> None:
    with pytest.raises(UserError, match="32 hex digits"):
        key_halves(pa.array([key], pa.large_string()))


def test_places_are_even_and_differ_by_copy_seed_and_purpose() -> None:
    high, low = key_halves(_keys(20_000))
    none = np.zeros(20_000, np.int64)
    place = places(high, low, none, 7, CHOICE)
    counts = np.bincount((place >> np.uint64(60)).astype(np.int64), minlength=16)
    # Chi square with 15 degrees of freedom: 37.7 is exceeded once in a thousand times.
    assert ((counts - 1_250) ** 2 / 1_250).sum() < 37.7
    others = [places(high, low, none + 1, 7, CHOICE), places(high, low, none, 8, CHOICE)]
    others.append(places(high, low, none, 7, SHUFFLE))
    for other in others:
        assert abs(np.corrcoef(place.astype(float), other.astype(float))[0, 1]) < 0.03


def test_a_sample_of_keys_is_even_too() -> None:
    """Runs with --sample hold only keys whose first bits are low."""
    high, low = key_halves(_keys(40_000))
    chosen = high < np.uint64(2**60)
    place = places(high[chosen], low[chosen], np.zeros(chosen.sum(), np.int64), 0, CHOICE)
    assert abs(place.astype(float).mean() / 2**64 - 0.5) < 0.03


def _cuts(amounts: np.ndarray, place: np.ndarray, targets: list[float]) -> tuple[list[Cut], list[int]]:
    census = Census()
    census.add(np.zeros(len(place), np.int64), place, amounts, np.ones(len(place), bool))
    part = (place >> np.uint64(54)).astype(np.int64)
    cuts, found = [], []
    for target in targets:
        cut = coarse_cut(census.counts[1, 0], target)
        amount = cut.epoch * int(census.total(0)[1])
        if cut.bin is not None:
            amount += int(census.counts[1, 0, : cut.bin].sum())
            inside = part == cut.bin
            cut, more = fine_cut(cut, place[inside], amounts[:, inside], 1)
            amount += int(more[1])
        cuts.append(cut)
        found.append(amount)
    return cuts, found


_documents = st.lists(st.integers(0, 500), min_size=1, max_size=60)


@given(_documents, st.lists(st.floats(0, 3), min_size=1, max_size=4), st.randoms())
def test_cuts_meet_their_targets_within_a_document_in_any_order(words: list[int], epochs: list[float], random) -> None:
    high, low = key_halves(_keys(len(words)))
    place = places(high, low, np.zeros(len(words), np.int64), 1, CHOICE)
    counts = np.array(words, np.int64)
    amounts = np.stack([np.ones(len(words), np.int64), counts, 2 * counts])
    whole = int(counts.sum())
    targets = sorted(epoch * whole for epoch in epochs)
    cuts, found = _cuts(amounts, place, targets)
    for target, amount in zip(targets, found, strict=True):
        assert amount <= target + 1e-6
        assert whole == 0 or amount + counts.max() > target - 1e-6
    shuffled = list(range(len(words)))
    random.shuffle(shuffled)
    assert _cuts(amounts[:, shuffled], place[shuffled], targets) == (cuts, found)
    # Every stage takes what lies between its cuts; a copy is in one stage at most, and the sums are those of the cuts.
    ends = np.array([[(cut.epoch, cut.below) for cut in cuts]], np.uint64)
    taken = np.zeros(len(cuts) + 1, np.int64)
    for epoch in range(4):
        stage = stages_of(ends, np.zeros(len(words), np.int64), place, epoch)
        np.add.at(taken, stage, counts)
    assert np.cumsum(taken[:-1]).tolist() == found


def test_nothing_comes_twice_before_everything_came_once() -> None:
    place = np.array([10, 20, 30], np.uint64) << np.uint64(56)
    cuts = np.array([[(0, 25 << 56), (1, 15 << 56)]], np.uint64)
    rings = np.zeros(3, np.int64)
    assert stages_of(cuts, rings, place, 0).tolist() == [0, 0, 1]  # the second stage begins with what the first left
    assert stages_of(cuts, rings, place, 1).tolist() == [1, 2, 2]


def test_whole_epochs_need_no_document_to_be_looked_at() -> None:
    counts = np.zeros(BINS, np.int64)
    counts[3] = 100
    assert coarse_cut(counts, 300.0) == Cut(3)
    assert coarse_cut(counts, 299.9999999999) == Cut(3)
    assert coarse_cut(counts, 0) == Cut(0)
    assert coarse_cut(np.zeros(BINS, np.int64), 10) == Cut(0)
