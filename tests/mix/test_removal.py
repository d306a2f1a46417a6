"""Tables of removal rates, and weights with significance: numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.mix.interval import wilson_bounds
from corpusforge.mix.rehydration import copies_of, published_weights, steps
from corpusforge.mix.removal import RemovalTable, counted, removal_table, summed
from corpusforge.mix.significant import pools, significant_weights


def _table(*rows: tuple[int, int, int]) -> RemovalTable:
    sizes, documents, kept = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    return RemovalTable("pan_Guru", sizes, documents, kept)


def test_a_table_counts_by_size() -> None:
    sizes = np.array([1, 2, 1, 1, 7, 2])
    kept = np.array([True, True, False, True, False, True])
    table = removal_table("pan_Guru", sizes, kept)
    assert table.sizes.tolist() == [1, 2, 7]
    assert table.documents.tolist() == [3, 2, 1] and table.kept.tolist() == [2, 2, 0]
    assert table.rates == pytest.approx([100 / 3, 0, 100]) and table.rate == pytest.approx(100 / 3)


def test_the_tail_holds_a_thousandth_of_the_documents() -> None:
    # 10,000 documents: a tail of 10 at least. Sizes 60 and above have 10, sizes 90 and above 9.
    sizes = np.array([1] * 9_980 + [50] * 10 + [60] + [90] * 9)
    table = removal_table("pan_Guru", sizes, np.ones(10_000, bool))
    assert table.sizes.tolist() == [1, 50, 60] and table.documents.tolist() == [9_980, 10, 10]


def test_tables_of_runs_add_up() -> None:
    one = counted(np.array([1, 1, 2]), np.array([True, False, True]))
    other = counted(np.array([2, 3]), np.array([False, True]))
    table = summed("pan_Guru", [one, other])
    assert table.sizes.tolist() == [1, 2, 3]
    assert table.documents.tolist() == [2, 2, 1] and table.kept.tolist() == [1, 1, 1]


def test_the_published_formula_by_hand() -> None:
    # R = 10, rate 50: 30 is the lowest (10), 40 is half way (5.5), the rest 1. Averages of five: (1+10+5.5+1+1)/5 = 3.7
    # and (10+5.5+1+1+1)/5 = 3.7; two at each end stay.
    found = published_weights(np.array([60.0, 30.0, 40.0, 70.0, 80.0, 90.0]), 50.0, 10)
    assert found.tolist() == [1, 10, 4, 4, 1, 1]


def test_rounding_is_half_to_even() -> None:
    # Half way between 30 and 50 at R = 4: 2.5, which rounds to 2.
    assert published_weights(np.array([60.0, 30.0, 40.0, 60.0]), 50.0, 4).tolist() == [1, 4, 2, 1]


def test_nothing_below_the_rate_is_nothing_to_repeat() -> None:
    assert published_weights(np.array([50.0]), 50.0, 10).tolist() == [1]
    assert published_weights(np.zeros(0), 0.0, 10).tolist() == []


def test_steps_and_copies_are_inverse() -> None:
    sizes, weights = np.array([1, 2, 3, 5, 8]), np.array([1, 4, 4, 2, 1])
    found = steps(sizes, weights)
    assert found == {1: 1, 2: 4, 5: 2, 8: 1}
    assert copies_of(np.array([1, 2, 3, 4, 5, 7, 8, 900]), found).tolist() == [1, 4, 4, 4, 2, 2, 1, 1]
    assert copies_of(np.array([1, 2]), {2: 3}).tolist() == [1, 3]


def test_wilson_intervals_of_the_literature() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29 at 95 %.
    low, high = wilson_bounds(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]), 0.95)
    assert low == pytest.approx([0.2553, 0.0624, 0.0000, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_nothing_is_known_of_no_documents() -> None:
    low, high = wilson_bounds(np.array([0]), np.array([0]), 0.95)
    assert (low[0], high[0]) == (0, 1)


def test_pools_close_when_they_are_full_and_the_last_joins_the_one_before() -> None:
    assert pools(np.array([150, 60, 50, 10, 5]), 100).tolist() == [0, 1, 1, 1, 1]
    assert pools(np.array([150, 60, 50, 100]), 100).tolist() == [0, 1, 1, 2]
    assert pools(np.array([5, 6]), 100).tolist() == [0, 0]
    assert pools(np.array([], np.int64), 100).tolist() == []


def test_one_lucky_document_is_not_repeated() -> None:
    table = _table((1, 1_000, 500), (2, 1, 1))
    assert published_weights(table.rates, table.rate, 10).tolist() == [1, 10]
    assert significant_weights(table, 10).weights.tolist() == [1, 1]


def test_a_certain_large_difference_is_repeated_by_its_size() -> None:
    # 90 % of all are removed, of size 2 nothing but 5 %: 1 + 9 (1 - 5.7 / 47.5) = 9 copies, about.
    table = _table((1, 10_000, 1_000), (2, 10_000, 9_500))
    found = significant_weights(table, 10)
    # By hand: rate 47.5 %; upper end of 500 of 10,000 at 97.5 % is 5.5 %: 1 + 9 (1 - 5.5 / 47.5) = 8.96.
    assert found.weights.tolist() == [1, 9]
    assert found.high[1] == pytest.approx(5.5, abs=0.05)


_rows = st.lists(st.tuples(st.integers(1, 10_000), st.floats(0, 1)), min_size=1, max_size=60)


@given(_rows, st.integers(1, 20))
def test_weights_lie_between_one_and_the_most_and_rise_only_below_the_rate(rows: list, most: int) -> None:
    documents = np.array([count for count, _ in rows], np.int64)
    kept = np.array([int(count * share) for count, share in rows], np.int64)
    table = RemovalTable("pan_Guru", np.arange(1, len(rows) + 1), documents, kept)
    found = significant_weights(table, most)
    assert ((found.weights >= 1) & (found.weights <= most)).all()
    assert (found.weights[found.high >= table.rate] == 1).all()
    assert (np.diff(found.pool) >= 0).all()


@given(st.integers(1, 5_000), st.floats(0, 1), st.integers(1, 30))
def test_equal_rates_repeat_nothing(count: int, share: float, sizes: int) -> None:
    documents = np.full(sizes, count, np.int64)
    table = RemovalTable("pan_Guru", np.arange(1, sizes + 1), documents, (documents * share).astype(np.int64))
    assert (significant_weights(table, 10).weights == 1).all()
