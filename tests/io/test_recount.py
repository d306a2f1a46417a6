"""The independent recount."""

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from archives import gz, pack, skippable, warc, zst

from corpusforge.io.inputs import resolve
from corpusforge.io.recount import Recount, recount


def counted(path: Path, data: bytes) -> Recount:
    path.write_bytes(data)
    return recount(resolve([str(path)]).inputs[0])


RECORDS = [warc("warcinfo", b"x"), warc(), warc("request", b"GET / HTTP/1.1\r\n\r\n"), warc("conversion", b"t")]
COUNTS = {"conversion": 1, "request": 1, "response": 1, "warcinfo": 1}


@pytest.mark.parametrize("compress", [bytes, gz, zst], ids=["plain", "gzip", "zstd"])
def test_archives(tmp_path: Path, compress) -> None:
    assert counted(tmp_path / "a", pack(RECORDS, [1], compress)[0]) == Recount(COUNTS, True)


def test_zstd_dictionaries(tmp_path: Path) -> None:
    trained = zstandard.train_dictionary(1000, RECORDS * 40)
    compress = zstandard.ZstdCompressor(dict_data=trained).compress
    assert counted(tmp_path / "a", pack(RECORDS, [1], compress, skippable(trained.as_bytes(), 13))[0]) == Recount(
        COUNTS, True
    )


def test_damaged_archives_are_incomplete(tmp_path: Path) -> None:
    assert not counted(tmp_path / "a", gz(RECORDS[0]) + gz(b"".join(RECORDS))).complete
    assert not counted(tmp_path / "b", RECORDS[0] + b"garbage\n" + RECORDS[1]).complete


@pytest.mark.parametrize("compress", [bytes, gz, zst], ids=["plain", "gzip", "zstd"])
def test_lines(tmp_path: Path, compress) -> None:
    data = compress(b'\xef\xbb\xbf{"text": 1}\n\n{"text": 2}')
    assert counted(tmp_path / "a", data) == Recount({"blank_line": 1, "row": 2}, True)


def test_damaged_lines_are_incomplete(tmp_path: Path) -> None:
    assert counted(tmp_path / "a", b'{"text": 1}\n{"text"\n') == Recount({"row": 2}, False, "1 lines are not JSON")
    found = counted(tmp_path / "b", gz(b'{"text": 1}\n' * 1000)[:-12])
    assert not found.complete


def test_parquet(tmp_path: Path) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": ["a"] * 7}), sink)
    assert counted(tmp_path / "a", sink.getvalue()) == Recount({"row": 7}, True)
    assert not counted(tmp_path / "b", sink.getvalue()[:-9]).complete
