"""The cause of a differing decision, on words cut by hand."""

import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def causes(repository: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    if not (repository / "benchmarks").is_dir():
        pytest.skip("benchmarks/ is not part of an installed package")
    monkeypatch.syspath_prepend(repository / "benchmarks")
    import agreement_causes  # type: ignore[import-not-found]

    sys.modules.pop("agreement_causes")
    return agreement_causes


TEXT = "a-b --\nc d"
OURS = ["a", "-", "b", "-", "-", "c", "d"]
THEIRS = ["a-b", "--", "c d"]


def test_words_become_cuts_and_words_again(causes: ModuleType) -> None:
    places, after = causes.cuts(TEXT, THEIRS)
    assert (places, after) == ([0, 1, 2, 4, 5, 7, 9], {2, 4, 6})
    assert causes.cut_words(TEXT, places, after) == THEIRS


def test_words_that_are_not_the_text_have_no_cuts(causes: ModuleType) -> None:
    assert causes.cuts("12 a", ["12"]) is None
    assert causes.cuts("12 a", ["1", "12", "a"]) is None


def test_places_by_kind(causes: ModuleType) -> None:
    assert causes.kinds(TEXT, causes.cuts(TEXT, OURS), causes.cuts(TEXT, THEIRS)) == {
        "hyphens and dashes at words": {0, 1},
        "runs of hyphens": {3},
        causes.WHITE_SPACE: {5},
    }


def test_the_kind_that_decides(causes: ModuleType) -> None:
    def few(least: int) -> object:
        return lambda candidates: [len(words) <= least for words in candidates]

    assert causes.cause(TEXT, OURS, THEIRS, lambda found: ["--" in words for words in found]) == ("runs of hyphens",)
    assert causes.cause(TEXT, OURS, THEIRS, few(5)) == ("hyphens and dashes at words",)
    assert causes.cause(TEXT, OURS, THEIRS, few(4)) == ("hyphens and dashes at words", "runs of hyphens")
    assert causes.cause(TEXT, OURS, THEIRS, few(2)) == (causes.UNEXPLAINED,)
    assert causes.cause("ab", ["ab"], ["abc"], few(9)) == (causes.REWRITTEN,)


def test_causes_are_summed(causes: ModuleType) -> None:
    found = Counter({("deu_Latn", ("x", "y")): 2, ("spa_Latn", ("x", "z")): 3, ("spa_Latn", ("x",)): 1})
    assert causes.summary(found) == [
        ["several of punctuation together", "spa_Latn 3, deu_Latn 2", "5"],
        ["x", "spa_Latn 1", "1"],
    ]
