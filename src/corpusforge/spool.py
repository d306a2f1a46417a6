"""Tables put aside while a file's rows are gathered, so that a worker's memory does not grow with its files."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

import pyarrow as pa

from corpusforge.io.storage import Storage, clear_errors
from corpusforge.layers import group_sizes, stored_bytes

MEMORY_BYTES = 16 * 2**20  # tables of one spool that stay in memory


class Spool:
    """Keeps tables of one schema in order; those beyond MEMORY_BYTES on disk, in a file without a name.

    The file lies where the run does, or, when that is remote, where temporary files do.
    """

    def __init__(self, storage: Storage, schema: pa.Schema) -> None:
        self._folder = storage.root if storage.local else None
        self._schema = schema
        self._kept: list[pa.RecordBatch | tuple[int, int]] = []  # a batch, or its place and length in the file
        self._bytes = 0
        self._file: IO[bytes] | None = None

    def add(self, table: pa.Table) -> int:
        """Keep a table; returns its number. Raises StorageFull."""
        arrays = [column.combine_chunks() if column.num_chunks != 1 else column.chunk(0) for column in table.columns]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self._schema)
        self._bytes += batch.nbytes
        if self._bytes <= MEMORY_BYTES:
            self._kept.append(batch)
        else:
            data = batch.serialize()
            with clear_errors(self._folder or tempfile.gettempdir()):
                if self._file is None:
                    self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
                place = self._file.seek(0, 2)
                self._file.write(data)
                self._file.flush()
            self._kept.append((place, data.size))
        return len(self._kept) - 1

    def read(self, number: int) -> pa.Table:
        """The table of that number, in one chunk."""
        kept = self._kept[number]
        if isinstance(kept, tuple):
            assert self._file is not None
            self._file.seek(kept[0])
            kept = pa.ipc.read_record_batch(pa.py_buffer(self._file.read(kept[1])), self._schema)
        return pa.Table.from_batches([kept])

    def __iter__(self) -> Iterator[pa.Table]:
        """Every table, in order."""
        return map(self.read, range(len(self._kept)))

    def close(self) -> None:
        """Forget everything."""
        self._kept.clear()
        if self._file is not None:
            self._file.close()


@dataclass
class Part:
    """Tables of a spool whose rows go together into a file."""

    spool: Spool
    numbers: list[int] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0

    def add(self, table: pa.Table) -> None:
        """Keep a table."""
        self.numbers.append(self.spool.add(table))
        self.rows += table.num_rows
        self.bytes += stored_bytes(table)

    def groups(self) -> Iterator[pa.Table]:
        """The rows as row groups, which do not tell how the rows came."""
        return regrouped(map(self.spool.read, self.numbers), group_sizes(self.rows, self.bytes))


def regrouped(tables: Iterable[pa.Table], sizes: Iterable[int]) -> Iterator[pa.Table]:
    """Consecutive tables cut anew: one table, in one chunk, of each of the `sizes` in rows."""
    rest: list[pa.Table] = []
    held = 0
    source = iter(tables)
    for size in sizes:
        while held < size:
            rest.append(next(source))
            held += rest[-1].num_rows
        whole = pa.concat_tables(rest)
        rest.clear()
        held -= size
        if held:
            rest.append(whole.slice(size))
        part = whole.slice(0, size)
        del whole
        yield part.combine_chunks()
