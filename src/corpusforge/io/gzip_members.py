"""Gzip files as members.

Decompression is bounded step by step, and what was decoded before damage is not lost.
"""

import zlib
from collections.abc import Generator, Iterator

from corpusforge.io.member_events import LAG, Accept, End, Event, Gap, Start, Trouble
from corpusforge.io.source import RawSource

MAGIC = b"\x1f\x8b\x08"
_GZIP = 31  # zlib's window bits for a gzip header
_STEP_IN = 64 * 1024
_STEP_OUT = 1 << 20
_PROBE = 4096
_REWIND = 2 * LAG  # a damaged header can swallow 64 KiB more


def gzip_members(source: RawSource, accept: Accept | None) -> Iterator[Event]:
    """The members of a gzip file; see `members.members`."""
    position = 0
    while head := source.peek(position, len(MAGIC)):
        if head != MAGIC:
            following = _next(source, position + 1, accept)
            yield Gap(position, following, "bytes that are no gzip member")
        else:
            following = yield from _member(source, position, accept)
        position = following
        source.forget(position)


def _member(source: RawSource, start: int, accept: Accept | None) -> Generator[Event, None, int]:
    """Yield one member's events; return the file offset at which to go on."""
    at, begun, fresh = start, False, True
    state = zlib.decompressobj(_GZIP)
    rest = b""
    trouble: Trouble | None = None
    error = ""
    while not state.eof:
        chunk = rest
        if not chunk:
            chunk = source.peek(at, _STEP_IN)
            at += len(chunk)
            source.forget(max(start + 1, at - 2 * _REWIND))
        before = zlib.decompressobj(_GZIP) if fresh else state.copy()
        fresh = False
        try:
            out = state.decompress(chunk, _STEP_OUT)
            rest = state.unconsumed_tail
        except zlib.error as failure:
            out, used = _until_failure(before, chunk)
            at -= len(chunk) - used
            trouble = "checksum" if str(failure).endswith(("data check", "length check")) else "data"
            error = f"gzip member cannot be decoded: {str(failure).split(': ', 1)[-1]} near file byte {at}"
        if out and not begun:
            yield Start(start)
            begun = True
        if out:
            yield out
        if trouble:
            break
        if not chunk and not out and not state.eof:
            trouble, error = "truncated", f"gzip member is cut off at the end of the file (byte {at})"
            break
    if trouble is None:
        end = at - len(state.unused_data)
        if not begun:
            yield Start(start)
        yield End(start, end)
        return end
    following = _next(source, max(start + 1, at - _REWIND), accept)
    if begun:
        yield End(start, following, trouble, error)
    else:
        yield Gap(start, following, error)
    return following


def _until_failure(state: "zlib._Decompress", chunk: bytes) -> tuple[bytes, int]:
    """What `chunk` decodes to before it fails, and how many of its bytes that took."""
    out, used, step = [], 0, 4096
    while step and used < len(chunk):
        trial = state.copy()
        try:
            out.append(trial.decompress(chunk[used : used + step]))
        except zlib.error:
            step //= 8
            continue
        state = trial
        used += step
    return b"".join(out), min(used, len(chunk))


def _next(source: RawSource, position: int, accept: Accept | None) -> int:
    """File offset of the next member worth going on with; the end of the file if there is none."""
    if accept is None:
        return source.drain()
    while (place := source.find(MAGIC, position)) is not None:
        if _plausible(source.peek(place, _PROBE), accept):
            return place
        position = place + 1
    return source.drain()


def _plausible(head: bytes, accept: Accept) -> bool:
    if len(head) < 18 or head[3] & 0xE0:  # reserved flags
        return False
    try:
        return accept(zlib.decompressobj(_GZIP).decompress(head, _PROBE))
    except zlib.error:
        return False
