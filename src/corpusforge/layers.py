"""Layers of a run: how their files are named, written and read back by slice."""

import io
from collections.abc import Iterator
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from corpusforge.documents import SCHEMA_VERSION
from corpusforge.errors import UserError
from corpusforge.io.storage import Storage
from corpusforge.receipt import File, Receipt

LAYER_FILE_BYTES = 256 * 2**20  # text per file of a layer
ROW_GROUP_BYTES = 64 * 2**20
TEXT_READ_BYTES = 32 * 2**20  # text taken into memory at once when a language's slices are read


def commit_table(
    storage: Storage,
    path: str,
    table: pa.Table,
    starts: list[int] | None = None,
    metadata: dict[str, str] | None = None,
) -> File:
    """Write a Parquet file whose row groups begin at `starts` (and are split at 64 MiB); return what was committed."""
    data = encode(table, starts or [0], metadata or {})
    storage.put(path, data)
    return File(path, len(data), table.num_rows, xxhash.xxh3_64_hexdigest(data))


def encode(table: pa.Table, starts: list[int], metadata: dict[str, str]) -> bytes:
    """A table as Parquet bytes: zstd, row groups beginning at `starts`, schema version in the metadata."""
    described = {"corpusforge.schema": str(SCHEMA_VERSION), **metadata}
    table = table.replace_schema_metadata({name.encode(): value.encode() for name, value in described.items()})
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, table.schema, compression="zstd", compression_level=3) as writer:
        for start, stop in _groups(table, starts):
            writer.write_table(table.slice(start, stop - start), row_group_size=max(1, stop - start))
    return sink.getvalue()


def _groups(table: pa.Table, starts: list[int]) -> Iterator[tuple[int, int]]:
    bounds = sorted({start for start in starts if 0 < start < table.num_rows} | {0, table.num_rows})
    for start, stop in pairwise(bounds):
        pieces = max(1, -(-table.slice(start, stop - start).nbytes // ROW_GROUP_BYTES))
        step = max(1, -(-(stop - start) // pieces))
        for first in range(start, stop, step):
            yield first, min(first + step, stop)


def read_rows(
    storage: Storage, path: str, start: int = 0, rows: int | None = None, columns: list[str] | None = None
) -> pa.Table:
    """Rows [start, start + rows) of a layer file; only the row groups that hold them are read."""
    tables = list(read_row_groups(storage, path, start, rows, columns))
    if tables:
        return pa.concat_tables(tables)
    with storage.open(path) as file:
        schema = pq.ParquetFile(file, pre_buffer=False).schema_arrow
    return schema.empty_table().select(columns) if columns is not None else schema.empty_table()


def read_row_groups(
    storage: Storage, path: str, start: int = 0, rows: int | None = None, columns: list[str] | None = None
) -> Iterator[pa.Table]:
    """The same rows, one table per row group."""
    with storage.open(path) as file:
        # No reading ahead: an Arrow thread that still holds a Python buffer at exit takes the whole process down.
        try:
            parquet = pq.ParquetFile(file, pre_buffer=False)
        except pa.ArrowInvalid:
            raise UserError(
                f"{storage.join(path)}: not readable as Parquet; delete it and run the recipe again to make it anew"
            ) from None
        stop = parquet.metadata.num_rows if rows is None else start + rows
        first = 0
        for index in range(parquet.num_row_groups):
            count = parquet.metadata.row_group(index).num_rows
            low, high = max(start, first), min(stop, first + count)
            if low < high:
                table = parquet.read_row_group(index, columns=columns, use_threads=False)
                yield table.slice(low - first, high - low)
            first += count


def side_car(receipt: Receipt, layer: str, documents_file: str) -> str:
    """Path of the side-car file of `layer` that goes with a documents file: same rows, same order."""
    index = [file.path for file in receipt.files["documents"]].index(documents_file)
    return receipt.files[layer][index].path
