"""Curricula: what comes when."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.mix.curriculum import WINDOWS, Distribution, competence, order_of, ranks, windows_of
from corpusforge.mix.mixture import Order


def _order(pacing: str, start: float = 0.1, **more: object) -> Order:
    return Order.model_validate({"by": "lix", "pacing": pacing, "start": start, **more})


def test_competence_by_hand() -> None:
    # Platanios et al. (2019): at half time, linear 0.1 + 0.9 / 2; root sqrt(0.01 + 0.99 / 2).
    assert competence(_order("linear"), 4)[2] == pytest.approx(0.75)  # the share that the window takes is more
    assert competence(_order("linear", 0.5), 4)[2] == pytest.approx(0.75)
    assert competence(_order("root"), 64)[32] == pytest.approx(np.sqrt(0.505))
    assert competence(_order("step", 0.25, steps=4), 8).tolist() == [0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1.0, 1.0]
    assert competence(_order("sorted"), 4).tolist() == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("pacing", ["linear", "root", "step", "sorted"])
def test_windows_are_even_and_hold_only_what_is_easy_enough(pacing: str) -> None:
    order = _order(pacing, 0.2)
    rng = np.random.default_rng(3)
    easiness = rng.permutation(200_000) / 200_000
    window = windows_of(order, easiness, rng.random(200_000))
    there = competence(order)
    assert (easiness <= there[window] + 1e-9).all()
    counts = np.bincount(window, minlength=WINDOWS)
    expected = 200_000 / WINDOWS
    assert np.abs(counts - expected).max() < 6 * np.sqrt(expected)


def test_a_window_is_drawn_evenly_from_what_is_there() -> None:
    # With linear pacing from 0.5, a first window's documents lie evenly in the easier half.
    rng = np.random.default_rng(4)
    easiness = rng.permutation(400_000) / 400_000
    window = windows_of(_order("linear", 0.5), easiness, rng.random(400_000))
    first = easiness[window == 0]
    counts = np.histogram(first, bins=5, range=(0, 0.5))[0]
    assert np.abs(counts - len(first) / 5).max() < 5 * np.sqrt(len(first) / 5)


def test_sorted_is_sorted() -> None:
    easiness = np.arange(6_400) / 6_400
    window = windows_of(_order("sorted", 1.0), easiness, np.full(6_400, 0.5))
    assert (np.diff(window) >= 0).all() and np.bincount(window).tolist() == [100] * 64


@given(st.lists(st.floats(allow_nan=False, width=64), min_size=2))
def test_ranks_sort_as_values_do(values: list[float]) -> None:
    found = ranks(np.array(values))
    order = np.argsort(values, kind="stable")
    assert (np.diff(found[order].astype(np.int64)) >= 0).all()


def test_what_is_no_number_comes_last() -> None:
    found = ranks(np.array([np.nan, np.inf, -np.inf, 0.0]))
    assert found.argmax() == 0 and found.argmin() == 2


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 100)), min_size=1, max_size=200), st.booleans())
def test_easiness_is_the_share_before_within_the_group(rows: list[tuple[int, float]], ascending: bool) -> None:
    groups = np.array([group for group, _ in rows], np.int64)
    values = np.array([value for _, value in rows])
    distribution = Distribution()
    middle = len(rows) // 2
    for part in (slice(middle, None), slice(0, middle)):
        distribution.add(groups[part], values[part], np.ones(len(values[part])))
    found = distribution.easiness(groups, values, ascending, np.zeros(len(rows)))
    keys = ranks(values).astype(np.int64)
    for at in range(len(rows)):
        others = keys[groups == groups[at]]
        before = (others < keys[at]) if ascending else (others > keys[at])
        assert found[at] == pytest.approx(before.mean(), abs=1e-12)


def test_windows_decide_before_hashes() -> None:
    place = np.array([2**64 - 1, 0, 5], np.uint64)
    order = order_of(np.array([0, 1, 1]), place)
    assert order.argsort().tolist() == [0, 1, 2]
    assert int(order[1]) == 2**58
    assert order_of(None, place).tolist() == place.tolist()
