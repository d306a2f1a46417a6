"""What a file is, by its first bytes; never by its name."""

import json
import re
import struct
import zlib
from typing import IO

import zstandard

from corpusforge.io.grammars import ArcGrammar, WarcGrammar
from corpusforge.io.zstd_frames import MAGIC as ZSTD
from corpusforge.io.zstd_frames import SKIPPABLE, dictionary_of

_HEAD = 256 * 1024
_OBJECT = re.compile(rb"\s*\{[ \t]*(\"|\}|$)")


def sniff(file: IO[bytes]) -> tuple[str | None, str | None, str]:
    """(format, compression, reason) of an open file.

    Format: warc | arc | jsonl | parquet, or None with the reason. Compression: gzip | zstd | None.
    """
    raw = file.read(_HEAD)
    if not raw:
        return None, None, "the file is empty"
    compression = "gzip" if raw[:2] == b"\x1f\x8b" else "zstd" if raw[:4] == ZSTD or raw[:4] in SKIPPABLE else None
    try:
        head = raw if compression is None else _gunzip(raw) if compression == "gzip" else _unzstd(raw, file)
    except (zlib.error, zstandard.ZstdError) as error:
        return None, compression, f"{compression} data that cannot be decoded: {error}"
    found, reason = _format(head)
    if found == "parquet" and compression:
        return None, compression, f"a Parquet file inside {compression}"
    return found, compression, reason


def _format(head: bytes) -> tuple[str | None, str]:
    if head.startswith(b"PAR1"):
        return "parquet", ""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if WarcGrammar.begin.match(text):
        return "warc", ""
    if text.startswith(b"filedesc://") or ArcGrammar.begin.match(text):
        return "arc", ""
    if not text:
        return None, "the file holds no data"
    line, newline, rest = text.partition(b"\n")
    if text.startswith(b"{"):
        if newline:
            try:
                json.loads(line)
            except (ValueError, RecursionError):
                if not any(
                    _OBJECT.match(one) and one.rstrip().endswith(b"}") for one in [line, *rest.split(b"\n")[:20]]
                ):
                    return None, "JSON, but not one object per line"
        return "jsonl", ""
    if text.startswith(b"["):
        return None, "a JSON array, not JSON Lines (one object per line)"
    return None, "neither WARC, ARC, JSON Lines nor Parquet"


def _gunzip(raw: bytes) -> bytes:
    """The first data in gzip members; empty members are passed over."""
    while raw:
        state = zlib.decompressobj(31)
        head = state.decompress(raw, _HEAD)
        if head or not state.eof:
            return head
        raw = state.unused_data
    return b""


def _unzstd(raw: bytes, file: IO[bytes]) -> bytes:
    """The first data in zstd frames; skippable frames are passed over, a dictionary among them is used."""
    dictionary = None
    while raw[:4] in SKIPPABLE and len(raw) >= 8:
        size = struct.unpack("<I", raw[4:8])[0]
        if size + 8 > len(raw):
            raw += file.read(min(size + 8 + _HEAD - len(raw), 64 << 20))
        if raw[:4] == SKIPPABLE[13]:
            dictionary = zstandard.ZstdCompressionDict(dictionary_of(raw[8 : 8 + size]))
        raw = raw[8 + size :]
    decoder = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=1 << 31)
    state, out = decoder.decompressobj(), b""
    for start in range(0, len(raw), 1024):  # bounded: a kilobyte can decode to megabytes
        out += state.decompress(raw[start : start + 1024])
        if state.eof or len(out) >= _HEAD:
            break
    return out
