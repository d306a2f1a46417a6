"""Histograms: nothing is lost, bins are round, thresholds are in view when they are near."""

from collections.abc import Sequence
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.report.histogram import histogram


def of(values: Sequence[float], thresholds: Sequence[float] = (), integers: bool = False) -> dict[str, Any]:
    kept = np.arange(len(values)) % 2 == 0
    return histogram(np.array(values, np.float64), kept, thresholds, integers)


@given(
    st.lists(st.one_of(st.floats(-1e6, 1e6), st.floats(0, 1), st.just(nan)), max_size=60),
    st.lists(st.floats(-1e6, 1e6), max_size=3),
)
def test_every_document_is_counted_once(values: list[float], thresholds: list[float]) -> None:
    figure = of(values, thresholds)
    inside = sum(figure["kept"]) + sum(figure["removed"])
    assert inside + figure["below"] + figure["above"] + figure["without_value"] == len(values)
    assert figure["edges"] == sorted(set(figure["edges"]))


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60), st.lists(st.integers(0, 10**6), max_size=2))
def test_every_count_is_counted_once(values: list[int], thresholds: list[int]) -> None:
    figure = of(values, thresholds, integers=True)
    assert sum(figure["kept"]) + sum(figure["removed"]) + figure["below"] + figure["above"] == len(values)
    assert all(edge == int(edge) for edge in figure["edges"])


def test_bins_agree_with_counting_by_hand() -> None:
    # 0 to 1 in 40 steps of 0.025; the last bin holds 1 itself.
    figure = of([0.0, 0.024, 0.025, 0.5, 0.99, 1.0])
    assert figure["edges"][:3] == [0, 0.025, 0.05] and figure["edges"][-1] == 1
    assert (figure["kept"][0], figure["removed"][0]) == (1, 1)
    assert (figure["kept"][1], figure["removed"][20]) == (1, 1)
    assert (figure["kept"][39], figure["removed"][39]) == (1, 1)


def test_the_order_of_documents_does_not_matter() -> None:
    values = np.random.default_rng(1).gamma(2, 3, 500)
    kept = values > 4
    order = np.random.default_rng(2).permutation(500)
    assert histogram(values, kept, [3.0]) == histogram(values[order], kept[order], [3.0])


def test_outliers_do_not_stretch_the_picture() -> None:
    figure = of([*np.linspace(0, 1, 1000), 1e9])
    assert figure["edges"][-1] <= 1.1
    assert figure["above"] == 1


def test_a_near_threshold_is_in_view_and_a_far_one_is_not() -> None:
    near = of([0.1, 0.2, 0.3], [0.45])
    assert near["edges"][-1] > 0.45
    far = of([0.1, 0.2, 0.3], [100.0])
    assert far["edges"][-1] < 1


def test_counts_over_a_wide_range_are_drawn_on_a_logarithmic_scale() -> None:
    figure = of([10, 50, 100, 500, 1000, 100_000], [50], integers=True)
    assert figure["scale"] == "log"
    assert figure["edges"][0] == 10 and figure["edges"][-1] > 100_000
    assert of([0, 3, 1000], integers=True)["scale"] == "linear"


@pytest.mark.parametrize("values", [[], [nan, nan]])
def test_without_values_there_is_no_picture(values: list[float]) -> None:
    figure = of(values)
    assert figure["edges"] == figure["kept"] == figure["removed"] == []
    assert figure["without_value"] == len(values)
    assert figure["median"] is None


def test_equal_values_make_one_bar() -> None:
    figure = of([3.0] * 8)
    assert sorted(figure["kept"])[-2:] == [0, 4] if len(figure["kept"]) > 1 else figure["kept"] == [4]
    assert inf not in figure["edges"]
