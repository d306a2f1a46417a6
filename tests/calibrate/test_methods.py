"""Each method by hand; quantiles, means and the bootstrap against plain numpy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.calibrate.bootstrap import interval, weights
from corpusforge.calibrate.methods import METHODS, English, ordered

# Ten documents; a rule `x > threshold`.
TEN = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
# English: 0.2 is 2 standard deviations above the mean 0.1; 4 in 5 documents are at most 0.2; the median is 0.08.
ENGLISH = English(threshold=0.2, mean=0.1, std=0.05, median=0.08, kept=0.8, documents=100)

values = st.lists(st.floats(0, 1).map(lambda x: round(x, 3)), min_size=1, max_size=60)


def by(method: str, x: np.ndarray, sign: float, english: English = ENGLISH) -> float:
    return float(sign * METHODS[method](ordered(x, sign), english, sign)[0])


def test_10tail_cuts_a_tenth_above() -> None:
    assert by("10Tail", TEN, 1) == 0.9  # only 1.0 is above


def test_10tail_cuts_a_tenth_below() -> None:
    assert by("10Tail", TEN, -1) == 0.2  # only 0.1 is below


def test_10tail_with_ties_cuts_less_never_more() -> None:
    assert by("10Tail", np.array([0.0] * 8 + [1.0] * 2), 1) == 1.0  # at 0.0 two tenths would be cut


def test_mean_std_is_as_many_deviations_from_the_mean_as_in_english() -> None:
    # mean 3, population deviation sqrt(2); English's threshold is 2 deviations above its mean.
    assert by("MeanStd", np.array([1.0, 2, 3, 4, 5]), 1) == pytest.approx(3 + 2 * math.sqrt(2))


def test_mean_std_below_the_mean() -> None:
    below = English(threshold=0.05, mean=0.1, std=0.05, median=0.1, kept=0.9, documents=100)  # 1 deviation below
    assert by("MeanStd", np.array([1.0, 2, 3, 4, 5]), -1, below) == pytest.approx(3 - math.sqrt(2))


def test_mean_std_is_not_defined_where_english_does_not_vary() -> None:
    assert math.isnan(by("MeanStd", TEN, 1, English(0.2, 0.1, 0.0, 0.1, 1.0, 100)))


def test_quantile_keeps_the_share_that_english_keeps() -> None:
    assert by("Quantile", TEN, 1) == 0.8  # 8 of 10 are at most 0.8
    assert by("Quantile", TEN, -1) == 0.3  # 8 of 10 are at least 0.3


def test_median_ratio_scales_the_english_threshold() -> None:
    # median 0.5 (the fifth of ten); 0.2 * 0.5 / 0.08
    assert by("MedianRatio", TEN, 1) == pytest.approx(1.25)


def test_median_ratio_is_not_defined_where_the_english_median_is_zero() -> None:
    assert math.isnan(by("MedianRatio", TEN, 1, English(0.2, 0.1, 0.05, 0.0, 0.8, 100)))


def test_english_is_the_english_threshold() -> None:
    assert by("English", TEN, 1) == by("English", TEN, -1) == 0.2


@given(values, st.integers(1, 99))
def test_quantiles_are_those_of_numpy(x: list[float], percent: int) -> None:
    found = ordered(np.array(x), 1).quantile(percent / 100)[0]
    rank = -(-percent * len(x) // 100)  # the least whole number >= percent * n / 100, in whole numbers
    assert found == sorted(x)[rank - 1]


@given(values, st.sampled_from([1.0, -1.0]))
def test_10tail_never_cuts_more_than_a_tenth(x: list[float], sign: float) -> None:
    threshold = by("10Tail", np.array(x), sign)
    cut = sum(sign * one > sign * threshold for one in x)
    assert cut * 10 <= len(x)


@given(values, st.randoms(use_true_random=False), st.sampled_from(sorted(METHODS)), st.sampled_from([1.0, -1.0]))
def test_the_order_of_documents_does_not_count(x: list[float], random, method: str, sign: float) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(x)
    random.shuffle(shuffled)
    assert by(method, np.array(x), sign) == pytest.approx(by(method, np.array(shuffled), sign), abs=1e-12)


def test_the_bootstrap_is_that_of_plain_numpy() -> None:
    x = np.round(np.random.default_rng(5).gamma(2, 0.1, 137), 4)
    drawn = weights(len(x), 50, seed=3)
    plain = np.random.Generator(np.random.PCG64(3))
    samples = [x[plain.integers(0, len(x), len(x))] for _ in range(50)]
    assert (drawn.sum(axis=1) == len(x)).all()
    sample = ordered(x, 1, drawn.astype(np.float64))
    tails = [np.quantile(one, 0.9, method="inverted_cdf") for one in samples]
    assert METHODS["10Tail"](sample, None, 1).tolist() == tails
    theirs = [one.mean() + 2 * one.std() for one in samples]
    np.testing.assert_allclose(METHODS["MeanStd"](sample, ENGLISH, 1), theirs, rtol=1e-12)
    assert interval(np.array(tails)) == (sorted(tails)[1], sorted(tails)[48])  # 2.5 % and 97.5 % of 50: 2nd and 49th


def test_replicates_do_not_depend_on_how_many_are_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = weights(100, 40, seed=1)
    monkeypatch.setattr("corpusforge.calibrate.bootstrap._CHUNK", 700)
    assert (weights(100, 40, seed=1) == whole).all()


def test_an_undefined_replicate_has_no_interval() -> None:
    assert interval(np.array([0.1, np.nan])) is None
