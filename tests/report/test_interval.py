"""Wilson intervals. Oracle: Newcombe (1998), Statistics in Medicine 17, table I, method 3 (score, no correction)."""

import pytest

from corpusforge.report.interval import share, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_as_published(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_is_symmetric_in_success_and_failure() -> None:
    low, high = wilson(3, 40) or (0, 0)
    assert wilson(37, 40) == pytest.approx((1 - high, 1 - low), abs=1e-6)


def test_everything_reaches_one_exactly() -> None:
    assert (wilson(7, 7) or (0, 0))[1] == 1.0


def test_of_nothing_there_is_no_interval_and_no_share() -> None:
    assert wilson(0, 0) is None
    assert share(0, 0) is None
