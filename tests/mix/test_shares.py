"""Sharing an amount: numbers worked out by hand, a published example, and what must hold for any numbers."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.mix.mixture import Shares
from corpusforge.mix.shares import capacity, fill, weights_of

ONES = {"a": 1.0, "b": 1.0, "c": 1.0}


def _weights(sizes: dict[str, float], **shares: object) -> dict[str, float]:
    return weights_of(Shares.model_validate(shares), sizes, dict.fromkeys(sizes, 1.0))


def test_temperature_by_hand() -> None:
    # 10,000 ** 0.5 = 100, 100 ** 0.5 = 10: ten to one instead of a hundred to one.
    assert _weights({"eng_Latn": 10_000, "pan_Guru": 100}, method="temperature", alpha=0.5) == pytest.approx(
        {"eng_Latn": 100 / 110, "pan_Guru": 10 / 110}
    )


def test_xlmr_example_of_alpha_0_3() -> None:
    # 2 ** 0.3 = 1.23114
    found = _weights({"a": 2.0, "b": 1.0}, method="temperature", alpha=0.3)
    assert found["a"] / found["b"] == pytest.approx(1.2311444)


def test_proportional_and_equal_by_hand() -> None:
    sizes = {"a": 3.0, "b": 1.0, "c": 0.0}
    assert _weights(sizes, method="proportional") == {"a": 0.75, "b": 0.25}
    assert _weights(sizes, method="equal") == {"a": 0.5, "b": 0.5}


def test_fixed_shares_come_first_and_the_rest_by_method() -> None:
    found = _weights({"eng": 900.0, "a": 300.0, "b": 100.0}, method="proportional", fixed={"eng": 0.4})
    assert found == pytest.approx({"eng": 0.4, "a": 0.45, "b": 0.15})


def test_relatives_get_a_multiple_of_their_weight() -> None:
    shares = Shares.model_validate({"method": "proportional"})
    assert weights_of(shares, {"a": 10.0, "b": 10.0}, {"a": 3.0, "b": 1.0}) == {"a": 0.75, "b": 0.25}


def test_unimax_published_example() -> None:
    """The example of the package unimax-sampling (PyPI): a budget of 250 G characters, four epochs."""
    sizes = {"swe": 179955884499, "fas": 184595788282, "ekk": 42541080893, "isl": 10027573389, "fao": 549707867}
    found = fill(dict.fromkeys(sizes, 1.0), {name: 4.0 * size for name, size in sizes.items()}, 250e9)
    assert found == pytest.approx(
        {
            "fao": 2198831468,
            "isl": 40110293556,
            "ekk": 69230291658.66667,
            "swe": 69230291658.66667,
            "fas": 69230291658.66667,
        }
    )


def test_unimax_by_hand() -> None:
    # 90 among three: 30 each; a has only 2 x 5 = 10, so b and c get 40 each.
    assert fill(ONES, {"a": 10.0, "b": 100.0, "c": 100.0}, 90.0) == {"a": 10.0, "b": 40.0, "c": 40.0}


def test_what_a_capped_part_cannot_take_goes_to_the_others_by_weight() -> None:
    # 100 at 5:3:2 is 50, 30, 20; a has room for 20, and 80 at 3:2 is 48 and 32.
    found = fill({"a": 5.0, "b": 3.0, "c": 2.0}, {"a": 20.0, "b": 100.0, "c": 100.0}, 100.0)
    assert found == pytest.approx({"a": 20.0, "b": 48.0, "c": 32.0})


def test_an_amount_beyond_all_rooms_fills_them() -> None:
    assert fill(ONES, {"a": 1.0, "b": 2.0, "c": 3.0}, 100.0) == {"a": 1.0, "b": 2.0, "c": 3.0}


def test_capacity_under_a_cap_by_hand() -> None:
    # 100 of b at most, and a at most 30 % of all: 100 / 0.7, of which a is 42.86.
    assert capacity({"a": 100.0, "b": 100.0}, {"a": 0.3, "b": 1.0}) == pytest.approx(100 / 0.7)
    assert capacity({"a": 10.0, "b": 100.0}, {"a": 0.3, "b": 1.0}) == pytest.approx(110)  # a does not reach its cap
    assert capacity({"a": 100.0}, {"a": 0.3}) == 0  # nothing else that could be the other 70 %
    assert capacity({"a": 100.0, "b": 60.0}, {"a": 0.5, "b": 0.5}) == pytest.approx(120)
    assert capacity({"a": 5.0, "b": 7.0}, {"a": 1.0, "b": 1.0}) == 12


_parts = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.floats(1e-3, 1e3), st.floats(0, 1e12), st.floats(0.01, 1.0)),
    min_size=1,
)


@given(_parts, st.floats(0, 1e13))
def test_filling_keeps_rooms_gives_all_and_is_fair(parts: dict[str, tuple], amount: float) -> None:
    weights = {name: part[0] for name, part in parts.items()}
    rooms = {name: part[1] for name, part in parts.items()}
    found = fill(weights, rooms, amount)
    assert all(0 <= found[name] <= rooms[name] for name in parts)
    assert sum(found.values()) == pytest.approx(min(amount, sum(rooms.values())), rel=1e-9, abs=1e-6)
    levels = [found[name] / weights[name] for name in parts if found[name] < rooms[name] * (1 - 1e-9)]
    if levels:
        # Those with room left are at one level, and nobody is above it.
        assert max(levels) == pytest.approx(min(levels), rel=1e-6, abs=1e-6)
        highest = max(found[name] / weights[name] for name in parts)
        assert highest <= max(levels) * (1 + 1e-6) + 1e-6


@given(_parts)
def test_capacity_is_the_largest_amount_that_its_parts_can_give(parts: dict[str, tuple]) -> None:
    rooms = {name: part[1] for name, part in parts.items()}
    most = {name: part[2] for name, part in parts.items()}

    def given_(total: float) -> float:
        return sum(min(rooms[name], most[name] * total) for name in parts)

    found = capacity(rooms, most)
    assert given_(found) >= found * (1 - 1e-6) - 1e-6
    more = found * 1.001 + 1e-3
    assert given_(more) < more


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.floats(1, 1e12), min_size=1), st.floats(0, 1))
def test_wanted_shares_sum_to_one_and_keep_the_order_of_sizes(sizes: dict[str, float], alpha: float) -> None:
    found = _weights(sizes, method="temperature", alpha=alpha)
    assert sum(found.values()) == pytest.approx(1)
    by_size = sorted(sizes, key=sizes.__getitem__)
    assert all(found[small] <= found[large] * (1 + 1e-12) for small, large in itertools.pairwise(by_size))
