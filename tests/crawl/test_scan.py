"""Searching index files: which records are selected, and how little of the index is read for it."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xxhash
from tests.crawl.conftest import CRAWL, OLDER, QUICK
from tests.crawl.server import Fault, Web
from tools.mirror import SCHEMA

from corpusforge.crawl.index_files import IndexFile, index_files, needed_columns, open_index
from corpusforge.crawl.root import open_root
from corpusforge.crawl.scan import scan
from corpusforge.errors import UserError

Mirror = tuple[Path, list[dict[str, Any]]]


def _scanned(url: str, codes: set[str], rest: float = 0.0, digests: str = "record") -> list[dict[str, Any]]:
    root = open_root(url, QUICK)
    tables = [
        scan(root, file, frozenset(codes), rest, needed_columns(rest, digests)) for file in index_files(root, CRAWL)
    ]
    return pa.concat_tables(tables).to_pylist()


def _places(rows: list[dict[str, Any]], name: str = "warc_record_offset") -> set[tuple[str, int]]:
    return {(row["warc_filename"], row[name]) for row in rows}


def test_pages_that_name_the_language_anywhere_in_their_list(mirror: Mirror) -> None:
    found = _scanned(str(mirror[0]), {"pan"})
    wanted = [row for row in mirror[1] if "pan" in (row["content_languages"] or "").split(",")]
    assert _places(found, "offset") == _places(wanted) and len(found) == len(wanted) > 20
    assert {row["languages"] for row in found} == {"pan", "eng,pan"}
    assert {row["chosen"] for row in found} == {"pan"}
    assert all(row["url"] is None and row["digest"] is None for row in found)


def test_the_rest_is_drawn_by_the_hash_of_the_url(mirror: Mirror) -> None:
    found = _scanned(str(mirror[0]), {"pan"}, rest=0.3, digests="index")
    html = ("text/html", "application/xhtml+xml", None)
    others = [
        row
        for row in mirror[1]
        if "pan" not in (row["content_languages"] or "").split(",") and row["content_mime_detected"] in html
    ]
    drawn = [row for row in others if xxhash.xxh64_intdigest(row["url"].encode()) < 0.3 * 2**64]
    assert _places([row for row in found if row["chosen"] == "rest"], "offset") == _places(drawn)
    assert 0 < len(drawn) < len(others)
    by_place = {(row["warc_filename"], row["warc_record_offset"]): row for row in mirror[1]}
    for row in found:
        assert row["digest"] == by_place[row["warc_filename"], row["offset"]]["content_digest"]
    every = [row for row in _scanned(str(mirror[0]), {"pan"}, rest=1.0) if row["chosen"] == "rest"]
    assert _places(every, "offset") == _places(others)


def test_a_range_of_the_web_finds_what_the_folder_has(mirror: Mirror, web: Web) -> None:
    assert _scanned(web.url, {"pan"}, 0.2) == _scanned(str(mirror[0]), {"pan"}, 0.2)


def test_only_the_row_groups_and_columns_that_can_matter_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cc-index/table/cc-main/warc/crawl=CC-MAIN-2025-26/subset=warc/part-00000.parquet"
    path.parent.mkdir(parents=True)
    groups = [[None] * 5, ["eng"] * 5, ["eng", "eng,pan", "fra"], ["eng", "fra", "deu"]]
    schema = pa.schema([field.with_nullable(True) for field in SCHEMA])
    with pq.ParquetWriter(path, schema) as writer:
        for group in groups:
            columns = {
                "content_languages": group,
                "warc_filename": ["crawl-data/f.warc.gz"] * len(group),
                "warc_record_offset": list(range(len(group))),
                "warc_record_length": [1] * len(group),
            }
            count = len(group)
            arrays = [pa.array(columns.get(field.name, [None] * count), field.type) for field in schema]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    read: list[tuple[int, tuple[str, ...]]] = []
    original = pq.ParquetFile.read_row_group

    def spy(self: pq.ParquetFile, index: int, columns: list[str], **options: Any) -> pa.Table:
        read.append((index, tuple(columns)))
        return original(self, index, columns=columns, **options)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", spy)
    root = open_root(str(tmp_path), QUICK)
    (file,) = index_files(root, CRAWL)
    found = scan(root, file, frozenset({"pan"}), 0.0, needed_columns(0.0, "record"))
    assert found["offset"].to_pylist() == [1]
    place = ("warc_filename", "warc_record_offset", "warc_record_length")
    assert read == [(2, ("content_languages",)), (2, place), (3, ("content_languages",))]


def test_an_index_without_a_column_is_named(mirror: Mirror, tmp_path: Path) -> None:
    table = pq.read_table(mirror[0] / index_files(open_root(str(mirror[0]), QUICK), OLDER)[0].path, partitioning=None)
    pq.write_table(table.drop_columns(["content_languages"]), tmp_path / "old.parquet")
    size = (tmp_path / "old.parquet").stat().st_size
    with pytest.raises(UserError) as error:
        open_index(open_root(str(tmp_path), QUICK), IndexFile("old.parquet", size, ""), needed_columns(0, "record"))
    assert "old.parquet: no column 'content_languages'" in str(error.value) and "CC-MAIN-2018-39" in str(error.value)


@pytest.mark.parametrize("keep", [0.5, 0.99, 0.0])
def test_a_truncated_index_file_is_named(mirror: Mirror, tmp_path: Path, keep: float) -> None:
    file = index_files(open_root(str(mirror[0]), QUICK), OLDER)[0]
    data = (mirror[0] / file.path).read_bytes()
    (tmp_path / "cut.parquet").write_bytes(data[: int(len(data) * keep)])
    cut = IndexFile("cut.parquet", int(len(data) * keep), "")
    with pytest.raises(UserError, match=r"cut\.parquet: not a readable index file"):
        scan(open_root(str(tmp_path), QUICK), cut, frozenset({"pan"}), 0.0, needed_columns(0, "record"))


def test_an_index_file_that_is_listed_and_not_there_is_named(web: Web) -> None:
    web.always["part-00001"] = Fault(404)
    with pytest.raises(UserError, match=r"part-00001.*listed, but it is not there"):
        index_files(open_root(web.url, QUICK), CRAWL)
