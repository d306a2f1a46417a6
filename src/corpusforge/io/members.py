"""Level 1 of an archive: the file as a row of members (gzip, zstd, or the plain file) and damage."""

from collections.abc import Iterator

from corpusforge.io.gzip_members import gzip_members
from corpusforge.io.member_events import LAG, Accept, End, Event, Start
from corpusforge.io.source import RawSource
from corpusforge.io.zstd_frames import zstd_frames


def members(source: RawSource, compression: str | None, accept: Accept | None) -> Iterator[Event]:
    """Everything in the file, in order. After damage go on at the next member whose begin `accept` likes.

    With `accept` None there is no going on: the damage reaches to the end of the file.
    """
    if compression == "gzip":
        return gzip_members(source, accept)
    if compression == "zstd":
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
