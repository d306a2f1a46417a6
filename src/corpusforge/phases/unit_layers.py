"""Records and documents of a unit as sequences of bounded files, the documents of each sorted by language.

A file holds up to 256 MiB of text; a worker does not. Rows are put aside in chunks, each cut by language, and a file is
written from them a row group at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.io.storage import Storage
from corpusforge.layers import LAYER_FILE_BYTES, commit_groups
from corpusforge.receipt import File, Slice
from corpusforge.spool import Part, Spool

RECORDS_FILE_BYTES = 64 * 2**20
CHUNK_BYTES = 16 * 2**20  # rows gathered before they are sorted and put aside

_POSITION = ("file_path", "member_offset", "offset")


class UnitLayers:
    """Takes the rows of a unit in the order of their input."""

    def __init__(self, storage: Storage, name: str) -> None:
        self._storage, self._name = storage, name
        self._records = _OpenFile(storage, documents.RECORDS, RECORDS_FILE_BYTES, ["url", "meta"], 256)
        self._documents = _OpenFile(storage, documents.DOCUMENTS, LAYER_FILE_BYTES, ["text"], 0)
        self.files: dict[str, list[File]] = {"records": [], "documents": []}
        self.slices: list[Slice] = []

    def add(self, rows: pa.Table) -> None:
        """Take rows of WORKING: a record each, and a document where there is no fate."""
        for _ in self._records.fill(rows.select(documents.RECORDS.names)):
            self._close_records()
        for _ in self._documents.fill(rows.select(documents.DOCUMENTS.names).filter(pc.is_null(rows["fate"]))):
            self._close_documents()

    def close(self) -> None:
        """Write what is left. There is always a records file."""
        if not self._records.empty or not self.files["records"]:
            self._close_records()
        if not self._documents.empty:
            self._close_documents()

    def _close_records(self) -> None:
        path = f"records/{self._name}-{len(self.files['records'])}.parquet"
        self.files["records"].append(self._commit(path, self._records))

    def _close_documents(self) -> None:
        path = f"documents/{self._name}-{len(self.files['documents'])}.parquet"
        start = 0
        for code, part in self._documents.parts():
            self.slices.append(Slice(path, code, start, part.rows, self._documents.chars[code]))
            start += part.rows
        self.files["documents"].append(self._commit(path, self._documents))

    def _commit(self, path: str, rows: _OpenFile) -> File:
        groups = (group for _, part in rows.parts() for group in part.groups())
        file = commit_groups(self._storage, path, rows.schema, groups)
        rows.begin()
        pa.default_memory_pool().release_unused()
        return file


class _OpenFile:
    """Rows of a file that is not full yet. Where it closes depends on the rows, never on how they are batched."""

    def __init__(self, storage: Storage, schema: pa.Schema, limit: int, counted: list[str], each: int = 0) -> None:
        """A row counts `each` bytes and those of the string columns `counted`; `limit` of them fill the file."""
        self.schema = schema
        self._storage, self._limit, self._counted, self._each = storage, limit, counted, each
        self._spool = Spool(storage, schema)
        self.begin()

    def begin(self) -> None:
        """Begin the next file anew."""
        self._spool.close()
        self._spool = Spool(self._storage, self.schema)
        self._parts: dict[str, Part] = {}
        self.chars: Counter[str] = Counter()  # of the texts in a language-script
        self._tables: list[pa.Table] = []  # not put aside yet
        self._waiting = self._bytes = 0

    @property
    def empty(self) -> bool:
        """Whether there are no rows."""
        return not self._tables and not self._parts

    def fill(self, table: pa.Table) -> Iterator[None]:
        """Take rows, and yield when the file is full; by then it has to begin anew."""
        sizes = np.full(table.num_rows, self._each, np.int64)
        for name in self._counted:
            sizes += pc.fill_null(pc.binary_length(table[name]), 0).to_numpy()
        ends, start, before = np.cumsum(sizes), 0, 0
        while (last := int(np.searchsorted(ends, before + self._limit - self._bytes))) < len(ends):
            self._take(table.slice(start, last + 1 - start))
            start, before = last + 1, int(ends[last])
            yield
        if start < len(ends):
            self._take(table.slice(start))
            self._bytes += int(ends[-1]) - before

    def parts(self) -> list[tuple[str, Part]]:
        """The rows by language-script in order of position; those of records together."""
        self._put_aside()
        return sorted(self._parts.items())

    def _take(self, table: pa.Table) -> None:
        self._tables.append(table)
        self._waiting += table.nbytes
        if self._waiting >= CHUNK_BYTES:
            self._put_aside()

    def _put_aside(self) -> None:
        if not self._tables:
            return
        table = pa.concat_tables(self._tables).cast(self.schema)
        self._tables, self._waiting = [], 0
        if "text" not in self.schema.names:
            self._parts.setdefault("", Part(self._spool)).add(table)
            return
        table = table.sort_by([(name, "ascending") for name in ("language", "language_script", *_POSITION)])
        codes = pc.binary_join_element_wise(
            table["language"], table["language_script"], pa.scalar("_", pa.large_string())
        )
        runs = pc.run_end_encode(codes.combine_chunks())
        start = 0
        for code, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            part = self._parts.setdefault(code, Part(self._spool))
            part.add(table.slice(start, end - start))
            self.chars[code] += pc.sum(pc.utf8_length(table["text"].slice(start, end - start))).as_py()
            start = end
