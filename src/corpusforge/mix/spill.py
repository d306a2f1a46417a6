"""An external shuffle: rows put aside by where they will stand, then read back and sorted a part at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

import numpy as np
import pyarrow as pa

from corpusforge.io.storage import clear_errors

PART_BYTES = 64 * 2**20
"""Rows that are sorted in memory at once, about."""

HELD_BYTES = 128 * 2**20
"""Rows that wait in memory until they are written aside."""


class Spill:
    """Rows in `parts` parts of the order, which is uint64 and evenly spread; in a file without a name, in `folder`.

    The order in which rows come does not tell in what is read back. Only one part is in memory at a time.
    """

    def __init__(self, folder: str | None, schema: pa.Schema, size: int) -> None:
        self._folder, self._schema = folder, schema
        self.parts = max(1, -(-size // PART_BYTES))
        self._held: dict[int, list[pa.Table]] = {}
        self._bytes = 0
        self._written: dict[int, list[tuple[int, int]]] = {}
        with clear_errors(folder or tempfile.gettempdir()):
            self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115

    def add(self, table: pa.Table, order: np.ndarray) -> None:
        """Keep rows; `order`: uint64[n], where they will stand."""
        part = (order >> np.uint64(32)).astype(np.int64) * self.parts >> 32
        sorting = np.argsort(part, kind="stable")
        table = table.take(pa.array(sorting))
        numbers, starts = np.unique(part[sorting], return_index=True)
        stops = [*starts[1:].tolist(), len(part)]
        for number, start, stop in zip(numbers.tolist(), starts.tolist(), stops, strict=True):
            self._held.setdefault(number, []).append(table.slice(start, stop - start))
        self._bytes += table.nbytes
        if self._bytes > HELD_BYTES:
            self._flush()

    def _flush(self) -> None:
        with clear_errors(self._folder or tempfile.gettempdir()):
            place = self._file.seek(0, 2)
            for number, tables in sorted(self._held.items()):
                data = pa.concat_tables(tables).combine_chunks().to_batches()
                for batch in data:
                    message = batch.serialize()
                    self._file.write(message)
                    self._written.setdefault(number, []).append((place, message.size))
                    place += message.size
            self._file.flush()
        self._held.clear()
        self._bytes = 0

    def read(self) -> Iterator[pa.Table]:
        """The parts in order, each as one table in no order."""
        for number in range(self.parts):
            batches = []
            for place, size in self._written.get(number, ()):
                self._file.seek(place)
                batches.append(pa.ipc.read_record_batch(pa.py_buffer(self._file.read(size)), self._schema))
            tables = [pa.Table.from_batches(batches, self._schema), *self._held.pop(number, ())]
            yield pa.concat_tables(tables)

    def close(self) -> None:
        """Forget everything."""
        self._held.clear()
        self._file.close()
