"""Fetching a unit: few requests, nothing twice, every record's trouble named."""

import gzip
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.crawl.conftest import CRAWL, QUICK
from tests.crawl.server import Fault, Web
from tools.mirror import build_mirror, whole_members

from corpusforge.crawl import fetch as module
from corpusforge.crawl.fetch import Fetched, fetch
from corpusforge.crawl.index_files import index_files
from corpusforge.crawl.member_check import DAMAGED, DIGEST, check
from corpusforge.crawl.range_reader import RangeReader, fetched_rows
from corpusforge.crawl.request import CrawlRequest
from corpusforge.crawl.root import Unreachable, open_root
from corpusforge.crawl.selection import Query, select
from corpusforge.crawl.units import RangeInput, units
from corpusforge.io.inputs import resolve
from corpusforge.io.raw import ReadOptions
from corpusforge.io.readers import open_reader
from corpusforge.io.storage import Storage

PAN = Query(("pan",), 0.0, "record")
Mirror = tuple[Path, list[dict[str, Any]]]


def _unit(url: str, out: Path, query: Query = PAN) -> tuple[Storage, RangeInput]:
    storage, root = Storage(str(out)), open_root(url, QUICK)
    found = select(root, storage, CRAWL, index_files(root, CRAWL), query, lambda text: None)
    (unit,) = units(storage, found, CrawlRequest((CRAWL,), url))
    return storage, unit


def _fetched(url: str, out: Path, query: Query = PAN) -> tuple[Storage, Fetched]:
    storage, unit = _unit(url, out, query)
    return storage, fetch(storage, unit, QUICK)


def _members(storage: Storage, done: Fetched) -> dict[tuple[str, int], tuple[bytes | None, str | None]]:
    return {(name, at): (member, trouble) for name, at, _, _, member, trouble, _ in fetched_rows(storage, done.files)}


def test_every_record_comes_as_it_stands_in_its_file(mirror: Mirror, web: Web, tmp_path: Path) -> None:
    storage, done = _fetched(web.url, tmp_path)
    members = _members(storage, done)
    assert len(members) > 20 and done.state is None
    for (name, at), (member, trouble) in members.items():
        assert member is not None and trouble is None
        assert (mirror[0] / name).read_bytes()[at : at + len(member)] == member
    assert done.requests == len(web.ranges()) < len(members)  # those that lie near come together
    local, from_folder = _fetched(str(mirror[0]), tmp_path / "local")
    assert _members(local, from_folder) == members


def test_records_far_apart_are_fetched_alone(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GAP_BYTES", -1)
    storage, done = _fetched(web.url, tmp_path)
    assert len(web.ranges()) == len(_members(storage, done))


def test_nothing_is_fetched_twice(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_RECORDS", 8)
    storage, unit = _unit(web.url, tmp_path)
    whole = fetch(storage, unit, QUICK)
    web.asked.clear()
    again = fetch(storage, unit, QUICK)
    assert web.ranges() == [] and again.files == whole.files
    storage.delete(whole.files[2].path)
    again = fetch(storage, unit, QUICK)
    assert 0 < len(web.ranges()) <= 8 and again.files == whole.files


def test_a_server_that_stops_answering_ends_the_unit_and_what_came_is_kept(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GAP_BYTES", -1)
    monkeypatch.setattr(module, "CHUNK_RECORDS", 8)
    storage, unit = _unit(web.url, tmp_path)
    names = sorted(set(module.selected_rows(storage, unit.selection, 0, unit.stop)["warc_filename"].to_pylist()))
    web.always[names[-1].rpartition("/")[2]] = Fault(503)
    with pytest.raises(Unreachable) as error:
        fetch(storage, unit, QUICK)
    assert "3 requests in a row" in str(error.value) and "run the same command again later" in str(error.value)
    asked = [one for one in web.ranges() if names[-1] not in one[0]]
    web.always.clear()
    web.asked.clear()
    done = fetch(storage, unit, QUICK)
    assert done.state is None
    assert not [one for one in web.ranges() if one in asked]  # only what is missing
    whole, clean = _fetched(web.url, tmp_path / "clean")
    assert _members(storage, done) == _members(whole, clean)


def test_single_refusals_are_named_and_asked_for_again_next_time(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GAP_BYTES", -1)
    storage, unit = _unit(web.url, tmp_path)
    first = module.selected_rows(storage, unit.selection, 0, 1).to_pylist()[0]
    web.faults[first["warc_filename"]] = [Fault(503)] * 3  # every attempt at the first record, at least of one
    done = fetch(storage, unit, module.Manners(connections=1, attempts=3, first_delay_s=0.01, longest_delay_s=0.01))
    assert done.refused == 1 and done.state is not None
    member, trouble = _members(storage, done)[first["warc_filename"], first["offset"]]
    assert member is None and trouble == "refused"
    rows = list(RangeReader(storage, done.files, ReadOptions()).rows())
    (lost,) = [row for row in rows if row.fate == "not_fetched"]
    assert (lost.member_offset, lost.length) == (first["offset"], 0) and "HTTP status 503" in (lost.error or "")
    web.asked.clear()
    again = fetch(storage, unit, QUICK)
    assert len(web.ranges()) == 1 and again.state is None and again.refused == 0


def test_a_missing_warc_file_is_named_and_not_asked_for_again(mirror: Mirror, tmp_path: Path, web: Web) -> None:
    storage, unit = _unit(web.url, tmp_path)
    gone = module.selected_rows(storage, unit.selection, 0, 1).to_pylist()[0]["warc_filename"]
    web.always[gone.rpartition("/")[2]] = Fault(404)
    done = fetch(storage, unit, QUICK)
    troubles = {trouble for (name, _), (_, trouble) in _members(storage, done).items() if name == gone}
    assert troubles == {"missing"} and done.refused == 0
    assert len(web.ranges()) == done.requests  # none was tried again
    web.asked.clear()
    assert fetch(storage, unit, QUICK).state == done.state and web.ranges() == []
    rows = list(RangeReader(storage, done.files, ReadOptions()).rows())
    lost = [row for row in rows if row.fate == "not_fetched"]
    assert len(lost) == sum(name == gone for name, _ in _members(storage, done)) > 0
    assert all("HTTP status 404" in (row.error or "") for row in lost)


def test_of_a_file_that_was_cut_off_the_records_before_the_cut_come(mirror: Mirror, tmp_path: Path) -> None:
    shutil.copytree(mirror[0], tmp_path / "mirror")
    url = str(tmp_path / "mirror")
    storage, unit = _unit(url, tmp_path / "out")
    rows = module.selected_rows(storage, unit.selection, 0, unit.stop).to_pylist()
    name = rows[0]["warc_filename"]
    own = [row for row in rows if row["warc_filename"] == name]
    path = tmp_path / "mirror" / name
    path.write_bytes(path.read_bytes()[: own[1]["offset"] + own[1]["length"] + 10])
    done = fetch(storage, unit, QUICK)
    found = [trouble for (file, _), (_, trouble) in sorted(_members(storage, done).items()) if file == name]
    assert found == [None, None] + ["missing"] * (len(own) - 2) and len(own) > 2


def test_a_byte_changed_on_the_way_is_fetched_once_more(web: Web, tmp_path: Path) -> None:
    storage, unit = _unit(web.url, tmp_path)
    for name in {
        row["warc_filename"] for row in module.selected_rows(storage, unit.selection, 0, unit.stop).to_pylist()
    }:
        web.faults[name] = [Fault(flip=True)]
    done = fetch(storage, unit, QUICK)
    assert done.state is None
    whole, clean = _fetched(web.url, tmp_path / "clean")
    assert _members(storage, done) == _members(whole, clean)


def _with_wrong_payloads(mirror: Path, out: Path) -> set[tuple[str, int]]:
    """A copy of the mirror, in which some payloads are not those of their digests though every checksum is right."""
    shutil.copytree(mirror, out)
    changed = set()
    for path in sorted((out / "crawl-data" / CRAWL).rglob("*00000.warc.gz")):
        data = bytearray(path.read_bytes())
        for start, end, plain in list(whole_members(bytes(data))):
            if b"WARC-Type: response" not in plain or "ਪੰਜਾਬ".encode() not in plain:
                continue
            new = gzip.compress(plain.replace("ਪੰਜਾਬ".encode(), "ਪੰਜਾਥ".encode()), 9, mtime=0)
            if len(new) <= end - start - 6:
                # an extra field of the gzip header fills the member up to its old length
                fill = end - start - len(new) - 2
                new = new[:3] + b"\x04" + new[4:10] + fill.to_bytes(2, "little") + b"\0" * fill + new[10:]
            if len(new) == end - start and gzip.decompress(new) != plain:
                data[start:end] = new
                changed.add((path.relative_to(out).as_posix(), start))
        path.write_bytes(data)
    return changed


def test_a_wrong_digest_is_a_fate_of_its_own(mirror: Mirror, tmp_path: Path) -> None:
    changed = _with_wrong_payloads(mirror[0], tmp_path / "mirror")
    assert changed
    storage, done = _fetched(str(tmp_path / "mirror"), tmp_path / "out")
    members = _members(storage, done)
    wrong = {place for place, (_, trouble) in members.items() if trouble == DIGEST}
    assert wrong == changed & members.keys() and wrong
    rows = list(RangeReader(storage, done.files, ReadOptions()).rows())
    assert sum(row.fate == "digest_mismatch" for row in rows) == len(wrong)
    assert all(row.html is None for row in rows if row.fate == "digest_mismatch")


def test_the_digests_of_the_index_are_checked_where_that_is_asked_for(mirror: Mirror, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    shutil.copytree(mirror[0], tmp_path / "mirror")
    for path in (tmp_path / "mirror").rglob(f"crawl={CRAWL}/**/*.parquet"):
        table = pq.ParquetFile(path).read()
        at = table.schema.get_field_index("content_digest")
        digests = pa.array(["A" * 32, *table["content_digest"].to_pylist()[1:]])
        pq.write_table(table.set_column(at, "content_digest", digests), path)
    query = Query(("pan", "eng", "rus"), 1.0, "index")
    _, done = _fetched(str(tmp_path / "mirror"), tmp_path / "out", query)
    assert [trouble for _, _, trouble in done.troubles] == [DIGEST] * 2
    assert _fetched(str(tmp_path / "mirror"), tmp_path / "own", Query(("pan",), 1.0, "record"))[1].state is None


def test_members_are_checked() -> None:
    record = (
        b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 5\r\nWARC-Payload-Digest: sha1:%s\r\n\r\nhello\r\n\r\n"
    )
    hello = b"VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"  # printf hello | openssl sha1 -binary | base32
    good = gzip.compress(record % hello)
    assert check(good, None) is None
    assert check(good, "VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N") is None
    assert (check(good, "B" * 32) or "")[0] == DIGEST
    assert (check(gzip.compress(record % (b"A" * 32)), None) or "")[0] == DIGEST
    assert (check(good[:-3], None) or "")[0] == DAMAGED
    assert (check(good[:-8] + b"\0" * 8, None) or "")[0] == DAMAGED
    assert (check(good + good, None) or "")[0] == DAMAGED
    assert (check(b"<html>no gzip", None) or "")[0] == DAMAGED


def test_common_crawls_own_record_has_its_digest(shared: Path) -> None:
    path = shared / "data" / "warc_raw" / "commoncrawl__whirlwind-python" / "whirlwind.warc.gz"
    if not path.exists():
        pytest.skip(f"{path} is absent; set CORPUSFORGE_SHARED")
    data = path.read_bytes()
    (member,) = [data[start:end] for start, end, plain in whole_members(data) if b"WARC-Type: response" in plain]
    assert check(member, "RY7PLBUFQNI2FFV5FTUQK72W6SNPXLQU") is None  # as the file's header has it
    assert (check(member, "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ") or "")[0] == DIGEST


def _compared(mirror: Path, out: Path) -> int:
    """Compare every row of what is fetched with reading the WARC files whole; returns how many there are."""
    storage, done = _fetched(str(mirror), out, Query(("pan",), 1.0, "record"))
    assert done.state is None
    reader = RangeReader(storage, done.files, ReadOptions())
    ours = {(row.file, row.member_offset, row.offset): row for row in reader.rows()}
    whole = {}
    for source in resolve([str(mirror / "crawl-data" / CRAWL)]).inputs:
        for table in open_reader(source).batches(1 << 30):
            for row in table.to_pylist():
                whole[source.name, row["member_offset"], row["offset"]] = row
    assert ours.keys() <= whole.keys()
    for place, row in ours.items():
        given = whole[place]
        for name in given:
            if name != "file":
                assert getattr(row, name) == given[name], (place, name)
    tally = reader.tally
    assert tally.bytes == sum(len(member or b"") for member, _ in _members(storage, done).values())
    assert tally.record_bytes + tally.damage_bytes == tally.position and tally.members == len(ours)
    return len(ours)


def test_rows_are_those_of_reading_the_files_whole(mirror: Mirror, tmp_path: Path) -> None:
    assert _compared(mirror[0], tmp_path) > 60


def test_rows_of_archives_that_others_wrote(shared: Path, tmp_path: Path) -> None:
    names = (
        "commoncrawl__whirlwind-python/whirlwind.warc.gz",
        "allenai__dolma/sample-0000.warc.gz",
        "chatnoir-eu__chatnoir-resiliparse/warcfile.warc.gz",
        "webrecorder__pywb/iana.warc.gz",
        "archivesunleashed__aut/issue-493.warc",
        "ukwa__webarchive-discovery/IAH-urls-wget.warc.gz",
    )
    files = [shared / "data" / "warc_raw" / name for name in names]
    for file in files:
        if not file.exists():
            pytest.skip(f"{file} is absent; set CORPUSFORGE_SHARED")
    build_mirror(files, tmp_path / "mirror", CRAWL, lambda url, page: None)
    assert _compared(tmp_path / "mirror", tmp_path / "out") > 50
