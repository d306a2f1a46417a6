"""Decisions: the first broken rule is the fate, all broken rules are recorded, nothing else is."""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from corpusforge.errors import UserError
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import FilterSet, load_filter_set
from corpusforge.rules.inactive import inactive_rules
from corpusforge.rules.thresholds import resolve_thresholds

TEXT = """filter_set: demo
source: this test
defaults: {max_list_ratio: 0.5}
rules:
  - rule: short
    if: words < $min_words
  - rule: listy
    if: list_ratio > $max_list_ratio
    fate: too_listy
  - rule: long
    if: chars > 1000
    action: tag
"""


@pytest.fixture
def demo(tmp_path: Path) -> FilterSet:
    path = tmp_path / "demo.yaml"
    path.write_text(TEXT)
    return load_filter_set(path)


TABLE = pa.table(
    {
        "key": ["a", "b", "c", "d"],
        "words": pa.array([10, 60, 60, 10]),
        "list_ratio": pa.array([0.9, 0.6, None, 0.1]),
        "chars": pa.array([100, 5000, 100, None]),
    }
)


def test_fate_broken_not_evaluated_and_tags(demo: FilterSet) -> None:
    out = evaluate(TABLE, [demo], {"min_words": 50, "max_list_ratio": 0.5})
    assert out["fate"].to_list() == ["demo/short", "too_listy", None, "demo/short"]
    assert out["broken"].to_list() == [
        ["demo/short", "demo/listy"],
        ["demo/listy", "demo/long"],
        [],
        ["demo/short"],
    ]
    assert out["not_evaluated"].to_list() == [[], [], ["demo/listy"], ["demo/long"]]
    assert out["tags"].to_list() == [[], ["demo/long"], [], []]


def test_a_rule_that_is_off_is_neither_broken_nor_unevaluated(demo: FilterSet) -> None:
    out = evaluate(TABLE, [demo], {"min_words": None, "max_list_ratio": None})
    assert out["fate"].to_list() == [None] * 4
    assert out["broken"].to_list() == [[], ["demo/long"], [], []]
    assert out["not_evaluated"].to_list() == [[], [], [], ["demo/long"]]


def test_no_rules_and_no_rows(demo: FilterSet) -> None:
    thresholds = {"min_words": 50.0, "max_list_ratio": 0.5}
    nothing = evaluate(TABLE, [], {})
    assert nothing.height == 4 and nothing["fate"].null_count() == 4 and nothing["broken"].to_list() == [[]] * 4
    empty = evaluate(TABLE.slice(0, 0), [demo], thresholds)
    assert empty.height == 0 and empty.schema == evaluate(TABLE, [demo], thresholds).schema


def test_rows_are_independent_of_their_neighbours(demo: FilterSet) -> None:
    thresholds = {"min_words": 50.0, "max_list_ratio": 0.5}
    whole = evaluate(TABLE, [demo], thresholds)
    order = [2, 0, 3, 1]
    assert evaluate(TABLE.take(order), [demo], thresholds).equals(whole[order])
    assert pl.concat([evaluate(TABLE.slice(i, 1), [demo], thresholds) for i in range(4)]).equals(whole)


def test_a_missing_column_or_threshold_is_named(demo: FilterSet) -> None:
    with pytest.raises(UserError, match=r"rule 'demo/listy' reads signal 'list_ratio', and no stage before it"):
        evaluate(TABLE.drop_columns(["list_ratio"]), [demo], {"min_words": 50, "max_list_ratio": 0.5})
    with pytest.raises(UserError, match=r"rule 'demo/short' needs threshold 'min_words'"):
        evaluate(TABLE, [demo], {"max_list_ratio": 0.5})


def test_a_language_overrides_defaults_and_must_give_the_rest(demo: FilterSet) -> None:
    assert resolve_thresholds([demo], {"min_words": 5}, "xxx_Latn") == {"min_words": 5, "max_list_ratio": 0.5}
    off = resolve_thresholds([demo], {"min_words": 5, "max_list_ratio": None}, "xxx_Latn")
    assert off["max_list_ratio"] is None
    with pytest.raises(UserError, match=r"xxx_Latn: threshold 'min_words' is missing \(did you mean 'min_word'\?\)"):
        resolve_thresholds([demo], {"min_word": 5}, "xxx_Latn")


def test_sets_with_different_defaults_for_one_name_are_refused(demo: FilterSet, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(TEXT.replace("0.5", "0.6").replace("demo", "other"))
    with pytest.raises(UserError, match="'max_list_ratio': filter sets 'demo' and 'other' have different defaults"):
        resolve_thresholds([demo, load_filter_set(path)], {"min_words": 5}, "xxx_Latn")


def test_inactive_rules_of_the_published_kind() -> None:
    sets = [load_filter_set(name) for name in ("gopher_repetition", "fineweb_quality", "gopher_quality")]
    language: dict[str, float | None] = {f"max_dup_{n}_gram_frac": 0.3 for n in range(6, 11)}
    language |= {
        "max_dup_line_frac": 1.32,  # the largest published value
        "max_top_2_gram_frac": 3.919,  # the largest published value; 3 is the bound
        "max_top_3_gram_frac": 2.018,
        "max_top_4_gram_frac": 6.99,
        "max_dup_5_gram_frac": 1.0,
        "min_line_punct_ratio": 0.0,
        "max_list_ratio": 7.25,
        "min_avg_word_length": 1,
        "max_avg_word_length": 3141,
        "min_alpha_word_ratio": 1,
    }
    thresholds = resolve_thresholds(sets, language, "xxx_Latn")
    assert inactive_rules(sets, thresholds) == [
        ("gopher_repetition/dup_para_frac", "max_dup_para_frac is null: off"),
        ("gopher_repetition/dup_para_char_frac", "max_dup_para_char_frac is null: off"),
        (
            "gopher_repetition/dup_line_frac",
            "dup_line_frac > 1.32 is never met: dup_line_frac is always below 1",
        ),
        ("gopher_repetition/dup_line_char_frac", "max_dup_line_char_frac is null: off"),
        (
            "gopher_repetition/top_2_gram_frac",
            "top_2_gram_frac > 3.919 is never met: top_2_gram_frac is always below 3",
        ),
        (
            "gopher_repetition/dup_5_gram_frac",
            "dup_5_gram_frac > 1 is never met: dup_5_gram_frac is always below 1",
        ),
        (
            "fineweb_quality/line_punct_ratio",
            "line_punct_ratio < 0 is never met: line_punct_ratio is never below 0",
        ),
        ("fineweb_quality/short_line_ratio", "max_short_line_ratio is null: off"),
        ("gopher_quality/short_words", "avg_word_length < 1 is never met: avg_word_length is never below 1"),
    ]


def test_the_bound_of_the_top_n_gram_is_approached_and_never_reached() -> None:
    # n words of one character, no spaces: the n-gram 'x x' weighs 2n - 1 at each of N - n + 1 places of N
    # characters.
    for n in (2, 3, 4):
        share = (2 * n - 1) * (100_000 - n + 1) / 100_000
        assert 2 * n - 1 - 0.001 < share < 2 * n - 1


def test_the_other_shipped_sets() -> None:
    language, duplicates = load_filter_set("language"), load_filter_set("duplicates")
    table = pl.DataFrame({"language_score": [0.84, 0.8399, None], "duplicate": [True, False, None]})
    out = evaluate(table, [language, duplicates], {"min_language_score": 0.84})
    assert out["fate"].to_list() == ["duplicate", "language_score", None]
    assert out["not_evaluated"].to_list() == [[], [], ["language/min_score", "duplicates/near"]]
