"""The shipped filter sets decide as datatrove 0.10.1 does, on golden and on hand-made documents."""

import json
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import load_filter_set

SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", Path(__file__).parents[3] / "shared"))
FILTERS = SHARED / "golden" / "filters_golden.parquet"
needs_golden = pytest.mark.skipif(not FILTERS.exists(), reason=f"no golden files at {SHARED} (set CORPUSFORGE_SHARED)")

SETS = {
    "gopher_repetition": "gopher_rep",
    "fineweb_quality": "fineweb_quality",
    "gopher_quality": "gopher_quality",
}
ENGLISH_STOP_WORDS = {"the", "be", "to", "of", "and", "that", "have", "with"}


COLUMNS = {
    **{f"stat_top_{n}_gram_char_frac": f"top_{n}_gram_frac" for n in (2, 3, 4)},
    **{f"stat_dup_{n}_gram_char_frac": f"dup_{n}_gram_frac" for n in range(5, 11)},
    **{
        f"stat_{name}": name
        for name in (
            "dup_para_frac",
            "dup_para_char_frac",
            "dup_line_frac",
            "dup_line_char_frac",
            "line_punct_ratio",
            "short_line_ratio",
            "char_dup_ratio",
            "list_ratio",
            "avg_word_length",
            "bullet_line_ratio",
            "alpha_word_ratio",
        )
    },
    "n_chars": "chars",
    "stat_n_nonempty_lines": "non_empty_lines",
    "stat_n_non_symbol_words": "words",
    "stat_hash_word_ratio": "hash_ratio",
    "stat_ellipsis_word_ratio": "ellipsis_ratio",
    "stat_ellipsis_line_ratio": "end_ellipsis_ratio",
    "stat_n_stop_words": "stop_words",
}

# datatrove's reason -> our rule, where they differ.
REASONS = {
    **{f"top_{n}_gram": f"top_{n}_gram_frac" for n in (2, 3, 4)},
    **{f"duplicated_{n}_n_grams": f"dup_{n}_gram_frac" for n in range(5, 11)},
    "gopher_short_doc": "short_doc",
    "gopher_long_doc": "long_doc",
    "gopher_below_avg_threshold": "short_words",
    "gopher_above_avg_threshold": "long_words",
    "gopher_too_many_hashes": "hashes",
    "gopher_too_many_ellipsis": "ellipsis",
    "gopher_too_many_bullets": "bullets",
    "gopher_too_many_end_ellipsis": "end_ellipsis",
    "gopher_below_alpha_threshold": "alpha_words",
    "gopher_enough_stop_words": "stop_words",
}


def fate(filter_set: str, reason: str | None) -> str | None:
    """Our fate for a reason of datatrove's filter."""
    return None if reason is None else f"{filter_set}/{REASONS.get(reason, reason)}"


def thresholds(repetition: dict[str, Any], fineweb: dict[str, Any], quality: dict[str, Any]) -> dict[str, float | None]:
    """Our thresholds for the arguments of datatrove's three filters; what is not given has its default.

    Where datatrove tests for truth, 0 means off.
    """
    found: dict[str, float | None] = {}
    for name, default in (
        ("dup_para_frac", 0.3),
        ("dup_para_char_frac", 0.2),
        ("dup_line_frac", 0.3),
        ("dup_line_char_frac", 0.2),
    ):
        found[f"max_{name}"] = repetition.get(name, default) or None
    top = dict(repetition.get("top_n_grams", ((2, 0.2), (3, 0.18), (4, 0.16))))
    repeated = ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))
    duplicated = dict(repetition.get("dup_n_grams", repeated))
    found |= {f"max_top_{n}_gram_frac": top.get(n) for n in (2, 3, 4)}
    found |= {f"max_dup_{n}_gram_frac": duplicated.get(n) for n in range(5, 11)}
    found["min_line_punct_ratio"] = fineweb.get("line_punct_thr", 0.12)
    found["max_short_line_ratio"] = fineweb.get("short_line_thr", 0.67)
    found["max_char_dup_ratio"] = fineweb.get("char_duplicates_ratio", 0.01)
    found["max_list_ratio"] = fineweb.get("new_line_ratio", 0.3)
    for ours, theirs, default in (
        ("min_words", "min_doc_words", 50),
        ("max_words", "max_doc_words", 100_000),
        ("min_avg_word_length", "min_avg_word_length", 3),
        ("max_avg_word_length", "max_avg_word_length", 10),
        ("max_hash_ratio", "max_symbol_word_ratio", 0.1),
        ("max_ellipsis_ratio", "max_symbol_word_ratio", 0.1),
        ("max_bullet_line_ratio", "max_bullet_lines_ratio", 0.9),
        ("max_end_ellipsis_ratio", "max_ellipsis_lines_ratio", 0.3),
        ("min_alpha_word_ratio", "max_non_alpha_words_ratio", 0.8),
        ("min_stop_words", "min_stop_words", 2),
    ):
        found[ours] = quality.get(theirs, default) or None
    return found


@pytest.fixture(scope="module")
def golden() -> pl.DataFrame:
    return pl.read_parquet(FILTERS).rename(COLUMNS)


def expected(rows: pl.DataFrame, mode: str, name: str) -> list[str | None]:
    column = f"{mode}_{SETS[name]}"
    fates = [fate(name, reason) for reason in rows[f"{column}_reason"]]
    assert [found is None for found in fates] == rows[f"{column}_keep"].to_list()
    return fates


@needs_golden
def test_every_fineweb2_decision(golden: pl.DataFrame) -> None:
    parameters = json.loads((FILTERS.parent / "params.json").read_text())["params"]
    compared = 0
    for (language,), rows in golden.group_by("lang", maintain_order=True):
        given = parameters[language]
        values = thresholds(given["gopher_repetition"], given["fineweb_quality"], given["gopher_quality"])
        for name in SETS:
            fates = evaluate(rows, [load_filter_set(name)], values)["fate"].to_list()
            assert fates == expected(rows, "fw2", name)
            compared += len(fates)
    assert compared == 3 * 3_481


@needs_golden
def test_every_decision_under_english_defaults(golden: pl.DataFrame) -> None:
    """The golden statistic counts the stop words of a document's own language.

    For other languages than English the count of English stop words comes from the golden word lists, null without one.
    """
    words = pl.read_parquet(FILTERS.parent / "words_golden.parquet")
    counts = {row["id"]: len(ENGLISH_STOP_WORDS & set(row["words"])) for row in words.iter_rows(named=True)}
    known = [
        own if language == "eng_Latn" else counts.get(id_)
        for language, id_, own in golden.select("lang", "id", "stop_words").iter_rows()
    ]
    rows = golden.with_columns(pl.Series("stop_words", known, dtype=pl.Int64))
    values = thresholds({}, {}, {})
    for name in SETS:
        out = evaluate(rows, [load_filter_set(name)], values)
        for ours, unknown, theirs in zip(
            out["fate"], out["not_evaluated"], expected(rows, "default", name), strict=True
        ):
            if "gopher_quality/stop_words" in unknown and theirs in (None, "gopher_quality/stop_words"):
                assert ours is None
            else:
                assert ours == theirs


def decide(name: str, text: str, words: list[str], signals: dict[str, Any], **arguments: Any) -> None:
    """Compare datatrove's filter, given these words, with ours, given signals worked out by hand."""
    datatrove = pytest.importorskip("datatrove.pipeline.filters")
    from datatrove.data import Document

    kind = {
        "gopher_repetition": datatrove.GopherRepetitionFilter,
        "fineweb_quality": datatrove.FineWebQualityFilter,
        "gopher_quality": datatrove.GopherQualityFilter,
    }[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{kind.__module__}.split_into_words", lambda _text, _language: words)
        verdict = kind(**arguments).filter(Document(text=text, id="x"))
    reason = verdict[1] if isinstance(verdict, tuple) else None
    given = {**{key: {} for key in SETS}, name: arguments}
    filter_set = load_filter_set(name)
    frame = pl.DataFrame({signal: [signals.get(signal)] for signal in filter_set.signals}, strict=False).cast(
        pl.Float64
    )
    out = evaluate(frame, [filter_set], thresholds(*given.values()))
    assert out["fate"].to_list() == [fate(name, reason)]


def test_empty_text() -> None:
    zero = {"chars": 0, "non_empty_lines": 0, "words": 0}
    for name in SETS:
        decide(name, "", [], zero)


def test_no_words_but_a_line() -> None:
    # 'a' is too short to be cut into words by this imagined segmenter: every ratio over words is undefined.
    decide(
        "gopher_quality",
        "a",
        [],
        {"words": 0, "bullet_line_ratio": 0, "end_ellipsis_ratio": 0, "stop_words": 0},
    )


def test_fewer_words_than_an_n_gram() -> None:
    decide("gopher_repetition", "a b", ["a", "b"], {"chars": 3, "dup_line_frac": 0, "top_2_gram_frac": 1.0})
    decide("gopher_repetition", "a", ["a"], {"chars": 1, "dup_line_frac": 0}, top_n_grams=((2, 0.0),))


@pytest.mark.parametrize("count", [49, 50, 51])
def test_a_threshold_itself_does_not_break(count: int) -> None:
    words = ["with", "that"] + ["word"] * (count - 2)
    signals = {
        "words": count,
        "avg_word_length": 4,
        "hash_ratio": 0,
        "ellipsis_ratio": 0,
        "bullet_line_ratio": 0,
        "end_ellipsis_ratio": 0,
        "alpha_word_ratio": 1,
        "stop_words": 2,
    }
    decide("gopher_quality", " ".join(words), words, signals)


def test_equal_shares_do_not_break() -> None:
    text = "x y.\nx y.\nz w."  # 14 characters; a repeated line of 4
    words = text.split()
    share = 4 / 12
    signals = {"non_empty_lines": 3, "line_punct_ratio": 1, "short_line_ratio": 1, "char_dup_ratio": share}
    signals["list_ratio"] = 2 / 6
    for name, equal in (("short_line_thr", 1.0), ("char_duplicates_ratio", share), ("new_line_ratio", 2 / 6)):
        others = {"short_line_thr": 9.0, "char_duplicates_ratio": 9.0, "new_line_ratio": 9.0}
        decide("fineweb_quality", text, words, signals, **{**others, name: equal})
        decide("fineweb_quality", text, words, signals, **{**others, name: equal * 0.99})
    decide("fineweb_quality", text, words, signals, line_punct_thr=1.01)


def test_the_first_of_several_broken_rules() -> None:
    # 60 words 'a': repeated 2-grams weigh 59 x 3 / 119 > 1, repeated 5-grams (55 // 5) x 5 / 119.
    words = ["a"] * 60
    signals = {"chars": 119, "dup_line_frac": 0, "dup_para_frac": 0, "dup_5_gram_frac": 55 / 119}
    signals |= {f"top_{n}_gram_frac": (2 * n - 1) * (61 - n) / 119 for n in (2, 3, 4)}
    decide("gopher_repetition", " ".join(words), words, signals)
    decide("gopher_repetition", " ".join(words), words, signals, top_n_grams=())


def test_filters_switched_off() -> None:
    words = ["a"] * 10
    signals = {"words": 10, "avg_word_length": 1, "alpha_word_ratio": 1, "stop_words": 0, "hash_ratio": 0}
    off = {"min_doc_words": 0, "min_avg_word_length": None, "min_stop_words": 0}
    decide("gopher_quality", " ".join(words), words, signals, **off)
    decide("gopher_quality", " ".join(words), words, signals, min_doc_words=0)
