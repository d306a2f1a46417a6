"""Archives built by hand, with the place of every record known, and readers run over them."""

import gzip
import io
import struct
from dataclasses import dataclass
from typing import Any

import zstandard

from corpusforge.io.inputs import Input
from corpusforge.io.raw import ReadOptions
from corpusforge.io.readers import reader
from corpusforge.io.tally import Tally

HTML = "<!DOCTYPE html><html><head><title>ਪੰਜਾਬੀ</title></head><body><p>ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ</p></body></html>".encode()


def http(body: bytes = HTML, status: str = "200 OK", newline: bytes = b"\r\n", **fields: str) -> bytes:
    """An HTTP response; `content_type="..."` becomes a Content-Type field."""
    fields = {"content_type": "text/html; charset=utf-8", **fields}
    lines = [b"HTTP/1.1 " + status.encode()]
    lines += [f"{name.replace('_', '-')}: {value}".encode() for name, value in fields.items() if value is not None]
    return newline.join([*lines, b"", b""]) + body


def warc(
    kind: str = "response",
    block: bytes = b"",
    number: int = 0,
    newline: bytes = b"\r\n",
    tail: bytes | None = None,
    **fields: Any,
) -> bytes:
    """One WARC record; fields given as None are left out."""
    if kind == "response" and not block:
        block = http()
    header = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{number}>",
        "WARC-Target-URI": f"https://example.org/{number}",
        "WARC-Date": "2024-03-01T10:20:30Z",
        "Content-Type": {"response": "application/http; msgtype=response", "conversion": "text/plain"}.get(kind),
        "Content-Length": len(block),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = [b"WARC/1.0"] + [f"{name}: {value}".encode() for name, value in header.items() if value is not None]
    return newline.join([*lines, b"", b""]) + block + (newline * 2 if tail is None else tail)


@dataclass(frozen=True)
class Placed:
    """A record's place: file bytes of the members that hold it, and its position."""

    file_start: int
    file_end: int
    member_offset: int
    offset: int
    data: bytes


def skippable(payload: bytes, kind: int = 0) -> bytes:
    """A zstd skippable frame."""
    return struct.pack("<II", 0x184D2A50 + kind, len(payload)) + payload


def pack(records: list[bytes], groups: list[int], compress: Any, head: bytes = b"") -> tuple[bytes, list[Placed]]:
    """Records packed into members of `groups` records each (the last group repeats)."""
    out, placed = bytearray(head), []
    index = turn = 0
    while index < len(records):
        size = groups[min(turn, len(groups) - 1)]
        chunk = records[index : index + size]
        start = len(out)
        out += compress(b"".join(chunk))
        offset = 0
        for data in chunk:
            placed.append(Placed(start, len(out), start, offset, data))
            offset += len(data)
        index += size
        turn += 1
    return bytes(out), placed


def blocks(records: list[bytes], size: int, compress: Any) -> tuple[bytes, list[Placed]]:
    """Records in members of `size` decompressed bytes each, whatever the records' bounds:

    as bgzip and pzstd do.
    """
    stream = b"".join(records)
    starts = list(range(0, len(stream), size))
    out, files = bytearray(), []
    for start in starts:
        files.append(len(out))
        out += compress(stream[start : start + size])
    files.append(len(out))
    placed, place = [], 0
    for data in records:
        first, last = place // size, (place + len(data) - 1) // size
        placed.append(Placed(files[first], files[last + 1], files[first], place - starts[first], data))
        place += len(data)
    return bytes(out), placed


def gz(data: bytes) -> bytes:
    """A gzip member."""
    return gzip.compress(data, 6, mtime=0)


def zst(data: bytes) -> bytes:
    """A zstd frame with a checksum."""
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def read(
    data: bytes, form: str = "warc", compression: str | None = None, batch: int = 1 << 20, **options: Any
) -> tuple[list[dict[str, Any]], Tally]:
    """Rows and tally of a file's bytes."""
    source = Input("test/file", "memory://file", form, compression, len(data), "x")
    reading = reader(source, io.BytesIO(data), ReadOptions(**options))
    rows = [row for table in reading.batches(batch) for row in table.to_pylist()]
    return rows, reading.tally


def one(data: bytes, **arguments: Any) -> dict[str, Any]:
    """The only row of a file's bytes."""
    rows, _ = read(data, **arguments)
    assert len(rows) == 1, rows
    return rows[0]
