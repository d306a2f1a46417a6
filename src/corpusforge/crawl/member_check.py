"""Whether fetched bytes are the one record that was asked for: one whole gzip member, whose payload has its digest."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib

from corpusforge.io.http import dechunk, parse_fields, parse_response

_MOST = 64 << 20  # decompressed bytes that are looked at: records of crawls have at most some 5 MiB
_HEAD_END = re.compile(rb"\n\r*\n")

DAMAGED, DIGEST = "damaged", "digest"


def check(member: bytes, digest: str | None) -> tuple[str, str] | None:
    """What is wrong, DAMAGED or DIGEST, and in words; None where nothing is.

    `digest` is what the index says of the payload, base32 of SHA-1, or None; the record's own WARC-Payload-Digest counts
    as well. Both hold for the payload as it stands, or with its chunks joined: writers of archives differ.
    """
    state = zlib.decompressobj(31)
    try:
        plain = state.decompress(member, _MOST)
    except zlib.error as error:
        return DAMAGED, f"not a whole gzip member: {str(error).rpartition(': ')[2]}"
    if not state.eof:
        return None if state.unconsumed_tail else (DAMAGED, "the gzip member is cut off")
    if state.unused_data:
        return DAMAGED, "more than one gzip member"
    head = _HEAD_END.search(plain)
    if head is None:
        return None  # the reader says what is wrong with it
    fields = parse_fields(plain[: head.start()].partition(b"\n")[2])
    length = fields.get("content-length", "")
    block = plain[head.end() : head.end() + int(length)] if length.isascii() and length.isdigit() else b""
    own = fields.get("warc-payload-digest", "")
    wanted = {own.partition(":")[2].strip().upper()} if own.lower().startswith("sha1:") else set()
    wanted |= {digest.removeprefix("sha1:").strip().upper()} if digest else set()
    if not wanted or not block:
        return None
    payload = block[parse_response(block).body :] if block[:5].upper() == b"HTTP/" else block
    found = {_sha1(payload), _sha1(dechunk(payload)[0])}
    wrong = sorted(one for one in wanted if one not in found)
    return (DIGEST, f"the payload's SHA-1 is {_sha1(payload)}, not {wrong[0]}") if wrong else None


def _sha1(data: bytes) -> str:
    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
