"""Inputs: patterns to names, formats by content, clear errors."""

import gzip
import importlib.resources
import os
from pathlib import Path

import pytest
import zstandard
from archives import gz, skippable, warc, zst

from corpusforge.io.inputs import InputError, resolve
from corpusforge.io.readers import open_reader

JSONL = b'{"text": "a"}\n{"text": "b"}\n'


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """data/{one,two}/x.jsonl and a README, below the working directory."""
    for folder in ("one", "two"):
        (tmp_path / "data" / folder).mkdir(parents=True)
        (tmp_path / "data" / folder / "x.jsonl").write_bytes(JSONL)
    (tmp_path / "data" / "README.md").write_text("# notes\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*patterns: str) -> list[str]:
    return [source.name for source in resolve(patterns).inputs]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("data/one/*.jsonl", ["one/x.jsonl"]),
        ("data/one/x.jsonl", ["one/x.jsonl"]),
        ("data/one", ["one/x.jsonl"]),
        ("data/one/", ["one/x.jsonl"]),
        ("data", ["data/one/x.jsonl", "data/two/x.jsonl"]),
        ("data/*/x.jsonl", ["data/one/x.jsonl", "data/two/x.jsonl"]),
        ("data/t*/*", ["data/two/x.jsonl"]),
        ("data/**/*.jsonl", ["data/one/x.jsonl", "data/two/x.jsonl"]),
        ("web=data/o*/x.jsonl", ["web/one/x.jsonl"]),
        ("web=data/one/x.jsonl", ["web/x.jsonl"]),
        ("./data/../data/one/*", ["one/x.jsonl"]),
    ],
)
def test_names(crawl: Path, pattern: str, found: list[str]) -> None:
    assert names(pattern) == found
    if "=" not in pattern:
        assert names(str(crawl / pattern)) == found


def test_the_working_directory_has_a_name(crawl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(crawl / "data" / "one")
    assert names("*.jsonl") == names("x.jsonl") == names(".") == ["one/x.jsonl"]


def test_names_of_the_design(shared: Path) -> None:
    data = shared / "data"
    assert "docs_punjabi/pan_Guru_articles.jsonl.zst" in names(f"{data}/docs_punjabi/*.jsonl.zst")
    assert "data/html_fundus/fundus.warc.gz" in names(f"{data}/html_*/*.warc.gz")
    assert "warc_raw/allenai__dolma/sample-0000.warc.gz" in names(f"{data}/warc_raw/**/*")


def test_a_file_matched_twice_is_read_once(crawl: Path) -> None:
    assert names("data/one/x.jsonl", "data/one/*", str(crawl / "data" / "one")) == ["one/x.jsonl"]


def test_two_files_with_one_name_are_refused_with_the_mend(crawl: Path) -> None:
    (crawl / "other" / "one").mkdir(parents=True)
    (crawl / "other" / "one" / "x.jsonl").write_bytes(JSONL)
    with pytest.raises(
        InputError, match=r"two inputs have the name 'one/x.jsonl': .*data/one/x.jsonl and .*--input NAME="
    ):
        resolve(["data/one/*", "other/one/*"])
    assert names("data/one/*", "more=other/one/*") == ["more/x.jsonl", "one/x.jsonl"]


def test_lists(crawl: Path) -> None:
    (crawl / "list.txt").write_text("# what to read\n\ndata/one/x.jsonl\n  data/two/*\n")
    assert names("@list.txt") == ["one/x.jsonl", "two/x.jsonl"]
    with pytest.raises(InputError, match=r"@none\.txt: the list cannot be read"):
        resolve(["@none.txt"])
    (crawl / "empty.txt").write_text("# nothing\n")
    with pytest.raises(InputError, match="names no input"):
        resolve(["@empty.txt"])


@pytest.mark.parametrize("pattern", ["data/none.jsonl", "data/none/*.jsonl", "data/*.warc.gz", "none"])
def test_what_matches_nothing_is_named(crawl: Path, pattern: str) -> None:
    with pytest.raises(InputError, match=pattern.replace("*", r"\*")):
        resolve([pattern])


def test_unknown_formats_are_skipped_with_the_reason_or_refused_when_named(crawl: Path) -> None:
    (skipped,) = resolve(["data"]).skipped
    assert (skipped.name, skipped.reason) == ("data/README.md", "neither WARC, ARC, JSON Lines nor Parquet")
    with pytest.raises(InputError, match=r"README.md: neither WARC"):
        resolve(["data/README.md"])


def test_hidden_files_are_no_inputs(crawl: Path) -> None:
    (crawl / "data" / "one" / ".x.jsonl.tmp-1-ab").write_bytes(JSONL)
    assert names("data/one") == ["one/x.jsonl"]


def test_a_name_with_glob_characters_is_a_file_if_there_is_one(crawl: Path) -> None:
    (crawl / "data" / "a[1].jsonl").write_bytes(JSONL)
    assert names("data/a[1].jsonl") == ["data/a[1].jsonl"]


def test_a_folder_with_an_equals_sign_is_a_path_if_there_is_one(crawl: Path) -> None:
    (crawl / "dump=2024").mkdir()
    (crawl / "dump=2024" / "x.jsonl").write_bytes(JSONL)
    assert names("dump=2024/*.jsonl") == ["dump=2024/x.jsonl"]


ARC = b"filedesc://x.arc 0.0.0.0 20080430204825 text/plain 3\nabc\n"
CONTENT = {
    "warc": (warc(), "warc", None),
    "warc.gz": (gz(warc()), "warc", "gzip"),
    "warc.gz, empty members first": (gz(b"") + gz(warc()), "warc", "gzip"),
    "warc.zst": (zst(warc()), "warc", "zstd"),
    "warc.zst with dictionary": (skippable(b"not used " * 100_000, 13) + zst(warc()), "warc", "zstd"),
    "arc": (ARC, "arc", None),
    "arc.gz": (gz(ARC), "arc", "gzip"),
    "jsonl": (JSONL, "jsonl", None),
    "jsonl after blank lines": (b"\n\n" + JSONL, "jsonl", None),
    "jsonl with bom": (b"\xef\xbb\xbf" + JSONL, "jsonl", None),
    "jsonl, first line broken": (b'{"text": \n' + JSONL, "jsonl", None),
    "jsonl, one long line": (b'{"text": "' + b"x" * 400_000 + b'"}', "jsonl", None),
    "jsonl.gz": (gzip.compress(JSONL), "jsonl", "gzip"),
    "parquet": (b"PAR1 cut off", "parquet", None),
    "json": (b'{\n "a": 1,\n "b": 2\n}\n', None, None),
    "array": (b'[{"text": "x"}]', None, None),
    "html": (b"<html>", None, None),
    "empty": (b"", None, None),
    "nothing.gz": (gz(b""), None, "gzip"),
    "broken.gz": (b"\x1f\x8b\x08\x00broken", None, "gzip"),
    "broken.zst": (zstandard.compress(JSONL)[:6] + b"\xff" * 30, None, "zstd"),
    "parquet.gz": (gz(b"PAR1"), None, "gzip"),
}


@pytest.mark.parametrize("kind", CONTENT)
def test_formats_are_known_by_content_not_by_name(tmp_path: Path, kind: str) -> None:
    data, form, compression = CONTENT[kind]
    (tmp_path / "data.bin").write_bytes(data)
    found = resolve([str(tmp_path)])
    if form is None:
        assert not found.inputs
        assert found.skipped[0].reason
    else:
        assert [(one.format, one.compression, one.size) for one in found.inputs] == [(form, compression, len(data))]


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(JSONL)
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("this user reads everything")
    with pytest.raises(InputError, match=r"x.jsonl: cannot be read: PermissionError"):
        resolve([str(tmp_path)])


def test_the_sample_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sample_crawl"
    (folder / "day").mkdir(parents=True)
    (folder / "day" / "a.jsonl").write_bytes(JSONL)
    monkeypatch.setattr(importlib.resources, "files", lambda package: tmp_path)
    (source,) = resolve(["sample://"]).inputs
    assert (source.name, source.url) == ("sample/day/a.jsonl", "sample://day/a.jsonl")
    os.utime(folder / "day" / "a.jsonl", (1, 1))
    assert resolve(["sample://"]).inputs == [source]
    assert sum(table.num_rows for table in open_reader(source).batches(1 << 20)) == 2
