"""Cleaning as edits: datatrove's formatted texts to the letter, read through edits of the original."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.documents import EDITS
from corpusforge.stages.clean import STEPS, apply_edits, clean, edits

SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", Path(__file__).parents[3] / "shared"))
FILTERS = SHARED / "golden" / "filters_golden.parquet"
ALL = ("ftfy", "pii", "symbol_lines")

PIECES = [
    "ਪੰਜਾਬ ",
    "|\n",
    "| |\n",
    "\n",
    "a@b.org ",
    "8.8.8.8",
    "Ã©tÃ©",
    "&amp;",
    "\x00",
    "word ",
    "🙂",
    "\r\n",
    "<b>",
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def strings(texts: list[str | None]) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


def formatted(text: str) -> str:
    formatters = pytest.importorskip("datatrove.pipeline.formatters")
    for formatter in (
        formatters.FTFYFormatter(),
        formatters.PIIFormatter(),
        formatters.SymbolLinesFormatter(symbols_to_remove=["|"], replace_char="\n"),
    ):
        text = formatter.format(text)
    return text


@pytest.mark.skipif(not FILTERS.exists(), reason=f"no golden files at {SHARED} (set CORPUSFORGE_SHARED)")
def test_every_golden_text() -> None:
    golden = pl.read_parquet(FILTERS)
    texts = golden["text"].to_arrow().cast(pa.large_string())
    table, counts = clean(texts, ALL)
    assert counts == {step: golden[f"{step}_changed"].sum() for step in ALL}
    out = apply_edits(texts, table)
    out.validate(full=True)
    hashes = [xxhash.xxh64_intdigest(text.encode()) for text in out.to_pylist()]
    assert hashes == golden["formatted_text_xxh64"].to_list()


@settings(max_examples=300)
@given(st.lists(st.none() | TEXT, max_size=6))
def test_a_batch_equals_datatrove_text_by_text(texts: list[str | None]) -> None:
    array = strings(texts)
    table, counts = clean(array, ALL)
    assert table.schema == EDITS and set(counts) == set(ALL)
    assert apply_edits(array, table).to_pylist() == [text if text is None else formatted(text) for text in texts]


@given(TEXT)
def test_edits_are_bytes_of_the_original_sorted_and_apart(text: str) -> None:
    raw, position, out = text.encode(), 0, b""
    for start, end, replacement in edits(text, ALL):
        assert position <= start <= end <= len(raw)
        assert raw[start:end] != replacement.encode()
        out += raw[position:start] + replacement.encode()
        position = end
    assert (out + raw[position:]).decode() == formatted(text)


def test_one_edit_where_one_thing_changes() -> None:
    assert edits("ਪੰਜਾਬ a@b.org ਹੈ", ALL) == [(16, 23, "email@example.com")]
    assert edits("ਪੰਜਾਬ", ALL) == []


def test_steps_are_chosen_and_counted() -> None:
    texts = strings(["a@b.org Ã©\n|\n", "8.8.8.8", None, "fine"])
    for step in STEPS:
        table, counts = clean(texts, [step])
        assert list(counts) == [step]
        assert set(table["row"].to_pylist()) == {"ftfy": {0}, "pii": {0, 1}, "symbol_lines": {0}}[step]
    assert clean(texts, ALL)[1] == {"ftfy": 1, "pii": 2, "symbol_lines": 1}
    assert clean(texts, [])[0].num_rows == 0


def test_slices_nulls_and_chunks_read_alike() -> None:
    texts = strings([None, "x", "8.8.8.8 ਪ", None, "a@b.org", "", "tail\n"])
    expected = [None, "x", "22.214.171.124 ਪ", None, "email@example.com", "", "tail"]
    for start in range(len(texts)):
        for length in range(len(texts) - start + 1):
            part = texts.slice(start, length)
            read = apply_edits(part, clean(part, ALL)[0])
            read.validate(full=True)
            assert read.to_pylist() == expected[start : start + length]
    chunked = pa.chunked_array([texts.slice(0, 3), texts.slice(3)])
    assert apply_edits(chunked, clean(chunked, ALL)[0]).to_pylist() == expected


def test_rows_do_not_depend_on_their_neighbours() -> None:
    texts = strings(["8.8.8.8", "8.8.8.8", "a@b.org c@d.org", "a@b.org"])
    order = [3, 1, 0, 2]
    read = apply_edits(texts, clean(texts, ALL)[0])
    shuffled = apply_edits(texts.take(order), clean(texts.take(order), ALL)[0])
    assert shuffled.to_pylist() == read.take(order).to_pylist()
    assert read[0] == read[1]


@pytest.mark.parametrize(
    "rows",
    [
        [(2, 0, 1, "")],
        [(-1, 0, 1, "")],
        [(0, 0, 4, "")],
        [(0, -1, 1, "")],
        [(0, 2, 1, "")],
        [(0, 1, 3, ""), (0, 2, 3, "")],
        [(1, 0, 1, ""), (0, 0, 1, "")],
    ],
)
def test_edits_of_other_texts_are_refused(rows: list[tuple[int, int, int, str]]) -> None:
    columns = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), EDITS, strict=True)]
    with pytest.raises(ValueError, match="edit"):
        apply_edits(strings(["abc", "def"]), pa.table(columns, schema=EDITS))


def test_insertions_at_one_place_keep_their_order() -> None:
    table = pa.table([np.array([0, 0]), np.array([1, 1]), np.array([1, 2]), strings(["x", "y"])], schema=EDITS)
    assert apply_edits(strings(["abc"]), table).to_pylist() == ["axyc"]
