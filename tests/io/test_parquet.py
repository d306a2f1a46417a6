"""Parquet: mapping, hostile columns, damage."""

import datetime
import decimal
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from archives import read

from corpusforge.errors import UserError


def parquet(table: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


TEXTS = ["ਪਹਿਲੀ", "ਦੂਜੀ", "ਤੀਜੀ", "ਚੌਥੀ"]


def test_rows() -> None:
    table = pa.table({"text": TEXTS, "id": [1, 2, 3, 4], "url": ["u"] * 4, "n": [0.5, None, 1.5, 2.0]})
    rows, tally = read(parquet(table, row_group_size=3), "parquet")
    assert [row["text"] for row in rows] == TEXTS
    assert [(row["member_offset"], row["offset"], row["length"]) for row in rows] == [(0, n, 1) for n in range(4)]
    assert [row["id"] for row in rows] == list("1234")
    assert [json.loads(row["meta"]) for row in rows] == [{"n": 0.5}, {"n": None}, {"n": 1.5}, {"n": 2.0}]
    assert tally.read == {"row": 4}


@pytest.mark.parametrize(
    "column",
    [
        pa.array(TEXTS, pa.large_string()),
        pa.array(TEXTS).dictionary_encode(),
        pa.array([text.encode() for text in TEXTS], pa.binary()),
        pa.array(TEXTS, pa.string_view()),
    ],
    ids=["large", "dictionary", "binary", "view"],
)
def test_kinds_of_text_columns(column: pa.Array) -> None:
    rows, _ = read(parquet(pa.table({"text": column})), "parquet")
    assert [row["text"] for row in rows] == TEXTS


def test_a_missing_text_column_is_the_users_error() -> None:
    data = parquet(pa.table({"texts": TEXTS, "url": TEXTS}))
    with pytest.raises(
        UserError, match=r"no column 'text' for the text \(did you mean 'texts'\?\); columns: texts, url; .*--set"
    ):
        read(data, "parquet")
    with pytest.raises(UserError, match="no column 'uri' for the url"):
        read(data, "parquet", text="texts", url="uri")


def test_wrong_types_and_nulls() -> None:
    rows, _ = read(parquet(pa.table({"text": pa.array([1, None])})), "parquet")
    assert [row["fate"] for row in rows] == ["invalid_text"] * 2
    assert "is int, not text" in rows[0]["error"]


def test_bytes_that_are_not_utf8() -> None:
    def broken() -> pa.Array:
        raw = pa.array([b"ok", b"\xff\xfe", b"fine"], pa.binary())
        return pa.Array.from_buffers(pa.string(), 3, raw.buffers())

    rows, _ = read(
        parquet(
            pa.table({"text": broken(), "other": broken(), "nested": pa.StructArray.from_arrays([broken()], ["x"])})
        ),
        "parquet",
    )
    assert [row["fate"] for row in rows] == [None, "invalid_text", None]
    assert "not UTF-8" in rows[1]["error"]
    assert json.loads(rows[0]["meta"]) == {"other": "ok", "nested": {"x": "ok"}}


def test_nested_fields_and_all_kinds_of_values() -> None:
    values = {
        "doc": [{"body": "ਲਿਖਤ", "lang": "pa"}],
        "when": [datetime.datetime(2024, 1, 2, 3, 4, 5)],
        "price": [decimal.Decimal("1.50")],
        "blob": [b"\x00\xff"],
        "list": [[1, 2]],
    }
    rows, _ = read(parquet(pa.table(values)), "parquet", text="doc.body", date="when")
    assert (rows[0]["text"], rows[0]["date"]) == ("ਲਿਖਤ", "2024-01-02T03:04:05")
    assert json.loads(rows[0]["meta"]) == {"doc": {"lang": "pa"}, "price": "1.50", "blob": "<2 bytes>", "list": [1, 2]}


def test_a_file_without_footer_is_one_damage() -> None:
    data = parquet(pa.table({"text": TEXTS}))[:-20]
    rows, tally = read(data, "parquet")
    assert [(row["record_type"], row["offset"], row["length"], row["fate"]) for row in rows] == [
        ("damage", -1, len(data), "corrupt_record")
    ]
    assert tally.bytes == len(data)


def test_a_damaged_row_group_costs_its_rows() -> None:
    table = pa.table({"text": [f"{n:05}" * 40 for n in range(3000)]})
    data = bytearray(parquet(table, row_group_size=1000, use_dictionary=False, compression="zstd"))
    group = pq.ParquetFile(io.BytesIO(bytes(data))).metadata.row_group(1).column(0)
    start = group.data_page_offset + group.total_compressed_size // 2
    data[start : start + 160] = b"\xff" * 160
    rows, tally = read(bytes(data), "parquet")
    assert [one.length for one in tally.damage] == [1000]
    assert [row["offset"] for row in rows] == [*range(1000), 1000, *range(2000, 3000)]


def test_no_rows() -> None:
    rows, tally = read(parquet(pa.table({"text": pa.array([], pa.string())})), "parquet")
    assert rows == []
    assert tally.rows == 0
