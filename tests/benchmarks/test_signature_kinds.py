"""The comparison of the kinds of signature: parts in turn, each repetition beginning with another one."""

import pyarrow as pa
from benchmarks.signature_kinds import measured, parts
from tests.conftest import articles

from corpusforge.dedup.signature import Sketch
from corpusforge.text.segment import segmenter


def test_every_repetition_goes_through_all_parts_and_begins_with_another() -> None:
    calls: list[str] = []
    work = {name: (lambda name=name: calls.append(name)) for name in ("a", "b", "c")}
    spent = measured(work, 3)
    assert {name: len(seconds) for name, seconds in spent.items()} == {"a": 3, "b": 3, "c": 3}
    assert calls == [*"cab", *"abc", *"bca", *"cab"]  # the first is not counted


def test_parts_are_what_a_run_computes() -> None:
    texts = pa.array(articles("pan_Guru")[:3], pa.large_string())
    work = parts(texts, "pan_Guru")
    assert set(work) == {f"{what} {kind}" for what in ("signature", "both") for kind in ("datatrove", "corpusforge")}
    for kind in ("datatrove", "corpusforge"):
        expected = Sketch(kind).signatures(texts, segmenter("unicode"))
        assert work[f"signature {kind}"]().equals(expected)  # type: ignore[attr-defined]
        table, signatures = work[f"both {kind}"]()  # type: ignore[misc]
        assert signatures.equals(expected)
        assert table.num_rows == 3
