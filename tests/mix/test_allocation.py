"""Targets of stages, languages and sources: by hand, and for any sizes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.mix.allocation import Allocation, allocate, budget_of
from corpusforge.mix.mixture import Mixture


def _mixture(**fields: Any) -> Mixture:
    return Mixture.model_validate({"mixture": "test", "shares": {"method": "unimax"}, **fields})


def _languages(allocation: Allocation, stage: str = "") -> dict[str, float]:
    return {code: sum(parts.values()) for code, parts in allocation.targets[stage].items()}


def test_bilingual_fits_what_the_smaller_language_allows() -> None:
    mixture = _mixture(shares={"method": "equal"}, budget="fit", max_epochs=4)
    sizes = {"eng_Latn": {"web": 1_000_000}, "pan_Guru": {"web": 10_000}}
    assert budget_of(mixture, sizes) == 80_000  # 4 x 10,000 of each
    assert _languages(allocate(mixture, sizes, 80_000)) == {"eng_Latn": 40_000, "pan_Guru": 40_000}


def test_equal_shares_of_what_is_available() -> None:
    mixture = _mixture(shares={"method": "equal"}, max_epochs=1)
    assert budget_of(mixture, {"eng_Latn": {"web": 1_000}, "pan_Guru": {"web": 100}}) == 200
    assert budget_of(_mixture(max_epochs=1), {"eng_Latn": {"web": 1_000}, "pan_Guru": {"web": 100}}) == 1_100


def test_a_share_that_cannot_be_held_is_named() -> None:
    mixture = _mixture(shares={"method": "equal"}, max_epochs=2)
    broken = allocate(mixture, {"eng_Latn": {"web": 1_000}, "pan_Guru": {"web": 100}}, 1_000).broken()
    assert {(one.language, one.wanted, one.given) for one in broken} == {
        ("pan_Guru", 500, 200),
        ("eng_Latn", 500, 800),
    }


def test_stages_by_hand_and_epochs_over_all_of_them() -> None:
    mixture = _mixture(
        shares=None,
        max_epochs=1,
        stages=[
            {"stage": "first", "share": 0.5, "shares": {"method": "unimax", "fixed": {"eng_Latn": 0.7}}},
            {"stage": "last", "share": 0.5, "shares": {"method": "unimax", "fixed": {"eng_Latn": 0.4}}},
        ],
    )
    sizes = {"eng_Latn": {"web": 10_000}, "fra_Latn": {"web": 10_000}, "pan_Guru": {"web": 200}}
    found = allocate(mixture, sizes, 2_000)
    # 300 others in the first stage: 150 each. 600 in the last: Punjabi has 50 left of its one epoch.
    assert _languages(found, "first") == pytest.approx({"eng_Latn": 700, "fra_Latn": 150, "pan_Guru": 150})
    assert _languages(found, "last") == pytest.approx({"eng_Latn": 400, "fra_Latn": 550, "pan_Guru": 50})
    assert [(one.stage, one.language) for one in found.capped if one.given < one.wanted] == [("last", "pan_Guru")]


def test_caps_and_shares_of_sources_by_hand() -> None:
    mixture = _mixture(sources={"synthetic": {"max_share": 0.25}, "books": {"share": 0.5}}, max_epochs=10)
    sizes = {"pan_Guru": {"web": 1_000, "synthetic": 3_000, "books": 100}}
    # Half of 800 are books; web and synthetic share the other half 1 to 3 (100, 300), synthetic at most 200.
    assert allocate(mixture, sizes, 800).targets[""]["pan_Guru"] == pytest.approx(
        {"web": 200, "synthetic": 200, "books": 400}
    )


def test_a_source_with_epochs_of_its_own() -> None:
    mixture = _mixture(sources={"books": {"share": 0.5, "max_epochs": 2}}, max_epochs=10)
    found = allocate(mixture, {"pan_Guru": {"web": 1_000, "books": 100}}, 1_000)
    assert found.targets[""]["pan_Guru"] == {"web": 800, "books": 200}
    assert [(one.source, one.wanted, one.given) for one in found.capped] == [("books", 500, 200)]


def test_a_source_with_share_zero_is_left_out() -> None:
    mixture = _mixture(sources={"synthetic": {"share": 0}}, max_epochs=1)
    found = allocate(mixture, {"pan_Guru": {"web": 100, "synthetic": 900}}, 1_000)
    assert found.targets[""]["pan_Guru"] == {"web": 100, "synthetic": 0}


def test_a_cap_on_the_whole_mixture_by_hand() -> None:
    # UniMax, 600 for two languages. Tamil has synthetic text alone: 300 of it, Punjabi takes 300 of its web text and none of
    # its 0 synthetic. 20 % of all: Tamil may have a quarter of what Punjabi gives at most, 400 web: 100 Tamil.
    mixture = _mixture(sources={"synthetic": {"max_share": 0.2, "of": "mixture"}}, max_epochs=1)
    sizes = {"pan_Guru": {"web": 400}, "tam_Taml": {"synthetic": 1_000}}
    found = allocate(mixture, sizes, 600)
    assert _languages(found) == pytest.approx({"pan_Guru": 400, "tam_Taml": 100}, rel=1e-3)
    assert found.taken("synthetic")["tam_Taml"] <= 0.2 * found.total
    # Within each language instead, Tamil would have nothing.
    strict = _mixture(sources={"synthetic": {"max_share": 0.2}}, max_epochs=1)
    assert _languages(allocate(strict, sizes, 600)) == {"pan_Guru": 400, "tam_Taml": 0}
    # With nothing else at all there is nothing to be 80 %.
    assert allocate(mixture, {"tam_Taml": {"synthetic": 1_000}}, 600).total == 0


_sizes = st.dictionaries(
    st.sampled_from(["eng_Latn", "fra_Latn", "hin_Deva", "pan_Guru", "tam_Taml"]),
    st.dictionaries(st.sampled_from(["web", "synthetic", "books"]), st.integers(1, 10**9), min_size=1),
    min_size=1,
)
_shares = st.sampled_from(
    [{"method": "unimax"}, {"method": "proportional"}, {"method": "temperature", "alpha": 0.3}, {"method": "equal"}]
)


@given(_sizes, _shares, _shares, st.floats(0.1, 8), st.floats(0.05, 1), st.integers(1, 10**10))
def test_nothing_is_above_its_cap(
    sizes: dict[str, dict[str, int]], one: dict, two: dict, epochs: float, cap: float, budget: int
) -> None:
    mixture = _mixture(
        shares=None,
        max_epochs=epochs,
        sources={"synthetic": {"max_share": cap}},
        stages=[{"stage": "a", "share": 0.6, "shares": one}, {"stage": "b", "share": 0.4, "shares": two}],
    )
    found = allocate(mixture, sizes, budget)
    assert found.total <= budget * (1 + 1e-9)
    for code, parts in sizes.items():
        for source, size in parts.items():
            used = sum(stage.get(code, {}).get(source, 0.0) for stage in found.targets.values())
            assert used <= epochs * size * (1 + 1e-9)
        for stage in found.targets.values():
            given_ = stage.get(code, {})
            assert given_.get("synthetic", 0.0) <= cap * sum(given_.values()) * (1 + 1e-6) + 1e-6


@given(_sizes, _shares, st.floats(0.1, 8), st.floats(0.01, 0.95), st.integers(1, 10**10))
def test_a_cap_on_the_whole_mixture_is_kept(
    sizes: dict[str, dict[str, int]], shares: dict, epochs: float, cap: float, budget: int
) -> None:
    sources = {"synthetic": {"max_share": cap, "of": "mixture"}}
    found = allocate(_mixture(shares=shares, max_epochs=epochs, sources=sources), sizes, budget)
    assert sum(found.taken("synthetic").values()) <= cap * found.total * (1 + 1e-9) + 1e-6
    assert found.total <= budget * (1 + 1e-9)


@given(_sizes, _shares, st.floats(0.5, 8), st.sampled_from(["available", "fit"]))
def test_a_budget_that_follows_from_the_text_breaks_no_share_and_is_the_largest(
    sizes: dict[str, dict[str, int]], shares: dict, epochs: float, budget: str
) -> None:
    mixture = _mixture(shares=shares, max_epochs=epochs, budget=budget)
    found = budget_of(mixture, sizes)
    assert not allocate(mixture, sizes, found).broken()
    if shares["method"] == "equal":
        smallest = min(sum(parts.values()) for parts in sizes.values())
        whole = sum(sum(parts.values()) for parts in sizes.values())
        exact = min(epochs * smallest * len(sizes), whole * (epochs if budget == "fit" else 1))
        assert found == pytest.approx(exact, rel=1e-6, abs=2)
