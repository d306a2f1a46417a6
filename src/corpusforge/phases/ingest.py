"""Ingest: one input file in; its records, documents and side-cars out. The only phase that reads inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
        self._records: list[pa.Table] = []
        self._documents: list[pa.Table] = []
        self._records_bytes = self._documents_bytes = 0
        self.files: dict[str, list[File]] = {"records": [], "documents": []}
        self.slices: list[Slice] = []

    def add(self, rows: pa.Table) -> None:
        self._records.append(rows.select(documents.RECORDS.names))
        self._records_bytes += self._records[-1].nbytes
        wanted = rows.select(documents.DOCUMENTS.names).filter(pc.is_null(rows["fate"]))
        if wanted.num_rows:
            self._documents.append(wanted)
            self._documents_bytes += wanted.nbytes
        if self._records_bytes >= RECORDS_FILE_BYTES:
            self._close_records()
        if self._documents_bytes >= LAYER_FILE_BYTES:
            self._close_documents()

    def close(self) -> None:
        if self._records or not self.files["records"]:
            self._close_records()
        if self._documents:
            self._close_documents()

    def _close_records(self) -> None:
        table = pa.concat_tables([documents.RECORDS.empty_table(), *self._records])
        path = f"records/{self._name}-{len(self.files['records'])}.parquet"
        self.files["records"].append(commit_table(self._storage, path, table))
        self._records, self._records_bytes = [], 0

    def _close_documents(self) -> None:
        batches, self._documents, self._documents_bytes = self._documents, [], 0
        table = _sorted(batches)
        path = f"documents/{self._name}-{len(self.files['documents'])}.parquet"
        slices = _slices(table, path)
        self.files["documents"].append(commit_table(self._storage, path, table, [piece.start for piece in slices]))
        self.slices += slices


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
