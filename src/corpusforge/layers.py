"""Layers of a run: how their files are named, written and read back by slice."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from corpusforge.documents import SCHEMA_VERSION
from corpusforge.errors import UserError
from corpusforge.io.storage import Storage
from corpusforge.receipt import File, Receipt

LAYER_FILE_BYTES = 256 * 2**20  # text per file of a layer
ROW_GROUP_BYTES = 64 * 2**20
TEXT_READ_BYTES = 32 * 2**20  # text of a row group of the corpus
BATCH_BYTES = 8 * 2**20  # of a layer's rows taken into memory at once

_BLOCK = 2**20  # bytes of a column read at once

# Columns whose values hardly repeat: a dictionary of them costs time and space.
_DISTINCT = frozenset({"key", "id", "url", "text", "offset", "replacement"})


def commit_table(
    storage: Storage,
    path: str,
    table: pa.Table,
    starts: list[int] | None = None,
    metadata: dict[str, str] | None = None,
) -> File:
    """Write a Parquet file whose row groups begin at `starts` (and are split at 64 MiB); return what was committed."""
    groups = (table.slice(start, stop - start) for start, stop in _groups(table, starts or [0]))
    return commit_groups(storage, path, table.schema, groups, metadata)


def commit_groups(
    storage: Storage, path: str, schema: pa.Schema, groups: Iterable[pa.Table], metadata: dict[str, str] | None = None
) -> File:
    """Write a Parquet file of row groups as they come, zstd, the schema's version in its metadata.

    Only one row group is in memory at a time.
    """
    described = {"corpusforge.schema": str(SCHEMA_VERSION), **(metadata or {})}
    schema = schema.with_metadata({name.encode(): value.encode() for name, value in described.items()})
    written = _Written()

    def write(file: IO[bytes]) -> None:
        written.begin(file)
        with pq.ParquetWriter(
            pa.PythonFile(written, "w"),
            schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=[_leaf(field) for field in schema if field.name not in _DISTINCT],
        ) as writer:
            for group in groups:
                if group.num_rows:
                    written.rows += group.num_rows
                    writer.write_table(group.replace_schema_metadata(schema.metadata), row_group_size=group.num_rows)

    storage.put(path, write)
    return File(path, written.size, written.rows, written.hash.hexdigest())


class _Written:
    """A file that counts and hashes what passes through it."""

    closed = False

    def begin(self, file: IO[bytes]) -> None:
        self._file, self.size, self.rows, self.hash = file, 0, 0, xxhash.xxh3_64()

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """The file belongs to the storage."""


def _leaf(field: pa.Field) -> str:
    """The name of a column inside Parquet."""
    nested = pa.types.is_list(field.type) or pa.types.is_fixed_size_list(field.type)
    return f"{field.name}.list.element" if nested else str(field.name)


def _groups(table: pa.Table, starts: list[int]) -> Iterator[tuple[int, int]]:
    bounds = sorted({start for start in starts if 0 < start < table.num_rows} | {0, table.num_rows})
    for start, stop in pairwise(bounds):
        for size in group_sizes(stop - start, stored_bytes(table.slice(start, stop - start))):
            yield start, start + size
            start += size


def group_sizes(rows: int, size: int) -> list[int]:
    """Rows of each row group of `rows` that go together and have `size` bytes: none of much more than 64 MiB."""
    step = max(1, -(-rows // max(1, -(-size // ROW_GROUP_BYTES))))
    return [min(step, rows - start) for start in range(0, rows, step)]


def stored_bytes(table: pa.Table) -> int:
    """Bytes of a table's values and offsets: a sum over its rows, however they are batched."""
    return sum(_column_bytes(column) for column in table.columns)


def _column_bytes(column: pa.ChunkedArray | pa.Array) -> int:
    kind = column.type
    if pa.types.is_fixed_size_list(kind):
        return len(column) * int(kind.list_size * kind.value_type.bit_width) // 8
    if pa.types.is_large_string(kind):
        return 8 * len(column) + (pc.sum(pc.binary_length(column)).as_py() or 0)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        offset = 4 if pa.types.is_list(kind) else 8
        return offset * len(column) + _column_bytes(pc.list_flatten(column))
    return len(column) * -(-int(kind.bit_width) // 8)


def read_rows(
    storage: Storage, path: str, start: int = 0, rows: int | None = None, columns: list[str] | None = None
) -> pa.Table:
    """Rows [start, start + rows) of a layer file; only the row groups that hold them are read."""
    tables = list(read_batches(storage, path, start, rows, columns))
    if tables:
        return pa.concat_tables(tables)
    with storage.open(path) as file:
        schema = pq.ParquetFile(file, pre_buffer=False).schema_arrow
    return schema.empty_table().select(columns) if columns is not None else schema.empty_table()


def read_batches(
    storage: Storage, path: str, start: int = 0, rows: int | None = None, columns: list[str] | None = None
) -> Iterator[pa.Table]:
    """The same rows, in tables of about BATCH_BYTES."""
    with opened(storage, path) as parquet:
        yield from batches(parquet, start, rows, columns)


@lru_cache(maxsize=8)
def _footer(path: str, identity: tuple[int, ...]) -> pq.FileMetaData:
    """The footer of a local file, known by its place on the disk, size and time of change.

    The phases of every language read those of the same files, and in many languages they are long.
    """
    return pq.read_metadata(path)


@contextmanager
def opened(storage: Storage, path: str) -> Iterator[pq.ParquetFile]:
    """A layer file, to be read in several places. Raises UserError when it is damaged."""
    with storage.open(path) as file:
        # No reading ahead: an Arrow thread that still holds a Python buffer at exit takes the whole process down.
        try:
            footer = None
            if storage.local:
                found = os.fstat(file.fileno())
                identity = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
                footer = _footer(storage.path(path), identity)
            parquet = pq.ParquetFile(file, metadata=footer, pre_buffer=False, buffer_size=_BLOCK)
        except pa.ArrowInvalid:
            raise UserError(
                f"{storage.join(path)}: not readable as Parquet; delete it and run the recipe again to make it anew"
            ) from None
        yield parquet


def batches(
    parquet: pq.ParquetFile, start: int = 0, rows: int | None = None, columns: list[str] | None = None
) -> Iterator[pa.Table]:
    """Rows [start, start + rows) of an opened file, in tables of about BATCH_BYTES that end with their row group."""
    stop = parquet.metadata.num_rows if rows is None else start + rows
    first = 0
    for index in range(parquet.num_row_groups):
        group = parquet.metadata.row_group(index)
        if first < stop and start < first + group.num_rows:
            leaves = (group.column(leaf) for leaf in range(group.num_columns))
            read = (one for one in leaves if columns is None or one.path_in_schema.split(".")[0] in columns)
            count = max(1, group.num_rows * BATCH_BYTES // max(1, sum(one.total_uncompressed_size for one in read)))
            at = first
            for batch in parquet.iter_batches(count, [index], columns, use_threads=False):
                low, high = max(start, at), min(stop, at + batch.num_rows)
                if low < high:
                    yield pa.Table.from_batches([batch.slice(low - at, high - low)])
                at += batch.num_rows
        first += group.num_rows


def side_car(receipt: Receipt, layer: str, documents_file: str) -> str:
    """Path of the side-car file of `layer` that goes with a documents file: same rows, same order."""
    index = [file.path for file in receipt.files["documents"]].index(documents_file)
    return receipt.files[layer][index].path
