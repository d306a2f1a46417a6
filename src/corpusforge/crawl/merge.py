"""The selected records of all index files as one, in order of place: an index is sorted by address, WARC files are not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.crawl.scan import SELECTED
from corpusforge.io.storage import Storage
from corpusforge.layers import opened

_GROUP_ROWS = 2_000_000  # selected rows that are sorted at once


def sorted_groups(storage: Storage, parts: list[str]) -> Iterator[pa.Table]:
    """Rows of all parts in order of place, some segments at a time: a WARC file's rows stay together."""
    per_segment: dict[str, int] = {}
    for part in parts:
        for names in _columns(storage, part, ["warc_filename"]):
            folders = pc.replace_substring_regex(names["warc_filename"], r"[^/]*$", "")
            for one in folders.value_counts().to_pylist():
                per_segment[one["values"]] = per_segment.get(one["values"], 0) + one["counts"]
    starts, rows = [""], 0
    for segment in sorted(per_segment):
        if rows and rows + per_segment[segment] > _GROUP_ROWS:
            starts.append(segment)
            rows = 0
        rows += per_segment[segment]
    for low, high in pairwise([*starts, "\U0010ffff"]):
        tables = [SELECTED.empty_table()]
        for part in parts:
            for table in _columns(storage, part, None):
                inside = pc.and_(pc.greater_equal(table["warc_filename"], low), pc.less(table["warc_filename"], high))
                tables.append(table.filter(inside))
        table = pa.concat_tables(tables)
        yield table.sort_by([("warc_filename", "ascending"), ("offset", "ascending")])


def _columns(storage: Storage, path: str, columns: list[str] | None) -> Iterator[pa.Table]:
    with opened(storage, path) as parquet:
        for group in range(parquet.num_row_groups):
            yield parquet.read_row_group(group, columns=columns, use_threads=False)


def split(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    """A table in pieces of so many rows."""
    for start in range(0, table.num_rows, rows):
        yield table.slice(start, rows)
