"""A document that a stage fails on costs itself: nulls beside it, the error said, its neighbours untouched."""

import pyarrow as pa

from corpusforge.phases.side_cars import STAGE_ERROR, SideCar, guarded
from corpusforge.phases.task import Worker
from corpusforge.settings import build_settings


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
