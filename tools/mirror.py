"""Lay WARC files out as a Common Crawl crawl, with its columnar URL index: a small mirror to try `--crawl` on.

    python -m tools.mirror WARC... --out DIR [--crawl CC-MAIN-2025-26] [--segments 2] [--index-files 2]

DIR gets `crawl-data/<crawl>/segments/<n>/warc/*.warc.gz`, `cc-index/table/cc-main/warc/crawl=<crawl>/subset=warc/`,
`crawl-data/<crawl>/cc-index-table.paths.gz` and `collinfo.json`. Files that are gzip by record already are copied byte
by byte, others are packed anew, one member per record. The index has the columns of Common Crawl's flat schema that a
selection reads, and a few for reading it oneself; rows are sorted by address. Languages are what `--languages` says
(JSON: URL -> list of ISO 639-3 codes, as CLD2 would give them), else what lid.176 says of the page's visible text.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import html
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from corpusforge.io.http import parse_fields, parse_response
from corpusforge.io.member_events import End, Event, Start
from corpusforge.io.members import members
from corpusforge.io.source import RawSource

SCHEMA = pa.schema(
    [
        pa.field("url_surtkey", pa.string(), nullable=False),
        pa.field("url", pa.string(), nullable=False),
        pa.field("url_host_name", pa.string(), nullable=False),
        pa.field("fetch_time", pa.timestamp("ms", "UTC"), nullable=False),
        pa.field("fetch_status", pa.int16(), nullable=False),
        pa.field("content_digest", pa.string()),
        pa.field("content_mime_type", pa.string()),
        pa.field("content_mime_detected", pa.string()),
        pa.field("content_charset", pa.string()),
        pa.field("content_languages", pa.string()),
        pa.field("warc_filename", pa.string(), nullable=False),
        pa.field("warc_record_offset", pa.int32(), nullable=False),
        pa.field("warc_record_length", pa.int32(), nullable=False),
        pa.field("warc_segment", pa.string(), nullable=False),
    ]
)

_BEGIN = re.compile(rb"WARC/1\.[01]\r\n")
_LENGTH = re.compile(rb"(?i)\r\nContent-Length:[ \t]*(\d+)\r\n")
_TAGS = re.compile(r"(?is)<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>")

Languages = Callable[[str, str], str | None]
"""URL and page -> `pan,eng`, or None."""


def build_mirror(
    files: list[Path],
    out: Path,
    crawl: str = "CC-MAIN-2025-26",
    languages: Languages | None = None,
    segments: int = 2,
    index_files: int = 2,
    row_group: int = 64,
) -> list[dict[str, Any]]:
    """Write the mirror; return the rows of its index. Other crawls in `out` stay."""
    rows: list[dict[str, Any]] = []
    for number, file in enumerate(files):
        segment = f"{1750000000000 + number % segments}.{number % segments}"
        name = file.name.removesuffix(".zst").removesuffix(".gz") + ".gz"
        path = f"crawl-data/{crawl}/segments/{segment}/warc/{name}"
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(packed(file))
        rows += [{**row, "warc_filename": path, "warc_segment": segment} for row in described(target, languages or lid)]
    rows.sort(key=lambda row: (row["url_surtkey"], row["warc_filename"], row["warc_record_offset"]))
    write_index(rows, out, crawl, index_files, row_group)
    return rows


def write_index(rows: list[dict[str, Any]], out: Path, crawl: str, index_files: int, row_group: int) -> None:
    """Write index files, their list, and the list of crawls."""
    folder = f"cc-index/table/cc-main/warc/crawl={crawl}/subset=warc"
    (out / folder).mkdir(parents=True, exist_ok=True)
    step = max(1, -(-len(rows) // index_files))
    paths = []
    for number in range(index_files):
        part = rows[number * step : (number + 1) * step]
        path = f"{folder}/part-{number:05d}.c000.gz.parquet"
        table = pa.Table.from_pylist(part, schema=SCHEMA)
        pq.write_table(table, out / path, compression="gzip", row_group_size=row_group)
        paths.append(path)
    lists = out / "crawl-data" / crawl
    lists.mkdir(parents=True, exist_ok=True)
    lines = [f"cc-index/table/cc-main/warc/crawl={crawl}/subset=robotstxt/part-00000.c000.gz.parquet", *paths]
    (lists / "cc-index-table.paths.gz").write_bytes(
        gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
    )
    ids = sorted((path.name for path in (out / "crawl-data").iterdir()), reverse=True)
    (out / "collinfo.json").write_text(json.dumps([{"id": one, "name": one} for one in ids], indent=1))


def packed(file: Path) -> bytes:
    """A WARC file as .gz, one member per record; one that is so already, damage and all, as it stands."""
    data = file.read_bytes()
    compression = "gzip" if data[:2] == b"\x1f\x8b" else "zstd" if file.suffix == ".zst" else None
    if compression == "gzip":
        first = next(whole_members(data), None)
        if first is not None and len(list(_records(first[2]))) == 1:
            return data
    plain = b"".join(event for event in _events(data, compression) if isinstance(event, bytes))
    return b"".join(gzip.compress(record, mtime=0) for record in _records(plain))


def whole_members(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, what it holds) of every gzip member without damage."""
    held: list[bytes] = []
    for event in _events(data, "gzip"):
        if isinstance(event, bytes):
            held.append(event)
        elif isinstance(event, Start):
            held = []
        elif isinstance(event, End) and event.trouble is None:
            yield event.start, event.end, b"".join(held)


def _events(data: bytes, compression: str | None) -> Iterator[Event]:
    return members(RawSource(io.BytesIO(data)), compression, lambda head: head.startswith(b"WARC/"))


def _records(data: bytes) -> Iterator[bytes]:
    """The records of a plain WARC file as they stand; what is none of them is passed over."""
    starts = [match.start() for match in _BEGIN.finditer(data)]
    at = 0
    for start in starts:
        head = data.find(b"\r\n\r\n", start) + 4
        length = _LENGTH.search(data, start, head)
        if start < at or head < 4 or length is None:
            continue
        at = head + int(length[1])
        if at > len(data):
            return
        end = at
        while data[end : end + 1] in (b"\r", b"\n"):
            end += 1
        yield data[start:end]


def described(path: Path, languages: Languages) -> Iterator[dict[str, Any]]:
    """One index row for every successful response, as Common Crawl's subset `warc` has them."""
    for start, end, data in whole_members(path.read_bytes()):
        head, _, block = data.partition(b"\r\n\r\n")
        fields = parse_fields(head.partition(b"\n")[2])
        if fields.get("warc-type") != "response" or block[:5] != b"HTTP/":
            continue
        answer = parse_response(block)
        if answer.status != 200:
            continue
        payload = block[answer.body : int(fields["content-length"])]
        url = fields["warc-target-uri"].strip("<>")
        kind = answer.fields.get("content-type", "").partition(";")[0].strip().lower() or None
        detected = fields.get("warc-identified-payload-type") or kind
        own = fields.get("warc-payload-digest", "").removeprefix("sha1:")
        page = detected in ("text/html", "application/xhtml+xml")
        yield {
            "url_surtkey": surt(url),
            "url": url,
            "url_host_name": urlsplit(url).hostname or "",
            "fetch_time": datetime.fromisoformat(fields["warc-date"].replace("Z", "+00:00")),
            "fetch_status": 200,
            "content_digest": own or base64.b32encode(hashlib.sha1(payload).digest()).decode(),
            "content_mime_type": kind,
            "content_mime_detected": detected,
            "content_charset": None,
            "content_languages": languages(url, payload.decode("utf-8", "replace")) if page else None,
            "warc_record_offset": start,
            "warc_record_length": end - start,
        }


def surt(url: str) -> str:
    """The address with its host turned round: `in,example)/path`."""
    parts = urlsplit(url)
    host = ",".join(reversed((parts.hostname or "").split(".")))
    return f"{host}){parts.path or '/'}{'?' + parts.query if parts.query else ''}".lower()


def lid(url: str, page: str) -> str | None:
    """What lid.176 says of a page's visible text, as a code that the index has: a stand-in for CLD2."""
    from corpusforge.crawl.index_languages import naming
    from corpusforge.errors import UserError

    text = " ".join(html.unescape(_TAGS.sub(" ", page)).split())
    if len(text) < 100:
        return None
    found = _identifier()(pa.array([text], pa.large_string())).to_pylist()[0]
    try:
        return ",".join(naming(f"{found['language']}_{found['language_script']}").codes) or None
    except UserError:
        return None


@cache
def _identifier() -> Any:
    from corpusforge.stages.identify import Identifier

    return Identifier("lid176")


def main(argv: list[str] | None = None) -> int:
    """Build a mirror from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.mirror", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("warc", nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--crawl", default="CC-MAIN-2025-26")
    parser.add_argument("--segments", type=int, default=2)
    parser.add_argument("--index-files", type=int, default=2)
    parser.add_argument("--languages", type=Path, help="JSON: URL -> list of ISO 639-3 codes")
    args = parser.parse_args(argv)
    given = None
    if args.languages:
        table = json.loads(args.languages.read_text())
        given = lambda url, page: ",".join(table.get(url, [])) or None  # noqa: E731
    rows = build_mirror(args.warc, args.out, args.crawl, given, args.segments, args.index_files)
    named = sum(row["content_languages"] is not None for row in rows)
    print(f"{args.out}: {args.crawl} with {len(args.warc)} WARC files, {len(rows)} pages, {named} with languages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
