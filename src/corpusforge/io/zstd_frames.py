"""Zstandard files as frames, decoded block by block: exact ends, bounded steps, dictionaries.

Frame layout: RFC 8878, section 3.1. Dictionary frame: "Zstandard Compression for WARC Files 1.0" (IIPC).
"""

import struct
from collections.abc import Generator, Iterator

import zstandard

from corpusforge.io.member_events import LAG, Accept, End, Event, Gap, Skipped, Start, Trouble
from corpusforge.io.source import RawSource

MAGIC = b"\x28\xb5\x2f\xfd"
SKIPPABLE = tuple(bytes([0x50 + i, 0x2A, 0x4D, 0x18]) for i in range(16))
_DICTIONARY = SKIPPABLE[13]
_MAX_DICTIONARY = 64 << 20
_MAX_WINDOW = 1 << 31  # what `zstd --long=31` writes
_MAX_BLOCK = 128 * 1024


class _Broken(Exception):
    def __init__(self, trouble: Trouble, message: str) -> None:
        super().__init__(message)
        self.trouble: Trouble = trouble


def dictionary_of(payload: bytes) -> bytes:
    """The dictionary in a dictionary frame, which may be compressed itself. Raises zstandard.ZstdError."""
    if payload.startswith(MAGIC):
        return zstandard.ZstdDecompressor().decompressobj().decompress(payload)[:_MAX_DICTIONARY]
    return payload


def zstd_frames(source: RawSource, accept: Accept | None) -> Iterator[Event]:
    """The frames of a zstd file; see `members.members`."""
    position = 0
    decoder = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
    while head := source.peek(position, 8):
        following: int
        if head[:4] in SKIPPABLE and len(head) == 8:
            if head[:4] == _DICTIONARY and position == 0:
                decoder = _with_dictionary(source, head) or decoder
            end = position + 8 + struct.unpack("<I", head[4:])[0]
            following = _pass_over(source, position, end)
            if following < end:
                yield Gap(position, following, "skippable frame is cut off at the end of the file")
            else:
                yield Skipped(position, end)
        elif head[:4] == MAGIC:
            following = yield from _frame(source, position, decoder, accept)
        else:
            following = _next(source, position + 1, decoder, accept)
            yield Gap(position, following, "bytes that are no zstd frame")
        position = following
        source.forget(position)


def _with_dictionary(source: RawSource, head: bytes) -> zstandard.ZstdDecompressor | None:
    size = struct.unpack("<I", head[4:])[0]
    if size > _MAX_DICTIONARY:
        return None
    try:
        dictionary = zstandard.ZstdCompressionDict(dictionary_of(source.peek(8, size)))
    except zstandard.ZstdError:
        return None  # the frames that need it will say so
    return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=_MAX_WINDOW)


def _pass_over(source: RawSource, position: int, end: int) -> int:
    while position < end and (step := len(source.peek(position, min(LAG, end - position)))):
        position += step
        source.forget(position)
    return position


def _frame(
    source: RawSource, start: int, decoder: zstandard.ZstdDecompressor, accept: Accept | None
) -> Generator[Event, None, int]:
    """Yield one frame's events; return the file offset at which to go on."""
    at, begun = start, False
    trouble: Trouble | None = None
    error = ""
    try:
        for end, out in _blocks(source, start, decoder):
            at = end
            source.forget(max(start + 1, at - 4 * LAG))
            if out and not begun:
                yield Start(start)
                begun = True
            if out:
                yield out
    except _Broken as failure:
        trouble, error = failure.trouble, f"zstd frame cannot be decoded: {failure} near file byte {at}"
    if trouble is None:
        if not begun:
            yield Start(start)
        yield End(start, at)
        return at
    following = _next(source, max(start + 1, at - 3 * LAG), decoder, accept)
    if begun:
        yield End(start, following, trouble, error)
    else:
        yield Gap(start, following, error)
    return following


def _blocks(source: RawSource, start: int, decoder: zstandard.ZstdDecompressor) -> Iterator[tuple[int, bytes]]:
    """(file offset after the block, its decoded bytes) of every block. Raises _Broken."""
    state = decoder.decompressobj()
    head = source.peek(start, 18)
    if len(head) < 6:
        raise _Broken("truncated", "the file ends in its header")
    descriptor = head[4]
    single, checksum = descriptor >> 5 & 1, descriptor >> 2 & 1
    size = 5 + (1 - single) + (0, 1, 2, 4)[descriptor & 3] + ((1 if single else 0), 2, 4, 8)[descriptor >> 6]
    at, pending, last = start + size, head[:size], 0
    while not last:
        header = source.peek(at, 3)
        if len(header) < 3:
            raise _Broken("truncated", "the file ends")
        word = int.from_bytes(header, "little")
        last, kind, length = word & 1, word >> 1 & 3, word >> 3
        if kind == 3 or (length > _MAX_BLOCK and kind != 1):
            raise _Broken("data", "impossible block")
        length = (1 if kind == 1 else length) + (4 if last and checksum else 0)
        body = source.peek(at + 3, length)
        if len(body) < length:
            raise _Broken("truncated", "the file ends")
        try:
            out = state.decompress(pending + header + body)
        except zstandard.ZstdError as failure:
            message = str(failure).split("error: ", 1)[-1]
            raise _Broken("checksum" if "checksum" in message else "data", message) from None
        at, pending = at + 3 + length, b""
        yield at, out
    if not state.eof:
        raise _Broken("data", "the frame does not end where it says")


def _next(source: RawSource, position: int, decoder: zstandard.ZstdDecompressor, accept: Accept | None) -> int:
    """File offset of the next frame worth going on with; the end of the file if there is none."""
    if accept is None:
        return source.drain()
    while (place := source.find(MAGIC, position)) is not None:
        try:
            if accept(next(_blocks(source, place, decoder), (0, b""))[1]):
                return place
        except _Broken:
            pass
        position = place + 1
    return source.drain()
