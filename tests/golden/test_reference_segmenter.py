"""Every golden document through the `reference` segmenter: words, statistics, decisions, reasons and signatures."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl
import pyarrow as pa
import pytest
from tests.golden.reference_words import words_hash
from tests.golden.test_fates import CHAIN
from tests.rules.test_against_datatrove import SETS, fate
from tests.text.test_statistics import OF_TEXT, OF_WORDS, assert_equal

from corpusforge.dedup.signature import Sketch
from corpusforge.errors import UserError
from corpusforge.languages import all_codes, load_language
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.text.segment import Segmenter, segmenter
from corpusforge.text.statistics import statistics
from corpusforge.text.words import Words

ROWS = 3_481


class Cut(NamedTuple):
    """The golden rows of a language, and their words."""

    code: str
    rows: pl.DataFrame
    texts: pa.Array
    words: Words
    splitter: Segmenter


@pytest.fixture(scope="module")
def cut(documents: pl.DataFrame) -> list[Cut]:
    """Every language; skipped, with what to install, where a word splitter is missing."""
    found = []
    for (code,), rows in documents.group_by("lang", maintain_order=True):
        try:
            splitter = segmenter("reference", str(code))
        except UserError as error:
            pytest.skip(str(error))
        texts = pa.array(rows["text"].to_list(), pa.large_string())
        found.append(Cut(str(code), rows, texts, splitter.words(texts), splitter))
    assert sum(len(one.rows) for one in found) == ROWS
    return found


def judged(cut: list[Cut], mode: str) -> Iterator[tuple[Cut, pa.Table, dict[str, float | None]]]:
    """A language's rows, our statistics of them, and the thresholds (see `test_fates.per_language`)."""
    sets = [load_filter_set(name) for name in SETS]
    for one in cut:
        judge = load_language(one.code if mode == "fw2" and one.code in all_codes() else "eng_Latn")
        computed = statistics(one.texts, one.words, judge.stop_words)
        yield one, computed, resolve_thresholds(sets, judge.thresholds, judge.code)


def test_every_word(cut: list[Cut]) -> None:
    for one in cut:
        assert [words_hash(words) for words in one.words.to_lists()] == one.rows["words_xxh64"].to_list(), one.code


def test_every_statistic(cut: list[Cut]) -> None:
    for one, computed, _ in judged(cut, "fw2"):
        assert_equal(computed, one.rows.to_arrow(), OF_TEXT | OF_WORDS, 1e-12)


@pytest.mark.parametrize("mode", ["fw2", "default"])
def test_every_decision_and_reason(cut: list[Cut], mode: str) -> None:
    compared = 0
    for one, computed, thresholds in judged(cut, mode):
        for name, short in SETS.items():
            ours = evaluate(computed, [load_filter_set(name)], thresholds)["fate"].to_list()
            assert ours == [fate(name, reason) for reason in one.rows[f"{mode}_{short}_reason"]], one.code
            assert [each is None for each in ours] == one.rows[f"{mode}_{short}_keep"].to_list()
            compared += len(ours)
    assert compared == 3 * ROWS


def test_every_fate_of_the_chain(cut: list[Cut]) -> None:
    for one, computed, thresholds in judged(cut, "fw2"):
        ours = evaluate(computed, [load_filter_set(name) for name in SETS], thresholds)["fate"].to_list()
        theirs = []
        for first in one.rows["fw2_chain_first_drop"]:
            filter_name, _, reason = (first or "").partition(":")
            theirs.append(fate(CHAIN[filter_name], reason) if first else None)
        assert ours == theirs, one.code


def test_every_signature(cut: list[Cut]) -> None:
    compared = 0
    for one in cut:
        ours = Sketch("datatrove").signatures(one.texts, one.splitter).to_pylist()
        theirs = one.rows["minhash_sig"].to_list()
        assert [each or [] for each in ours] == [each or [] for each in theirs], one.code
        compared += sum(each is not None for each in ours)
    assert compared == sum(len(each or []) > 0 for one in cut for each in one.rows["minhash_sig"].to_list()) > 3_000
