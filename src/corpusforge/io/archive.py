"""What reading WARC and ARC files has in common: from an open file to records and damage, with the tally."""

import re
from collections.abc import Iterator
from typing import IO

from corpusforge.io.framing import Framing
from corpusforge.io.inputs import Input
from corpusforge.io.members import members
from corpusforge.io.raw import CORRUPT_RECORD, Row
from corpusforge.io.record import Grammar, Record
from corpusforge.io.source import RawSource
from corpusforge.io.tally import Damage, Tally
from corpusforge.io.window import Window

_SLACK = 1 << 20  # headers, chunk sizes: what a block may hold beside a page


def framed(source: Input, file: IO[bytes], grammar: Grammar, tally: Tally, max_page: int) -> Iterator[Record | Damage]:
    """Records and damage of an archive; completes the tally."""
    with file:
        raw = RawSource(file, source.size, source.name)
        framing: Framing
        window = Window(members(raw, source.compression, lambda head: framing.accept(head)), tally)
        framing = Framing(window, grammar, tally, max_page + _SLACK, None if source.compression else source.size)
        yield from framing
        tally.finish(raw.drain(), window.end, raw.xxh3)


def damage_row(damage: Damage, tally: Tally) -> Row:
    """The row of a damaged range, counted."""
    tally.read["damage"] += 1
    tally.damage.append(damage)
    return Row(damage.member_offset, damage.offset, damage.length, "damage", fate=CORRUPT_RECORD, error=damage.error)


def count_only(tally: Tally, record_type: str) -> None:
    """Count a record that gets no row. Types are the file's own words, so they are bounded."""
    name = re.sub(r"[^\w.+-]", "_", record_type[:40])
    known = name in tally.counted_only or len(tally.counted_only) < 100
    tally.counted_only[name if known else "other"] += 1


def place_of(record: Record) -> str:
    """A record's position in one word, for ids."""
    return f"{record.member_offset}+{record.offset}" if record.offset else str(record.member_offset)
