"""A stream of rows as files of about equal size, cut by the rows alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

GROUP_BYTES = 32 * 2**20
"""Text of a row group."""


class Shards:
    """Rows as shards: a row group ends with the document that brings it to GROUP_BYTES of text, a shard with the one that
    brings it to `size`."""

    def __init__(self, tables: Iterator[pa.Table], size: int) -> None:
        self._tables, self._size = (table for table in tables if table.num_rows), size
        self._rest = next(self._tables, None)

    @property
    def exhausted(self) -> bool:
        """Whether there are no more rows."""
        return self._rest is None

    def shard(self) -> Iterator[pa.Table]:
        """The row groups of the next shard."""
        left = self._size
        while left > 0 and self._rest is not None:
            held: list[pa.Table] = []
            wanted = min(GROUP_BYTES, left)
            while wanted > 0 and self._rest is not None:
                table, size = self._taken(wanted)
                held.append(table)
                wanted -= size
                left -= size
            yield pa.concat_tables(held).combine_chunks()

    def _taken(self, wanted: int) -> tuple[pa.Table, int]:
        """Rows from the front until there are `wanted` bytes of text, and how many bytes they have."""
        assert self._rest is not None
        ends = np.cumsum(np.maximum(pc.binary_length(self._rest["text"]).to_numpy(), 1))
        rows = min(int(np.searchsorted(ends, wanted)) + 1, len(ends))
        table = self._rest.slice(0, rows)
        self._rest = self._rest.slice(rows) if rows < len(ends) else next(self._tables, None)
        return table, int(ends[rows - 1])
