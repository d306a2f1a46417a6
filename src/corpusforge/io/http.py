"""HTTP messages as archives hold them: header fields, chunking, content codings."""

import re
import zlib
from dataclasses import dataclass

_STATUS = re.compile(rb"HTTP(?:/\d+(?:\.\d+)?)?[ \t]+(\d{1,3})(?!\d)", re.IGNORECASE)
_END = re.compile(rb"\n\r*\n")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r*\n")
_FOLD = re.compile(r"(?<!\r)\r*+\n[ \t]++")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MAX_HEADER = 256 * 1024
_MAX_CODING = 200
_MAX_MEMBERS = 64  # of gzip in one body
_IGNORED = frozenset({"", "identity", "none", "utf-8", "utf8", "iso-8859-1", "8bit", "7bit", "binary", "chunked"})


@dataclass(frozen=True, slots=True)
class Response:
    """Status (None if the first line has none), fields by lower-case name, and where the body begins."""

    status: int | None
    fields: dict[str, str]
    body: int


@dataclass(frozen=True, slots=True)
class Body:
    """A body with chunking and codings undone.

    `error`: why that failed. `too_large`: it goes on beyond the limit.
    """

    data: bytes
    error: str | None = None
    too_large: bool = False


def parse_fields(header: bytes) -> dict[str, str]:
    """Header lines to fields. Folded lines are joined, lines that are no field are passed over.

    A field given twice is joined by a comma if it is a list of codings; else the first one counts.
    """
    fields: dict[str, str] = {}
    for line in _FOLD.sub(" ", decoded(header)).split("\n"):
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or not _NAME.fullmatch(name):
            continue
        if name not in fields:
            fields[name] = value.strip()
        elif name in ("content-encoding", "transfer-encoding"):
            fields[name] += f", {value.strip()[:_MAX_CODING]}"
    return fields


def decoded(header: bytes) -> str:
    """Header bytes as text: UTF-8, else Latin-1."""
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")


def parse_response(block: bytes) -> Response:
    """The header of an HTTP response; interim 1xx responses before it are passed over."""
    start = 0
    while True:
        end = _END.search(block, start, start + _MAX_HEADER)
        stop = end.end() if end else min(len(block), start + _MAX_HEADER)
        first, _, rest = block[start:stop].partition(b"\n")
        match = _STATUS.match(first)
        status = int(match[1]) if match else None
        if status is not None and status < 200 and status != 101 and block[stop : stop + 5].upper() == b"HTTP/":
            start = stop
            continue
        return Response(status, parse_fields(rest), stop)


def decode_body(fields: dict[str, str], body: bytes, limit: int) -> Body:
    """Undo transfer and content codings, giving at most `limit` bytes.

    Where archives and their readers disagree, as warcio 1.8 does: a body that is not chunked or compressed
    though its header says so is taken as it is; a compressed body that ends early gives what it decodes to. A
    body that breaks in its middle is an error.
    """
    transfer = _codings(fields.get("transfer-encoding"))
    if "chunked" in transfer:
        body, error = dechunk(body)
        if error:
            return Body(b"", error)
    for coding in reversed(_codings(fields.get("content-encoding")) + [c for c in transfer if c != "chunked"]):
        if coding in _IGNORED:
            continue
        done = _undo(coding, body, limit)
        if done.error or done.too_large:
            return done
        body = done.data
    return Body(body[:limit], None, len(body) > limit)


def _codings(value: str | None) -> list[str]:
    return [part.strip().strip("\"'").lower() for part in (value or "").split(",")]


def dechunk(body: bytes) -> tuple[bytes, str | None]:
    """A chunked body's data, and what is wrong with it. A body that is not chunked comes back as it is."""
    parts: list[bytes] = []
    at = 0
    while at < len(body):
        head = _CHUNK.match(body, at)
        if head is None:
            if not parts:
                return body, None
            return b"".join(parts), f"HTTP chunking is broken at byte {at} of the body"
        size = int(head[1], 16)
        if size == 0:
            break
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1 if body[at : at + 1] == b"\n" else 0
    return b"".join(parts), None


def _undo(coding: str, body: bytes, limit: int) -> Body:
    try:
        if coding in ("gzip", "x-gzip"):
            if body[:2] != b"\x1f\x8b":
                return _as_is(coding, body)
            return _inflate(body, limit, 31)
        if coding in ("deflate", "x-deflate"):
            wraps = (15, -15) if body[:1] and body[0] & 0x0F == 8 else (-15, 15)
            for wrap in wraps:
                done = _inflate(body, limit, wrap)
                if not done.error:
                    return done
            return _as_is(coding, body)
        if coding == "br":
            return _brotli(body, limit)
        if coding == "zstd":
            return _zstd(body, limit)
    except MemoryError:
        return Body(b"", f"content coding {coding} needs too much memory")
    return Body(b"", f"content coding {coding[:40]!r} is not supported")


def _as_is(coding: str, body: bytes) -> Body:
    """A body that is not coded at all, if it looks like markup or is empty."""
    if not body.strip() or body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return Body(body)
    return Body(b"", f"the body is not {coding}, as its header says")


def _inflate(body: bytes, limit: int, wrap: int) -> Body:
    parts: list[bytes] = []
    size = 0
    for _ in range(_MAX_MEMBERS):
        if not body:
            break
        state = zlib.decompressobj(wrap)
        try:
            part = state.decompress(body, limit + 1 - size)
        except zlib.error as failure:
            if parts:
                break  # bytes after the last gzip member
            return Body(b"", f"content coding cannot be undone: {str(failure).split(': ', 1)[-1]}")
        parts.append(part)
        size += len(part)
        if not size and not state.eof:
            return Body(b"", "content coding cannot be undone: it ends before its first byte")
        if size > limit:
            return Body(b"".join(parts)[:limit], None, True)
        body = state.unused_data if state.eof and wrap == 31 else b""
    return Body(b"".join(parts))


def _brotli(body: bytes, limit: int) -> Body:
    import brotli

    state = brotli.Decompressor()
    parts: list[bytes] = []
    size, given = 0, body
    try:
        while not state.is_finished():
            part = state.process(given, output_buffer_limit=1 << 16)
            given = b""
            parts.append(part)
            size += len(part)
            if size > limit:
                return Body(b"".join(parts)[:limit], None, True)
            if not part and state.can_accept_more_data():
                break
    except brotli.error:
        return Body(b"", "content coding br cannot be undone") if size else _as_is("br", body)
    return Body(b"".join(parts))


def _zstd(body: bytes, limit: int) -> Body:
    import zstandard

    if body[:4] != b"\x28\xb5\x2f\xfd":
        return _as_is("zstd", body)
    decoder = zstandard.ZstdDecompressor(max_window_size=8 << 20)  # RFC 9659
    try:
        data = decoder.stream_reader(body, read_across_frames=True).read(limit + 1)
    except zstandard.ZstdError as failure:
        return Body(b"", f"content coding zstd cannot be undone: {failure}")
    return Body(data[:limit], None, len(data) > limit)
