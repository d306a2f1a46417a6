"""WARC rows: what becomes of each kind of record, and the quirks of old writers."""

import gzip
import tracemalloc
from pathlib import Path

import pytest
from archives import HTML, gz, http, one, pack, read, warc
from fastwarc.warc import ArchiveIterator, WarcRecordType

from corpusforge.io.inputs import resolve
from corpusforge.io.readers import open_reader
from corpusforge.io.recount import recount


def test_a_page() -> None:
    row = one(warc(number=7))
    assert row["html"] == HTML.decode()
    assert (row["record_type"], row["http_status"], row["content_type"]) == ("response", 200, "text/html")
    assert (row["charset"], row["charset_source"]) == ("utf-8", "header")
    assert (row["id"], row["url"], row["date"]) == ("urn:uuid:7", "https://example.org/7", "2024-03-01T10:20:30Z")
    assert row["fate"] is row["error"] is row["text"] is row["dump"] is row["meta"] is None


@pytest.mark.parametrize(
    ("record", "fate"),
    [
        (warc(block=http(status="404 Not Found")), "http_status"),
        (warc(block=http(status="206 Partial Content")), "http_status"),
        (warc(block=http(content_type="image/png")), "not_html"),
        (warc(block=http(content_type="text/plain")), "not_html"),
        (warc(block=http(content_type="application/xhtml+xml; charset=utf-8")), None),
        (warc(block=http(content_type="TEXT/HTML")), None),
        (warc(block=http(content_type=None)), None),
        (warc(block=http(b"\x89PNG\r\n\x1a\n", content_type=None)), "not_html"),
        (warc(block=http(b"\x89PNG", content_type=None), WARC_Identified_Payload_Type="text/html"), None),
        (warc(block=http(b"")), "empty_body"),
        (warc(block=http(b" \r\n ")), "empty_body"),
        (warc(block=http(b"x" * 2000)), "page_too_large"),
        (warc(block=http(gzip.compress(b"x" * 2000), Content_Encoding="gzip")), "page_too_large"),
        (warc(block=http(b"zzzz", Content_Encoding="compress")), "corrupt_record"),
        (warc(block=b"no status line\r\n\r\n"), "corrupt_record"),
        (warc("revisit", http()), "revisit"),
        (warc("resource", HTML, Content_Type="text/html"), None),
        (warc("resource", HTML), None),
        (warc("resource", b"PDF", Content_Type="application/pdf"), "not_html"),
        (warc("conversion", "ਲਿਖਤ".encode()), None),
        (warc("conversion", b""), "empty_body"),
        (warc("conversion", b"\x89PNG", Content_Type="image/png"), "not_html"),
        (warc("response", b"dns data", Content_Type="text/dns"), "not_html"),
    ],
)
def test_fates(record: bytes, fate: str | None) -> None:
    row = one(record, max_page=1000)
    assert row["fate"] == fate
    assert (row["error"] is None) == (fate is None)
    assert (row["html"] is None and row["text"] is None) == (fate is not None)


def test_wet_text() -> None:
    row = one(warc("conversion", "ਇਹ ਪੰਜਾਬੀ ਹੈ\n".encode()))
    assert (row["text"], row["html"], row["charset"]) == ("ਇਹ ਪੰਜਾਬੀ ਹੈ\n", None, "utf-8")


def test_other_records_are_only_counted() -> None:
    rows, tally = read(
        b"".join(warc(kind, b"x") for kind in ("warcinfo", "request", "metadata", "metadata", "odd type"))
    )
    assert rows == []
    assert tally.counted_only == {"warcinfo": 1, "request": 1, "metadata": 2, "odd_type": 1}


def test_old_headers() -> None:
    lf = warc(newline=b"\n", block=http(newline=b"\n")).replace(b"WARC/1.0", b"WARC/0.18")
    lower = warc().replace(b"WARC-Type", b"warc-type").replace(b"Content-Length", b"content-length")
    folded = warc().replace(b"WARC-Target-URI: https://example.org/0", b"WARC-Target-URI:\r\n https://example.org/0")
    for record in (lf, lower, folded):
        row = one(record)
        assert row["html"] == HTML.decode()
        assert row["url"] == "https://example.org/0"


def test_urls_in_brackets_and_with_spaces() -> None:
    assert one(warc(WARC_Target_URI="<https://example.org/a>"))["url"] == "https://example.org/a"
    assert one(warc(WARC_Target_URI="file:///two words.html"))["url"] == "file:///two words.html"


def test_a_missing_content_length_ends_at_the_next_record() -> None:
    rows, tally = read(warc(Content_Length=None) + warc(number=1))
    assert [row["html"].strip() for row in rows] == [HTML.decode()] * 2
    assert not tally.damage


def test_a_missing_id_is_made_of_the_place() -> None:
    data, placed = pack([warc(number=0), warc(WARC_Record_ID=None)], [1], gz)
    rows, _ = read(data, compression="gzip")
    assert rows[1]["id"] == f"warc:test/file:{placed[1].member_offset}"


def test_memory_is_bounded() -> None:
    """A record of 300 MB that compresses to nothing."""
    data = gz(warc("resource", bytes(300_000_000), Content_Type="text/html")) + gz(warc(number=1))
    tracemalloc.start()
    rows, _ = read(data, compression="gzip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row["fate"] for row in rows] == ["page_too_large", None]
    assert peak < 40_000_000


ORACLE_FAILS = ("example-bad-non-chunked", "example-wrong-chunks", "sample.warc.gz", "clipped")


def archives(shared: Path) -> list[str]:
    return [str(shared / "data" / "warc_raw"), str(shared / "data" / "html_*" / "*.warc.gz")]


def test_real_archives_agree_with_warcio(shared: Path) -> None:
    checked = 0
    for source in resolve(archives(shared)).inputs:
        reading = open_reader(source)
        for _ in reading.batches(16 << 20):
            pass
        ours = {**reading.tally.counted_only, **{k: n for k, n in reading.tally.read.items() if k != "damage"}}
        theirs = recount(source)
        if any(name in source.name for name in ORACLE_FAILS):
            continue
        assert ours == theirs.counts, source.name
        assert bool(reading.tally.damage) == (not theirs.complete), source.name
        checked += 1
    assert checked > 40


def test_pages_agree_with_fastwarc(shared: Path) -> None:
    """Bytes of every page served without codings, by another parser written in C++."""
    for source in resolve(archives(shared)).inputs:
        if source.format != "warc" or any(
            name in source.name for name in (*ORACLE_FAILS, "example-trunc", "missing-status")
        ):
            continue
        ours = {}
        for table in open_reader(source).batches(1 << 30):
            ours |= {
                row["id"]: row for row in table.to_pylist() if row["html"] is not None and row["charset"] == "utf-8"
            }
        with Path(source.url).open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
                row = ours.get((record.record_id or "").strip("<>"))
                if row is None or "content-encoding" in {name.lower() for name, _ in record.http_headers.items()}:
                    continue
                if "chunked" in (record.http_headers.get("Transfer-Encoding") or "").lower():
                    continue
                theirs = record.reader.read().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
                assert row["html"] == theirs, (source.name, row["id"])


def test_the_same_crawl_as_arc_and_as_warc_gives_the_same_pages(shared: Path) -> None:
    pages = []
    for name in ("archivesunleashed__aut/example.arc.gz", "oduwsdl__ipwb/IAH-20080430204825-00000-blackbook.warc.gz"):
        (source,) = resolve([str(shared / "data" / "warc_raw" / name)]).inputs
        rows = [row for table in open_reader(source).batches(1 << 30) for row in table.to_pylist()]
        pages.append([(row["url"], row["date"], row["http_status"], row["fate"], row["html"]) for row in rows])
    assert len(pages[0]) == 299
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("name", "counts", "damage"),
    [
        ("chatnoir-eu__chatnoir-resiliparse/clipped.warc.gz", {}, 1),
        (
            "webrecorder__warcio/example-bad-non-chunked.warc.gz",
            {"warcinfo": 2, "request": 2, "response": 1, "revisit": 1},
            0,
        ),
        ("webrecorder__warcio/example-wrong-chunks.warc.gz", {"response": 1, "request": 1}, 0),
        ("webrecorder__warcio/example-trunc.warc", {"warcinfo": 2, "request": 1, "response": 1}, 1),
        ("cllu__PyWARC/sample.warc.gz", {"warcinfo": 1, "response": 100}, 0),
    ],
)
def test_broken_real_archives(shared: Path, name: str, counts: dict[str, int], damage: int) -> None:
    """Expected by looking at the files' bytes: what stands in them although warcio stops."""
    (source,) = resolve([str(shared / "data" / "warc_raw" / name)]).inputs
    reading = open_reader(source)
    for _ in reading.batches(1 << 20):
        pass
    assert {**reading.tally.counted_only, **{k: n for k, n in reading.tally.read.items() if k != "damage"}} == counts
    assert reading.tally.read["damage"] == len(reading.tally.damage) == damage
