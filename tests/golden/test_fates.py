"""Given the reference's words, our statistics, our rules and our language files give every published decision."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from tests.golden.reference_words import proven_words, words_hash
from tests.rules.test_against_datatrove import SETS, fate
from tests.text.test_statistics import OF_TEXT, OF_WORDS, assert_equal

from corpusforge.languages import all_codes, load_language
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.text.statistics import statistics
from corpusforge.text.words import Words

# How the golden files name what a chain of filters drops first: `gopher_rep:dup_line_frac`.
CHAIN = {short: name for name, short in SETS.items()}


@pytest.fixture(scope="module")
def with_words(documents: pl.DataFrame, given_words: dict[str, list[str]]) -> pl.DataFrame:
    """The golden documents whose reference words are known, with these in a column `words`."""
    assert len(documents) == 3_481
    given = [given_words.get(key) for key in documents["id"]]
    assert sum(words is not None for words in given) == 310
    found = proven_words(documents["text"].to_list(), documents["words_xxh64"].to_list(), given)
    return documents.with_columns(pl.Series("words", list(found), pl.List(pl.String))).drop_nulls("words")


def per_language(rows: pl.DataFrame, mode: str) -> Iterator[tuple[pl.DataFrame, pa.Table, dict[str, float | None]]]:
    """Rows of a language, our statistics of them, and the thresholds of the language file that judges them.

    mode: fw2 = the language's own file, English defaults for the two languages that were given no parameters;
    default = the file of English for all.
    """
    sets = [load_filter_set(name) for name in SETS]
    for (code,), some in rows.group_by("lang", maintain_order=True):
        judge = load_language(str(code) if mode == "fw2" and code in all_codes() else "eng_Latn")
        texts = pa.array(some["text"].to_list(), pa.large_string())
        computed = statistics(texts, Words.from_lists(some["words"].to_list()), judge.stop_words)
        yield some, computed, resolve_thresholds(sets, judge.thresholds, judge.code)


def test_given_words_are_the_hashed_ones(documents: pl.DataFrame, given_words: dict[str, list[str]]) -> None:
    hashes = dict(documents.select("id", "words_xxh64").iter_rows())
    assert {key: words_hash(words) for key, words in given_words.items()} == {key: hashes[key] for key in given_words}


def test_every_language_and_every_given_document_takes_part(with_words: pl.DataFrame, given_words: Any) -> None:
    assert set(given_words) <= set(with_words["id"])
    assert with_words["lang"].n_unique() == 34
    assert len(with_words) >= 1_400


def test_statistics_of_proven_words(with_words: pl.DataFrame) -> None:
    for rows, computed, _ in per_language(with_words, "fw2"):
        assert_equal(computed, rows.to_arrow(), OF_TEXT, 1e-12)
        assert_equal(computed, rows.to_arrow(), OF_WORDS, 1e-9)


@pytest.mark.parametrize("mode", ["fw2", "default"])
def test_every_decision_and_reason(with_words: pl.DataFrame, mode: str) -> None:
    reached: Counter[str] = Counter()
    for rows, computed, thresholds in per_language(with_words, mode):
        for name, short in SETS.items():
            ours = evaluate(computed, [load_filter_set(name)], thresholds)["fate"].to_list()
            theirs = [fate(name, reason) for reason in rows[f"{mode}_{short}_reason"]]
            wrong = [row for row in zip(rows["id"], ours, theirs, strict=True) if row[1] != row[2]]
            assert not wrong, f"{len(wrong)} differ, first (id, ours, theirs): {wrong[:3]}"
            assert [one is None for one in ours] == rows[f"{mode}_{short}_keep"].to_list()
            reached.update(ours)
    assert sum(reached.values()) == 3 * len(with_words)
    # Of 29 reasons, real documents with known words reach these many; test_reasons.py reaches all.
    assert len(reached.keys() - {None}) >= {"fw2": 20, "default": 24}[mode], sorted(map(str, reached))


def test_every_fate_of_the_chain(with_words: pl.DataFrame) -> None:
    for rows, computed, thresholds in per_language(with_words, "fw2"):
        ours = evaluate(computed, [load_filter_set(name) for name in SETS], thresholds)["fate"].to_list()
        theirs = []
        for first in rows["fw2_chain_first_drop"]:
            filter_name, _, reason = (first or "").partition(":")
            theirs.append(fate(CHAIN[filter_name], reason) if first else None)
        assert ours == theirs
        assert [one is None for one in ours] == rows["fw2_chain_keep"].to_list()
