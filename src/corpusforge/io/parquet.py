"""Parquet: one row per row; columns other than the mapped ones go to `meta`."""

import tempfile
from collections.abc import Iterator
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from corpusforge.errors import UserError, nearest
from corpusforge.io.archive import damage_row
from corpusforge.io.field_map import FieldMap
from corpusforge.io.inputs import Input
from corpusforge.io.raw import INVALID_TEXT, Options, ReadOptions, Row, tables
from corpusforge.io.tally import Damage, Tally
from corpusforge.io.urls import is_local

_BATCH = 16 << 20  # bytes of a row group taken at once
_BLOCK = 1 << 20


class _Invalid(bytes):
    """Bytes of a string column that are not UTF-8."""


class ParquetReader:
    """Reads Parquet. Places and lengths in its tally count rows, not bytes."""

    def __init__(self, source: Input, file: IO[bytes], options: Options) -> None:
        self._input, self._file, self._options = source, file, options
        self._map = FieldMap.of(options)
        self.tally = Tally()

    def batches(self, max_bytes: int) -> Iterator[pa.Table]:
        """See `raw.Reader`. Raises UserError if the text column does not exist."""
        return tables(self.rows(), max_bytes)

    def rows(self) -> Iterator[Row]:
        """One row per row, and one per damaged range; a file without a footer is one damaged range."""
        with self._file, self._whole() as (file, size, digest):
            self.tally.member(0, size)
            count = 0
            try:
                # Page by page: a row group may be as large as the file.
                parquet = pq.ParquetFile(file, pre_buffer=False, buffer_size=_BLOCK)
            except (pa.ArrowException, OSError) as error:
                yield damage_row(Damage(0, -1, size, f"the Parquet file cannot be opened: {_short(error)}"), self.tally)
            else:
                self._check(parquet.schema_arrow)
                for group in range(parquet.num_row_groups):
                    end = count + parquet.metadata.row_group(group).num_rows
                    yield from self._group(parquet, group, count, end)
                    count = end
            self.tally.finish(size, count, digest)

    def _whole(self) -> "_Local":
        return _Local(self._file, not is_local(self._input.url) and not self._input.url.startswith("sample://"))

    def _check(self, schema: pa.Schema) -> None:
        for role in ("text", "id", "url", "date", "dump"):
            name = getattr(self._map, role)
            if role != "text" and name == getattr(ReadOptions(), role):
                continue
            if name not in schema.names and not _leads(schema, name):
                raise UserError(
                    f"{self._input.name}: no column '{name}' for the {role}{nearest(name, schema.names)}; "
                    f"columns: {', '.join(schema.names)}; say which one it is: --set read.{role}=NAME"
                )

    def _group(self, parquet: pq.ParquetFile, group: int, start: int, end: int) -> Iterator[Row]:
        weight = parquet.metadata.row_group(group).total_byte_size // max(1, end - start)
        size = max(1, min(4096, _BATCH // max(1, weight)))
        at = start
        try:
            for batch in parquet.iter_batches(batch_size=size, row_groups=[group], use_threads=False):
                for values in _values(batch):
                    row = Row(0, at, 1, "row")
                    self._fill(row, values)
                    self.tally.read["row"] += 1
                    self.tally.record(at, at + 1)
                    at += 1
                    yield row
        except (pa.ArrowException, OSError) as error:
            self.tally.damaged(at, end)
            yield damage_row(
                Damage(0, at, end - at, f"rows {at} to {end - 1} cannot be read: {_short(error)}"), self.tally
            )

    def _fill(self, row: Row, values: dict[str, Any]) -> None:
        text = values.get(self._map.text)
        if isinstance(text, bytes) and not isinstance(text, _Invalid):
            text = _text(text)
            values[self._map.text] = text
        self._map.fill(row, values)
        if isinstance(text, _Invalid):
            row.fate, row.error = INVALID_TEXT, f"column '{self._map.text}' holds bytes that are not UTF-8"


class _Local:
    """A file that can be read at random, its size and xxh3-64: the file itself, or a copy of a remote one."""

    def __init__(self, file: IO[bytes], copy: bool) -> None:
        self._file, self._copy = file, copy
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> tuple[IO[bytes], int, str]:
        digest, size = xxhash.xxh3_64(), 0
        target = self._stream = tempfile.TemporaryFile() if self._copy else None
        while block := self._file.read(_BLOCK):
            digest.update(block)
            size += len(block)
            if target is not None:
                target.write(block)
        file = target or self._file
        file.seek(0)
        return file, size, digest.hexdigest()

    def __exit__(self, *error: object) -> None:
        if self._stream is not None:
            self._stream.close()


def _leads(schema: pa.Schema, path: str) -> bool:
    first, dot, rest = path.partition(".")
    if first not in schema.names or not dot:
        return False
    kind: pa.DataType = schema.field(first).type
    for part in rest.split("."):
        if not pa.types.is_struct(kind) or kind.get_field_index(part) < 0:
            return False
        kind = kind.field(part).type
    return True


def _values(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    columns = [_column(column) for column in batch.columns]
    for row in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, row, strict=True))


def _column(column: pa.Array) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        values: list[Any] = column.to_pylist()
        return values
    except (UnicodeDecodeError, ValueError, OverflowError):
        if _is_string(column.type):
            return [None if one is None else _text(one) for one in column.cast(pa.large_binary()).to_pylist()]
        return [_value(one) for one in column]


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _value(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except (UnicodeDecodeError, ValueError, OverflowError):
        return "\ufffd"


def _text(data: bytes) -> str | _Invalid:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _Invalid(data)


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__
