"""ARC 1.0 and 1.1, the format before WARC. Format: archive.org/web/researcher/ArcFileFormat.php."""

from collections.abc import Iterator
from typing import IO

import pyarrow as pa

from corpusforge.io.archive import count_only, damage_row, framed, place_of
from corpusforge.io.dates import iso_date
from corpusforge.io.grammars import ArcGrammar
from corpusforge.io.inputs import Input
from corpusforge.io.page import page, resource
from corpusforge.io.raw import Options, Row, tables
from corpusforge.io.record import Record
from corpusforge.io.tally import Damage, Tally


class ArcReader:
    """Reads an ARC file, plain or compressed."""

    def __init__(self, source: Input, file: IO[bytes], options: Options) -> None:
        self._input, self._file, self._options = source, file, options
        self.tally = Tally()

    def batches(self, max_bytes: int) -> Iterator[pa.Table]:
        """See `raw.Reader`."""
        return tables(self.rows(), max_bytes)

    def rows(self) -> Iterator[Row]:
        """One row per record, and per damaged range; the file's own description is only counted."""
        for one in framed(self._input, self._file, ArcGrammar(), self.tally, self._options.max_page):
            if isinstance(one, Damage):
                yield damage_row(one, self.tally)
            elif one.head.record_type == "filedesc":
                count_only(self.tally, "filedesc")
            else:
                self.tally.read["response"] += 1
                yield self._row(one)

    def _row(self, record: Record) -> Row:
        fields = record.head.fields
        row = Row(record.member_offset, record.offset, record.length, "response")
        row.id = f"arc:{self._input.name}:{place_of(record)}"
        row.url = fields["url"] or None
        row.date = iso_date(fields["date"])
        if record.block[:5].upper() == b"HTTP/":
            page(row, record.block, record.block_length, "", self._options.max_page)
        else:
            resource(row, record.block, record.block_length, fields["content-type"], "", self._options.max_page)
        return row
