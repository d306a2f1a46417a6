"""A document that a stage fails on costs itself: nulls beside it, the error said, its neighbours untouched."""

import pyarrow as pa
import pytest

from corpusforge.dedup.signature import Sketch
from corpusforge.phases.portions import last_words
from corpusforge.phases.side_cars import SIGNALS, SIGNATURE, STAGE_ERROR, SideCar, guarded, side_cars
from corpusforge.phases.task import Worker
from corpusforge.settings import build_settings
from corpusforge.text.segment import UnicodeSegmenter


def lengths(settings: object, code: str, texts: pa.Array, worker: Worker) -> pa.Table:
    """A computation that cannot do without vowels."""
    for text in texts.to_pylist():
        if not set(text) & set("aeiou"):
            raise ValueError(f"no vowel in {text!r}")
    return pa.table({"length": pa.array([len(text) for text in texts.to_pylist()], pa.int64())})


def test_the_document_at_fault_is_found_among_its_neighbours() -> None:
    texts = pa.array(["apple", "bee", "rhythm", "deer", "", "egg"], pa.large_string())
    car = SideCar("signals/lengths@1", lambda settings, code: {}, lengths)
    table = guarded(car, build_settings("fineweb2-style"), "eng_Latn", texts, Worker())
    assert table["length"].to_pylist() == [5, 3, None, 4, None, 3]
    errors = table[STAGE_ERROR].to_pylist()
    assert errors[2] == "ValueError: no vowel in 'rhythm'"
    assert [error is None for error in errors] == [True, True, False, True, False, True]


def test_statistics_and_signatures_of_the_same_texts_cut_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, worker, cut = build_settings("fineweb2-style"), Worker(), []
    words = UnicodeSegmenter.words
    monkeypatch.setattr(UnicodeSegmenter, "words", lambda self, texts: (cut.append(len(texts)), words(self, texts))[1])
    texts = pa.array(["ਇੱਕ ਦੋ ਤਿੰਨ ਚਾਰ ਪੰਜ, ਛੇ", "ਇੱਕ", None], pa.large_string())
    cars = {car.layer: car for car in side_cars(settings)}
    statistics = guarded(cars[SIGNALS], settings, "pan_Guru", texts, worker)
    signatures = guarded(cars[SIGNATURE], settings, "pan_Guru", texts, worker)
    assert cut == [3]
    assert statistics["all_words"].to_pylist() == [7, 1, 0]
    assert (
        signatures["signature"].to_pylist() == Sketch("corpusforge").signatures(texts, UnicodeSegmenter()).to_pylist()
    )
    last_words(worker).forget()
    guarded(cars[SIGNATURE], settings, "pan_Guru", texts.slice(1), worker)
    assert cut == [3, 3, 2]


def test_words_of_other_texts_are_never_taken_for_these() -> None:
    found, split = last_words(Worker()), UnicodeSegmenter()
    for column in (["a b"], ["a b c"], ["a b"]):
        texts = pa.array(column, pa.large_string())
        assert found.of(texts, split).to_lists() == [column[0].split()]
    other = UnicodeSegmenter()
    assert found.of(texts, other) is not found.of(texts, split)
