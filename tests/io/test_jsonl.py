"""JSON Lines: places, mapping, broken lines, damaged compression."""

import gzip
import json
import random

import pytest
import zstandard
from archives import gz, one, read, zst
from hypothesis import given, settings
from hypothesis import strategies as st

ROWS = [
    {
        "text": "ਪਹਿਲੀ ਲਿਖਤ",
        "id": "a",
        "url": "https://example.org/a",
        "date": "2024-01-02",
        "dump": "CC-MAIN-2024-10",
        "tag": 3,
    },
    {"text": "ਦੂਜੀ ਲਿਖਤ", "id": 17},
    {"text": "three", "meta": {"deep": {"er": 1}}},
]
LINES = [json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in ROWS]
PLAIN = b"".join(LINES)
PACKED = {None: PLAIN, "gzip": gz(PLAIN), "zstd": zst(PLAIN)}


def line(**values: object) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


@pytest.mark.parametrize("compression", PACKED)
def test_rows_and_places(compression: str | None) -> None:
    rows, tally = read(PACKED[compression], "jsonl", compression)
    places = [(0, sum(map(len, LINES[:n])), len(LINES[n])) for n in range(3)]
    assert [(row["member_offset"], row["offset"], row["length"]) for row in rows] == places
    assert [row["text"] for row in rows] == [row["text"] for row in ROWS]
    assert [row["id"] for row in rows] == ["a", "17", None]
    assert (rows[0]["url"], rows[0]["date"], rows[0]["dump"]) == (
        "https://example.org/a",
        "2024-01-02",
        "CC-MAIN-2024-10",
    )
    assert [row["meta"] for row in rows] == ['{"tag": 3}', None, '{"meta": {"deep": {"er": 1}}}']
    assert {row["fate"] for row in rows} == {None}
    assert tally.read == {"row": 3}


def test_members_are_one_stream() -> None:
    cut = len(PLAIN) // 2
    expected = read(PLAIN, "jsonl")[0]
    assert read(gz(PLAIN[:cut]) + gz(b"") + gz(PLAIN[cut:]), "jsonl", "gzip")[0] == expected
    assert read(zst(PLAIN[:cut]) + zst(PLAIN[cut:]), "jsonl", "zstd")[0] == expected


def test_blank_lines_bom_and_last_line_without_newline() -> None:
    rows, tally = read(b"\xef\xbb\xbf" + LINES[0] + b"\n  \r\n" + LINES[1].rstrip(), "jsonl")
    assert [row["text"] for row in rows] == [ROWS[0]["text"], ROWS[1]["text"]]
    assert rows[0]["offset"] == 0
    assert tally.counted_only == {"blank_line": 2}


@pytest.mark.parametrize(
    ("data", "fate", "said"),
    [
        (b'{"text": "x"\n', "corrupt_record", "not JSON"),
        (b'{"text": "\xff"}\n', "corrupt_record", "not UTF-8: byte 10"),
        (b'["text"]\n', "corrupt_record", "JSON list"),
        (b'{"text": ' + b"[" * 100_000 + b"\n", "corrupt_record", "nested too deep"),
        (b'{"text": ' + b"9" * 5000 + b"}\n", "corrupt_record", "not JSON"),
        (line(body="x", other=1), "invalid_text", "no field 'text'; other fields: body, other"),
        (line(text=None), "invalid_text", "no field 'text'"),
        (line(text=5), "invalid_text", "is int, not text"),
        (line(text="a\0b"), "invalid_text", "NUL"),
        (b'{"text": "\\ud800"}\n', "invalid_text", "surrogate"),
        (line(text=" \n"), "empty_body", "is empty"),
    ],
)
def test_bad_lines(data: bytes, fate: str, said: str) -> None:
    rows, tally = read(LINES[0] + data + LINES[2], "jsonl")
    assert [row["fate"] for row in rows] == [None, fate, None]
    assert said in rows[1]["error"]
    assert rows[1]["text"] is None
    assert not tally.damage


def test_half_surrogates_elsewhere_are_replaced() -> None:
    row = one(b'{"text": "x", "id": "\\udc00", "other": "\\ud800!"}\n', form="jsonl")
    assert (row["id"], row["meta"], row["fate"]) == ("\ufffd", '{"other": "\ufffd!"}', None)


def test_numbers_that_json_does_not_have_become_null() -> None:
    assert one(b'{"text": "x", "a": NaN, "b": -Infinity}\n', form="jsonl")["meta"] == '{"a": null, "b": null}'


def test_a_line_that_is_too_long_is_passed_over() -> None:
    rows, _ = read(LINES[0] + line(text="y" * 5_000_000) + LINES[1], "jsonl", max_line=1000)
    assert [row["fate"] for row in rows] == [None, "corrupt_record", None]
    assert rows[1]["length"] == 5_000_013
    assert "lines may have 1000" in rows[1]["error"]


def test_mapping() -> None:
    data = line(content={"body": "ਲਿਖਤ", "lang": "pa"}, doc=5, **{"a.b": "dotted"})
    row = one(data, form="jsonl", text="content.body", id="doc", url="a.b")
    assert (row["text"], row["id"], row["url"], row["meta"]) == ("ਲਿਖਤ", "5", "dotted", '{"content": {"lang": "pa"}}')


@pytest.mark.parametrize("pack", [gz, zst], ids=["gzip", "zstd"])
def test_cut_off_compression_gives_what_was_complete_and_one_damage(pack) -> None:
    lines = [line(text=random.Random(n).randbytes(300).hex(), id=n) for n in range(2000)]
    data = pack(b"".join(lines))
    rows, tally = read(data[: len(data) // 2], "jsonl", "gzip" if pack is gz else "zstd")
    *good, damage = rows
    assert [row["id"] for row in good] == [str(n) for n in range(len(good))]
    assert 700 < len(good) < 1300
    assert {row["fate"] for row in good} == {None}
    assert (damage["record_type"], damage["offset"]) == ("damage", sum(map(len, lines[: len(good)])))
    assert len(tally.damage) == 1


def test_a_wrong_checksum_distrusts_the_member() -> None:
    bad = bytearray(gz(LINES[1]))
    bad[-6] ^= 1
    rows, tally = read(gz(LINES[0]) + bytes(bad) + gz(LINES[2]), "jsonl", "gzip")
    assert [row["record_type"] for row in rows] == ["row", "damage"]
    assert "check" in tally.damage[0].error


def test_bytes_behind_the_compressed_data_are_a_gap() -> None:
    rows, _ = read(gz(PLAIN) + b"trailing", "jsonl", "gzip")
    assert [row["record_type"] for row in rows] == ["row"] * 3 + ["damage"]
    assert (rows[3]["member_offset"], rows[3]["offset"], rows[3]["length"]) == (len(gz(PLAIN)), -1, 8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=30), st.sampled_from([None, "gzip", "zstd"]), st.integers(1, 5000))
def test_lines_are_those_of_python(parts: list[bytes], compression: str | None, batch: int) -> None:
    """Oracle: bytes.split. Whatever the bytes, every line is a row or blank, at its place, for every batch size."""
    plain = b"\n".join(parts)
    data = {None: bytes, "gzip": gzip.compress, "zstd": zstandard.compress}[compression](plain)
    if compression and not plain:
        return
    rows, tally = read(data, "jsonl", compression, batch)
    place, expected = 0, []
    for part in plain.split(b"\n"):
        if part.removeprefix(b"\xef\xbb\xbf").strip():
            expected.append((place, min(len(part) + 1, len(plain) - place)))
        place += len(part) + 1
    assert [(row["offset"], row["length"]) for row in rows] == expected
    assert tally.tiling()["decompressed_bytes"] == len(plain)
