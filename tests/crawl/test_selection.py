"""The selection of a crawl: made once, kept in the run's directory, made anew when what decides on it changes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.crawl.conftest import CRAWL, QUICK
from tests.crawl.server import Fault, Web

from corpusforge.crawl import selection as module
from corpusforge.crawl.index_files import index_files
from corpusforge.crawl.request import CrawlRequest
from corpusforge.crawl.root import Unreachable, open_root
from corpusforge.crawl.selection import Query, Selection, identity, select, selected_rows
from corpusforge.crawl.units import units
from corpusforge.io.storage import Storage

Mirror = tuple[Path, list[dict[str, Any]]]
PAN = Query(("pan",), 0.0, "record")


def _select(url: str, out: Path, query: Query = PAN) -> Selection:
    root = open_root(url, QUICK)
    return select(root, Storage(str(out)), CRAWL, index_files(root, CRAWL), query, lambda text: None)


def test_it_is_in_order_of_place_and_its_receipt_counts_it(mirror: Mirror, tmp_path: Path) -> None:
    found = _select(str(mirror[0]), tmp_path)
    rows = selected_rows(Storage(str(tmp_path)), found.path, 0, found.records).to_pylist()
    wanted = sorted(
        (row["warc_filename"], row["warc_record_offset"], row["warc_record_length"])
        for row in mirror[1]
        if "pan" in (row["content_languages"] or "").split(",")
    )
    assert [(row["warc_filename"], row["offset"], row["length"]) for row in rows] == wanted
    receipt = json.loads((tmp_path / found.path.replace(".parquet", ".json")).read_text())
    assert receipt["records"] == len(wanted) and receipt["bytes"] == sum(length for _, _, length in wanted)
    assert receipt["warc_files"] == len({name for name, _, _ in wanted}) == 5
    assert receipt["chosen"] == {"pan": len(wanted)}
    assert [path.name for path in (tmp_path / "crawl").iterdir() if path.is_dir()] in (
        [],
        [found.path.split("/")[1][:-8]],
    )


def test_the_order_is_the_same_when_segments_are_sorted_one_by_one(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = _select(str(mirror[0]), tmp_path / "a")
    monkeypatch.setattr("corpusforge.crawl.merge._GROUP_ROWS", 1)
    one_by_one = _select(str(mirror[0]), tmp_path / "b")
    for name in ("records", "bytes", "warc_files", "chosen"):
        assert at_once.receipt[name] == one_by_one.receipt[name]
    read = [
        selected_rows(Storage(str(tmp_path / folder)), one.path, 0, one.records)
        for folder, one in (("a", at_once), ("b", one_by_one))
    ]
    assert read[0].equals(read[1])


def test_the_index_is_not_read_again(web: Web, tmp_path: Path) -> None:
    _select(web.url, tmp_path)
    web.asked.clear()
    _select(web.url, tmp_path)
    assert web.ranges("part-") == []  # only described


def test_a_search_that_broke_off_goes_on_with_the_index_files_that_are_missing(web: Web, tmp_path: Path) -> None:
    whole = _select(web.url, tmp_path / "whole")
    original = module.scan

    def failing(root: Any, file: Any, *rest: Any) -> Any:
        if "part-00001" in file.path:
            raise Unreachable("gone")
        return original(root, file, *rest)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "scan", failing)
        with pytest.raises(Unreachable):
            _select(web.url, tmp_path / "broken")
    searched: list[str] = []

    def noted(root: Any, file: Any, *rest: Any) -> Any:
        searched.append(file.path)
        return original(root, file, *rest)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "scan", noted)
        again = _select(web.url, tmp_path / "broken")
    assert [path.rpartition("/")[2] for path in searched] == ["part-00001.c000.gz.parquet"]
    assert (tmp_path / "broken" / again.path).read_bytes() == (tmp_path / "whole" / whole.path).read_bytes()


def test_what_identifies_a_selection(mirror: Mirror, tmp_path: Path) -> None:
    shutil.copytree(mirror[0], tmp_path / "copy")
    root = open_root(str(tmp_path / "copy"), QUICK)
    files = index_files(root, CRAWL)
    (tmp_path / "copy" / files[0].path).touch()
    known = {
        identity(CRAWL, files, PAN),
        identity("CC-MAIN-2025-30", files, PAN),
        identity(CRAWL, index_files(root, CRAWL), PAN),
        identity(CRAWL, files, Query(("pan", "urd"), 0.0, "record")),
        identity(CRAWL, files, Query(("pan",), 0.1, "record")),
        identity(CRAWL, files, Query(("pan",), 0.0, "index")),
    }
    assert len(known) == 6


def test_a_damaged_selection_is_made_anew(mirror: Mirror, tmp_path: Path) -> None:
    found = _select(str(mirror[0]), tmp_path)
    good = (tmp_path / found.path).read_bytes()
    (tmp_path / found.path).write_bytes(good[:-10])
    assert (tmp_path / _select(str(mirror[0]), tmp_path).path).read_bytes() == good


def test_units_are_bounded_and_do_not_depend_on_where_the_run_is(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpusforge.crawl.units.UNIT_BYTES", 20_000)
    cut = []
    for folder in ("a", "b"):
        found = _select(str(mirror[0]), tmp_path / folder)
        cut.append(units(Storage(str(tmp_path / folder)), found, CrawlRequest((CRAWL,), str(mirror[0]))))
    assert [(one.name, one.size, one.identity) for one in cut[0]] == [(o.name, o.size, o.identity) for o in cut[1]]
    assert cut[0][0].start == 0 and cut[0][-1].stop == found.records
    assert all(before.stop == after.start for before, after in zip(cut[0], cut[0][1:], strict=False))
    assert all(one.size <= 20_000 or one.stop - one.start == 1 for one in cut[0]) and len(cut[0]) > 3
    assert sum(one.size or 0 for one in cut[0]) == found.receipt["bytes"]


def test_an_index_that_cannot_be_reached_leaves_nothing_half_done(web: Web, tmp_path: Path) -> None:
    web.always["part-00001"] = Fault(503)
    with pytest.raises(Unreachable):
        _select(web.url, tmp_path)
    assert not list(tmp_path.rglob("*.json"))


def test_a_search_can_be_stopped_between_two_index_files(web: Web, tmp_path: Path) -> None:
    root = open_root(web.url, QUICK)
    files = index_files(root, CRAWL)
    with pytest.raises(module.Stopped):
        select(root, Storage(str(tmp_path)), CRAWL, files, PAN, lambda text: None, lambda: True)
    assert list(tmp_path.rglob("0000*.parquet"))
    assert select(root, Storage(str(tmp_path)), CRAWL, files, PAN, lambda text: None).records > 20
