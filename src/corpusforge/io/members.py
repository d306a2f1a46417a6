"""Level 1 of an archive: the file as a row of members (gzip, zstd, or the plain file) and damage."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from corpusforge.io.source import RawSource

Trouble = Literal["truncated", "data", "checksum"]
"""Why a member broke off: the file ended; its data cannot be decoded; the checksum differs."""

Accept = Callable[[bytes], bool]
"""Whether decompressed bytes look like the begin of something to go on with after damage."""

LAG = 64 * 1024
"""How far the discovery of damage may lag behind the damage: a decompressor can stumble on for a while."""


@dataclass(frozen=True, slots=True)
class Start:
    """A member begins at file offset `offset`."""

    offset: int


@dataclass(frozen=True, slots=True)
class End:
    """The member that fills the file bytes [start, end).

    With `trouble`, its later part could not be decoded.
    """

    start: int
    end: int
    trouble: Trouble | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """File bytes [start, end) that belong to no member: damage."""

    start: int
    end: int
    error: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """File bytes [start, end) that hold no data by design: a zstd skippable frame."""

    start: int
    end: int


Event = Start | bytes | End | Gap | Skipped
"""Members come as Start, blocks of decompressed bytes, End."""


def members(source: RawSource, compression: str | None, accept: Accept | None) -> Iterator[Event]:
    """Everything in the file, in order. After damage go on at the next member whose begin `accept` likes.

    With `accept` None there is no going on: the damage reaches to the end of the file.
    """
    if compression == "gzip":
        from corpusforge.io.gzip_members import gzip_members

        return gzip_members(source, accept)
    if compression == "zstd":
        from corpusforge.io.zstd_frames import zstd_frames

        return zstd_frames(source, accept)
    return _plain(source)


def _plain(source: RawSource) -> Iterator[Event]:
    position = 0
    yield Start(0)
    while block := source.peek(position, LAG):
        yield block
        position += len(block)
        source.forget(position)
    yield End(0, position)
