"""Build the bundled sample crawl from `crawl.yaml`, or compare it with the committed files (`--check`)."""

import argparse
import io
import sys
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import yaml
import zstandard
from pages import HERE, Entry, Layouts
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

OUT = HERE.parent / "src" / "corpusforge" / "sample_crawl"
CRAWL_START = datetime(2025, 6, 24, 6, 0, tzinfo=UTC)
GZIP = 31  # wbits of zlib for a gzip header; the gzip module writes another one in every Python
GZIP_MAGIC = b"\x1f\x8b\x08"
DAMAGED = b"<damaged member>"
FIXED_BODIES = {
    "empty": b"",
    "png": bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d4944415478da63fcffff3f0300050001ff0f2d2b550000000049454e44ae426082"
    ),
    "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n",
}
ABOUT = b"software: sample_crawl/build.py\r\ndescription: invented pages\r\nformat: WARC File Format 1.0\r\n"


@dataclass(frozen=True)
class WarcFile:
    """One file of the crawl. `triples`: a request and a metadata record go with each response."""

    name: str
    entries: list[Entry]
    triples: bool

    def record(self, kind: str, url: str, body: bytes, position: int, http: StatusAndHeaders | None = None,
               headers: dict[str, str] | None = None) -> bytes:  # fmt: skip
        """One uncompressed record; its id and date follow from the file's name and the position."""
        writer = BufferWARCWriter(gzip=False)
        fixed = {
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{self.name}/{position}/{kind}')}>",
            "WARC-Date": (CRAWL_START + timedelta(seconds=7 * position)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        writer.write_record(
            writer.create_warc_record(
                url, kind, io.BytesIO(body), len(body), http_headers=http, warc_headers_dict=fixed | (headers or {})
            )
        )
        return bytes(writer.get_contents())

    def records(self, layouts: Layouts) -> Iterator[tuple[bytes, str | None]]:
        """The records in order, uncompressed, each with the damage planned for it."""
        fields = {"Content-Type": "application/warc-fields"}
        yield self.record("warcinfo", "", ABOUT, 0, headers={"WARC-Filename": self.name} | fields), None
        for position, entry in enumerate(self.entries, start=1):
            if self.triples:
                host, _, path = entry.url.partition("://")[2].partition("/")
                asked = [("Host", host), ("User-Agent", "SampleBot/1.0"), ("Accept-Encoding", "gzip")]
                request = StatusAndHeaders(f"GET /{path} HTTP/1.1", asked, is_http_request=True)
                yield self.record("request", entry.url, b"", position, request), None
            body = wire_body(entry, layouts)
            http, headers = None, dict(entry.warc_headers)
            if entry.record in ("response", "revisit"):
                http = response_headers(entry, len(body))
            else:
                headers["Content-Type"] = entry.content_type
            yield self.record(entry.record, entry.url, body, position, http, headers), entry.damage
            if self.triples:
                note = f"fetchTimeMs: {120 + position}\r\n".encode()
                yield self.record("metadata", entry.url, note, position, headers=fields), None

    def data(self, layouts: Layouts) -> bytes:
        """The bytes of the file."""
        return b"".join(member(self.name, raw, damage) for raw, damage in self.records(layouts))


def wire_body(entry: Entry, layouts: Layouts) -> bytes:
    """The body as it came over the wire."""
    if entry.record == "conversion":
        return layouts.text(entry).encode()
    body = FIXED_BODIES.get(entry.body)
    if body is None:
        body = (("\ufeff" if entry.bom else "") + layouts.html(entry)).encode(entry.charset, "xmlcharrefreplace")
    if "gzip" in entry.transfer:
        body = zlib.compress(body, 9, GZIP)
    if "chunked" in entry.transfer:
        chunks = [body[at : at + 4096] for at in range(0, len(body), 4096)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    return body


def response_headers(entry: Entry, length: int) -> StatusAndHeaders:
    """Status line and headers of a response whose body has `length` bytes on the wire."""
    headers = {"Server": "nginx/1.24.0", "Content-Type": entry.content_type} | entry.headers
    if "gzip" in entry.transfer:
        headers["Content-Encoding"] = "gzip"
    if "chunked" in entry.transfer:
        headers["Transfer-Encoding"] = "chunked"
    else:
        headers["Content-Length"] = str(length)
    return StatusAndHeaders(
        f"{entry.status} {HTTPStatus(entry.status).phrase}", list(headers.items()), protocol="HTTP/1.1"
    )


def member(name: str, raw: bytes, damage: str | None) -> bytes:
    """One record as its own member of the file, damaged on request."""
    if name.endswith(".zst"):
        return zstandard.ZstdCompressor(level=19, write_checksum=True).compress(raw)
    if not name.endswith(".gz"):
        return raw
    packed = zlib.compress(raw, 9, GZIP)
    if damage == "truncated":
        return packed[: len(packed) * 3 // 5]
    if damage == "overwritten":
        middle = len(packed) // 2
        packed = packed[:middle] + b"\xff" * 64 + packed[middle + 64 :]
        if GZIP_MAGIC in packed[1:]:
            raise ValueError(f"{name}: the damaged member holds a second gzip magic, so its end would be a guess")
    return packed


def contents(name: str, data: bytes) -> list[bytes]:
    """The decompressed members. Compressed bytes may differ between versions of zlib, these may not."""
    if name.endswith(".zst"):
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            return [stream.read()]
    if not name.endswith(".gz"):
        return [data]
    members = []
    while data:
        inflate = zlib.decompressobj(31)
        try:
            found = inflate.decompress(data)
        except zlib.error:
            found = b""
        if inflate.eof:
            members.append(found)
            data = inflate.unused_data
        else:
            members.append(DAMAGED)
            following = data.find(GZIP_MAGIC, 1)
            data = data[following:] if following > 0 else b""
    return members


def crawl() -> list[WarcFile]:
    """The files that `crawl.yaml` describes."""
    listed = yaml.safe_load((HERE / "crawl.yaml").read_text(encoding="utf-8"))["files"]
    return [
        WarcFile(file["name"], [Entry(**entry) for entry in file["pages"]], file.get("triples", False))
        for file in listed
    ]


def stale(folder: Path = OUT) -> list[Path]:
    """The files of `folder` that are not what `crawl.yaml` describes."""
    layouts = Layouts()
    paths = [(file, folder / file.name) for file in crawl()]
    return [
        path
        for file, path in paths
        if not path.exists() or contents(file.name, path.read_bytes()) != contents(file.name, file.data(layouts))
    ]


def write(folder: Path = OUT) -> None:
    """Write every file into `folder`."""
    layouts = Layouts()
    folder.mkdir(parents=True, exist_ok=True)
    for file in crawl():
        size = (folder / file.name).write_bytes(file.data(layouts))
        print(f"{folder / file.name}: {len(file.entries)} captures, {size:,} bytes")


def main() -> int:
    """The exit code: 1 when `--check` finds a file that differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a committed file differs")
    if not parser.parse_args().check:
        write()
        return 0
    differing = stale()
    for path in differing:
        print(f"{path}: not what crawl.yaml describes; run `python sample_crawl/build.py`", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
