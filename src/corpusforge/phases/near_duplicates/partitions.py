"""Files whose rows stand in order of a partition, so that a reader takes one partition of many files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from corpusforge.errors import UserError
from corpusforge.io.storage import Storage
from corpusforge.layers import batches, commit_groups, group_sizes, opened
from corpusforge.receipt import File
from corpusforge.spool import regrouped

SHARED_ROWS = 2**16
_OFFSETS, _HEADER = "corpusforge.partitions", "corpusforge.deduplicate"


def commit_partitioned(
    storage: Storage,
    path: str,
    tables: Iterable[pa.Table],
    schema: pa.Schema,
    offsets: np.ndarray,
    row_bytes: int,
    header: dict[str, object],
) -> File:
    """Write consecutive tables, whose rows [offsets[p], offsets[p + 1]) are partition p; `header` says what the rows were
    made with. row_bytes: of a row, for row groups of a size that can be read at once; 0: rows of several partitions may
    share a row group."""
    metadata = {_OFFSETS: json.dumps(offsets.tolist()), _HEADER: json.dumps(header, sort_keys=True)}
    if row_bytes:
        sizes = [size for rows in np.diff(offsets).tolist() for size in group_sizes(rows, rows * row_bytes)]
    else:
        sizes = [min(SHARED_ROWS, int(offsets[-1]) - start) for start in range(0, int(offsets[-1]), SHARED_ROWS)]
    return commit_groups(storage, path, schema, regrouped(tables, sizes), metadata)


def read_partition(
    storage: Storage,
    path: str,
    number: int,
    header: dict[str, object],
    columns: Sequence[str] | None = None,
    stop: int | None = None,
) -> pa.Table:
    """A partition of a file, or several that follow each other: up to `stop`. Raises UserError for a file that was made
    with another header."""
    tables = list(partition_batches(storage, path, number, header, columns, stop))
    if tables:
        return pa.concat_tables(tables)
    with opened(storage, path) as parquet:
        empty = parquet.schema_arrow.remove_metadata().empty_table()
    return empty if columns is None else empty.select(list(columns))


def partition_batches(
    storage: Storage,
    path: str,
    number: int,
    header: dict[str, object],
    columns: Sequence[str] | None = None,
    stop: int | None = None,
) -> Iterator[pa.Table]:
    """The same rows, about 8 MiB at a time."""
    with opened(storage, path) as parquet:
        metadata = parquet.schema_arrow.metadata
        _check(storage.join(path), json.loads(metadata[_HEADER.encode()]), header)
        offsets = json.loads(metadata[_OFFSETS.encode()])
        start = offsets[number]
        rows = offsets[number + 1 if stop is None else stop] - start
        for table in batches(parquet, start, rows, None if columns is None else list(columns)) if rows else ():
            yield table.replace_schema_metadata(None).select(columns or table.column_names)


def _check(where: str, found: dict[str, object], wanted: dict[str, object]) -> None:
    for name in sorted(found.keys() | wanted.keys()):
        if found.get(name) != wanted.get(name):
            raise UserError(
                f"{where}: made with {name} {found.get(name)}, and this run has {wanted.get(name)}; delete the file and "
                "run the recipe again to make it anew"
            )


def by_partition(partition: np.ndarray, partitions: int) -> tuple[np.ndarray, np.ndarray]:
    """(int64[n] an order that puts equal partitions together and else keeps the order, int64[partitions + 1] offsets)."""
    offsets = np.zeros(partitions + 1, np.int64)
    np.cumsum(np.bincount(partition, minlength=partitions), out=offsets[1:])
    return np.argsort(partition, kind="stable"), offsets
