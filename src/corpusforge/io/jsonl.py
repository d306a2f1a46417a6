"""JSON Lines, plain, .gz or .zst: one object per line; the place of a row is its decompressed byte offset."""

import json
from collections.abc import Iterator
from typing import IO

import pyarrow as pa

from corpusforge.io.archive import damage_row
from corpusforge.io.field_map import FieldMap
from corpusforge.io.inputs import Input
from corpusforge.io.lines import Line, Lines
from corpusforge.io.members import members
from corpusforge.io.raw import CORRUPT_RECORD, Options, Row, tables
from corpusforge.io.source import RawSource
from corpusforge.io.tally import Damage, Tally

_BOM = b"\xef\xbb\xbf"
_DECODER = json.JSONDecoder(parse_constant=lambda name: None)  # NaN and Infinity are no JSON: null


class JsonlReader:
    """Reads JSON Lines."""

    def __init__(self, source: Input, file: IO[bytes], options: Options) -> None:
        self._input, self._file, self._options = source, file, options
        self._map = FieldMap.of(options)
        self.tally = Tally()

    def batches(self, max_bytes: int) -> Iterator[pa.Table]:
        """See `raw.Reader`."""
        return tables(self.rows(), max_bytes)

    def rows(self) -> Iterator[Row]:
        """One row per line that is not blank, and one for damage of the compression."""
        with self._file:
            raw = RawSource(self._file, self._input.size, self._input.name)
            lines = Lines(members(raw, self._input.compression, None), self.tally, self._options.max_line)
            for one in lines:
                if isinstance(one, Damage):
                    yield damage_row(one, self.tally)
                elif one.content is not None and _blank(one.content):
                    self.tally.counted_only["blank_line"] += 1
                else:
                    self.tally.read["row"] += 1
                    yield self._row(one)
            self.tally.finish(raw.drain(), lines.place, raw.xxh3)

    def _row(self, line: Line) -> Row:
        row = Row(0, line.start, line.end - line.start, "row")
        if line.content is None:
            row.fate = CORRUPT_RECORD
            row.error = f"the line has {row.length} bytes; lines may have {self._options.max_line}"
            return row
        content = line.content.removeprefix(_BOM) if line.start == 0 else line.content
        try:
            values = _DECODER.decode(content.decode())
        except UnicodeDecodeError as error:
            row.fate, row.error = CORRUPT_RECORD, f"the line is not UTF-8: byte {error.start} of it"
        except RecursionError:
            row.fate, row.error = CORRUPT_RECORD, "the line is nested too deep"
        except ValueError as error:
            row.fate, row.error = CORRUPT_RECORD, f"the line is not JSON: {error}"
        else:
            if isinstance(values, dict):
                self._map.fill(row, values)
            else:
                row.fate, row.error = (
                    CORRUPT_RECORD,
                    f"the line is a JSON {type(values).__name__}, not an object",
                )
        return row


def _blank(content: bytes) -> bool:
    content = content.removeprefix(_BOM)
    return not content or content.isspace()
