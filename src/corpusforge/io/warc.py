"""WARC 0.17 to 1.1 (and WET, WAT, which are WARC): pages and texts with their place in the file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import IO

import pyarrow as pa

from corpusforge.io.archive import count_only, damage_row, framed, place_of
from corpusforge.io.dates import iso_date
from corpusforge.io.grammars import WarcGrammar
from corpusforge.io.inputs import Input
from corpusforge.io.page import page, resource, wet_text
from corpusforge.io.raw import CORRUPT_RECORD, REVISIT, Options, Row, tables
from corpusforge.io.record import Record
from corpusforge.io.tally import Damage, Tally

CANDIDATES = frozenset({"response", "resource", "conversion", "revisit"})


class WarcReader:
    """Reads a WARC file, plain, .gz or .zst; or a part of one that begins with a member at file offset `start`."""

    def __init__(self, source: Input, file: IO[bytes], options: Options, start: int = 0) -> None:
        self._input, self._file, self._options, self._start = source, file, options, start
        self.tally = Tally()

    def batches(self, max_bytes: int) -> Iterator[pa.Table]:
        """See `raw.Reader`."""
        return tables(self.rows(), max_bytes)

    def rows(self) -> Iterator[Row]:
        """One row per response, resource, conversion and revisit record, and per damaged range."""
        for one in framed(self._input, self._file, WarcGrammar(), self.tally, self._options.max_page):
            if self._start:
                one = replace(one, member_offset=one.member_offset + self._start)
            if isinstance(one, Damage):
                yield damage_row(one, self.tally)
            elif one.head.record_type in CANDIDATES:
                self.tally.read[one.head.record_type] += 1
                yield self._row(one)
            else:
                count_only(self.tally, one.head.record_type)

    def _row(self, record: Record) -> Row:
        fields = record.head.fields
        row = Row(record.member_offset, record.offset, record.length, record.head.record_type)
        row.id = fields.get("warc-record-id", "").strip("<> ") or f"warc:{self._input.name}:{place_of(record)}"
        row.url = fields.get("warc-target-uri", "").strip("<> ") or None
        row.date = iso_date(fields.get("warc-date"))
        declared = fields.get("content-type", "")
        identified = fields.get("warc-identified-payload-type", "")
        if row.record_type == "revisit":
            row.fate, row.error = REVISIT, "the record only refers to an earlier copy of the page"
        elif row.record_type == "conversion":
            wet_text(row, record, declared, self._options.max_page)
        elif row.record_type == "resource":
            resource(row, record.block, record.block_length, declared, identified, self._options.max_page)
        elif record.block[:5].upper() == b"HTTP/":
            page(row, record.block, record.block_length, identified, self._options.max_page)
        elif "http" in declared.lower() and record.block_length:
            row.fate, row.error = CORRUPT_RECORD, "the response does not begin with an HTTP status line"
        else:
            resource(row, record.block, record.block_length, declared, identified, self._options.max_page)
        return row
