"""Ingest: one input file in; its records, documents and side-cars out. The only phase that reads inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.hashing import unit_name, work_key
from corpusforge.io.inputs import Input
from corpusforge.io.readers import open_reader
from corpusforge.io.storage import Storage
from corpusforge.layers import LAYER_FILE_BYTES, commit_table
from corpusforge.phases.depends import Parts, documents_parts
from corpusforge.phases.map_stages import map_stages
from corpusforge.phases.side_cars import side_cars, write_side_cars
from corpusforge.phases.task import Worker
from corpusforge.receipt import File, Receipt, Slice
from corpusforge.settings import Settings
from corpusforge.stages.rows import WORKING, through

RECORDS_FILE_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Ingest:
    """Read one input: records, documents, signals, signatures."""

    settings: Settings
    source: Input
    phase: str = "ingest"

    @property
    def unit(self) -> str:
        """Name of the unit."""
        return unit_name(self.source.name)

    @property
    def parts(self) -> Parts:
        """What the records and documents depend on."""
        return documents_parts(self.settings, self.source)

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Read, filter, extract, identify; then statistics and signatures of the wanted languages' documents."""
        parts = self.parts
        key = work_key(parts)
        layers = _Layers(storage, f"{self.unit}-{configuration(parts)[:8]}")
        reader = open_reader(self.source, self.settings.dataset.options("read"))
        fates: Counter[str] = Counter()
        read = 0
        for rows in self._pass(reader, worker):
            read += rows.num_rows
            fates.update(fate for fate in rows["fate"].to_pylist() if fate is not None)
            layers.add(rows)
        layers.close()
        files, keys = write_side_cars(
            storage,
            self.settings,
            worker,
            self.unit,
            key,
            layers.files["documents"],
            layers.slices,
            side_cars(self.settings),
        )
        tally = reader.tally
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=key,
            layer_keys=keys,
            files={**layers.files, **files},
            slices=layers.slices,
            read=read,
            counted_only=dict(sorted(tally.counted_only.items())),
            fates=dict(sorted(fates.items())),
            inputs=[
                {
                    "name": self.source.name,
                    "size": self.source.size,
                    "identity": self.source.identity,
                    "xxh3": tally.xxh3,
                }
            ],
            damage=tally.damage_list(),
            tiling=tally.tiling(),
            notes={"parts": parts},
        )

    def _pass(self, reader: Any, worker: Worker) -> Iterator[pa.Table]:
        stages = map_stages(self.settings, worker)
        for raw in reader.batches(self.settings.dataset.options("read").batch):
            rows = self._with_keys(raw)
            del raw
            for name, stage in stages:
                rows = through(name, stage, rows)
            yield rows

    def texts(self, worker: Worker, keys: pa.Array) -> Iterator[pa.Table]:
        """The records of `keys` once more, with their text: read and extracted, nothing decided or written."""
        stages = [(name, stage) for name, stage in map_stages(self.settings, worker) if name == "extract"]
        for raw in open_reader(self.source, self.settings.dataset.options("read")).batches(
            self.settings.dataset.options("read").batch
        ):
            rows = self._with_keys(raw)
            rows = rows.filter(pc.is_in(rows["key"], keys))
            for name, stage in stages:
                rows = through(name, stage, rows)
            yield rows

    def _with_keys(self, raw: pa.Table) -> pa.Table:
        """RAW columns plus key, origin, and the columns that stages fill."""
        name = self.source.name
        keys = documents.record_keys(name, raw["member_offset"].to_pylist(), raw["offset"].to_pylist())
        count = raw.num_rows
        columns: dict[str, Any] = {field: raw[field] for field in raw.column_names}
        columns["key"] = pa.array(keys, pa.large_string())
        columns["file_path"] = pa.array([name] * count, pa.large_string())
        columns["dump"] = pc.fill_null(raw["dump"].cast(pa.large_string()), snapshot_of(self.source))
        columns["fate"] = raw["fate"].cast(pa.large_string())
        if self.settings.sample < 1:
            outside = [not documents.in_sample(key, self.settings.sample) for key in keys]
            left_out = pc.and_(pa.array(outside, pa.bool_()), pc.is_null(columns["fate"]))
            columns["fate"] = pc.if_else(left_out, pa.scalar(documents.NOT_SAMPLED, pa.large_string()), columns["fate"])
        arrays = [
            _array(columns[field.name], field.type) if field.name in columns else pa.nulls(count, field.type)
            for field in WORKING
        ]
        return pa.Table.from_arrays(arrays, schema=WORKING)


def configuration(parts: Parts) -> str:
    """Key of an ingest's configuration alone, the input's identity left out."""
    return work_key({name: part for name, part in parts.items() if name != "input"})


def snapshot_of(source: Input) -> str:
    """The snapshot an input belongs to: `CC-MAIN-2024-10` where its name says so, else the first part of its name."""
    import re

    found = re.search(r"CC-[A-Z]+-\d{4}-\d{2}", source.name)
    return found.group() if found else source.name.split("/")[0]


def _array(column: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column if column.type == kind else column.cast(kind)


class _Layers:
    """Writes records and documents of a unit as sequences of bounded files, documents sorted by language."""

    def __init__(self, storage: Storage, name: str) -> None:
        self._storage, self._name = storage, name
        self._records, self._documents = _Open(RECORDS_FILE_BYTES), _Open(LAYER_FILE_BYTES)
        self.files: dict[str, list[File]] = {"records": [], "documents": []}
        self.slices: list[Slice] = []

    def add(self, rows: pa.Table) -> None:
        for full in self._records.fill(rows.select(documents.RECORDS.names), ["url", "meta"], each=256):
            self._close_records(full)
        wanted = rows.select(documents.DOCUMENTS.names).filter(pc.is_null(rows["fate"]))
        for full in self._documents.fill(wanted, ["text"]):
            self._close_documents(full)

    def close(self) -> None:
        records, texts = self._records.taken(), self._documents.taken()
        if records or not self.files["records"]:
            self._close_records(records)
        if texts:
            self._close_documents(texts)

    def _close_records(self, batches: list[pa.Table]) -> None:
        # One chunk: the bytes of a file must not tell how its rows were batched.
        table = pa.concat_tables([documents.RECORDS.empty_table(), *batches]).combine_chunks()
        path = f"records/{self._name}-{len(self.files['records'])}.parquet"
        self.files["records"].append(commit_table(self._storage, path, table))

    def _close_documents(self, batches: list[pa.Table]) -> None:
        table = _sorted(batches)
        path = f"documents/{self._name}-{len(self.files['documents'])}.parquet"
        slices = _slices(table, path)
        self.files["documents"].append(commit_table(self._storage, path, table, [piece.start for piece in slices]))
        self.slices += slices


class _Open:
    """Rows of a file that is not full yet. Where it closes depends on the rows, never on how they are batched."""

    def __init__(self, limit: int) -> None:
        self._limit = limit  # bytes
        self._tables: list[pa.Table] = []
        self._bytes = 0

    def fill(self, table: pa.Table, counted: list[str], each: int = 0) -> Iterator[list[pa.Table]]:
        """Take rows, and yield those of every file that they fill.

        A row counts `each` bytes and those of the string columns `counted`.
        """
        sizes = np.full(table.num_rows, each, np.int64)
        for name in counted:
            sizes += pc.fill_null(pc.binary_length(table[name]), 0).to_numpy()
        ends, start, before = np.cumsum(sizes), 0, 0
        while (last := int(np.searchsorted(ends, before + self._limit - self._bytes))) < len(ends):
            self._tables.append(table.slice(start, last + 1 - start))
            start, before = last + 1, int(ends[last])
            yield self.taken()
        if start < len(ends):
            self._tables.append(table.slice(start))
            self._bytes += int(ends[-1]) - before

    def taken(self) -> list[pa.Table]:
        """What is held, which begins the next file anew."""
        tables, self._tables, self._bytes = self._tables, [], 0
        return tables


def _sorted(batches: list[pa.Table]) -> pa.Table:
    """The rows of `batches` by language and position. Empties the list: there are never three copies of the text."""
    by = [(name, "ascending") for name in ("language", "language_script", "member_offset", "offset")]
    table = pa.concat_tables(batches)
    batches.clear()
    order = pc.sort_indices(table, sort_keys=by)
    columns: list[Any] = table.columns
    del table
    for index, field in enumerate(documents.DOCUMENTS):
        columns[index] = columns[index].combine_chunks()  # `take` would do so too, and keep the chunks meanwhile
        columns[index] = columns[index].take(order).cast(field.type)
    return pa.Table.from_arrays(columns, schema=documents.DOCUMENTS)


def _slices(table: pa.Table, path: str) -> list[Slice]:
    codes = pc.binary_join_element_wise(
        table["language"], table["language_script"], pa.scalar("_", pa.large_string())
    ).to_pylist()
    lengths = pc.utf8_length(table["text"]).to_pylist()
    slices: list[Slice] = []
    start = 0
    for row in range(1, len(codes) + 1):
        if row == len(codes) or codes[row] != codes[start]:
            slices.append(Slice(path, codes[start], start, row - start, sum(lengths[start:row])))
            start = row
    return slices
