"""Ingest: one input file in; its records, documents and side-cars out. The only phase that reads inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.crawl.fetch import Fetched, fetch
from corpusforge.crawl.range_reader import RangeReader
from corpusforge.crawl.units import RangeInput
from corpusforge.hashing import unit_name, work_key
from corpusforge.io.inputs import Input
from corpusforge.io.readers import open_reader
from corpusforge.io.storage import Storage
from corpusforge.phases.depends import Parts, documents_parts
from corpusforge.phases.map_stages import map_stages
from corpusforge.phases.side_cars import ingest_side_cars
from corpusforge.phases.task import Worker
from corpusforge.phases.unit_layers import UnitLayers
from corpusforge.phases.write_side_cars import write_side_cars
from corpusforge.receipt import Receipt
from corpusforge.settings import Settings
from corpusforge.stages.rows import WORKING, through

FETCHED = "fetched"  # the layer of what was fetched of a crawl
TROUBLES = "not fetched as it should be"


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
        fetched = fetch(storage, self.source) if isinstance(self.source, RangeInput) else None
        parts = with_troubles(self.parts, None if fetched is None else fetched.state)
        key = work_key(parts)
        layers = UnitLayers(storage, f"{self.unit}-{configuration(parts)[:8]}")
        reader = self._reader(storage, fetched)
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
            dict.fromkeys((piece.language for piece in layers.slices), key),
            layers.files["documents"],
            layers.slices,
            ingest_side_cars(self.settings),
        )
        tally = reader.tally
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=key,
            layer_keys=keys,
            files={**layers.files, **files, **({} if fetched is None else {FETCHED: fetched.files})},
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
            notes={"parts": parts, **({} if fetched is None else {FETCHED: fetched.summary(self.source)})},
        )

    def _reader(self, storage: Storage, fetched: Fetched | None) -> Any:
        options = self.settings.dataset.options("read")
        return open_reader(self.source, options) if fetched is None else RangeReader(storage, fetched.files, options)

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
        storage = Storage(self.source.run if isinstance(self.source, RangeInput) else "")
        fetched = fetch(storage, self.source) if isinstance(self.source, RangeInput) else None
        for raw in self._reader(storage, fetched).batches(self.settings.dataset.options("read").batch):
            rows = self._with_keys(raw)
            rows = rows.filter(pc.is_in(rows["key"], keys))
            for name, stage in stages:
                rows = through(name, stage, rows)
            yield rows

    def _with_keys(self, raw: pa.Table) -> pa.Table:
        """RAW columns plus key, origin, and the columns that stages fill."""
        name = self.source.name
        count = raw.num_rows
        names = pc.fill_null(raw["file"], name)
        keys = documents.record_keys(names.to_pylist(), raw["member_offset"].to_pylist(), raw["offset"].to_pylist())
        columns: dict[str, Any] = {field: raw[field] for field in raw.column_names}
        columns["key"] = pa.array(keys, pa.large_string())
        columns["file_path"] = names
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


def with_troubles(parts: Parts, state: str | None) -> Parts:
    """What an ingest depends on, with what could not be fetched for it."""
    return parts if state is None else {**parts, TROUBLES: state}


def snapshot_of(source: Input) -> str:
    """The snapshot an input belongs to: `CC-MAIN-2024-10` where its name says so, else the first part of its name."""
    import re

    found = re.search(r"CC-[A-Z]+-\d{4}-\d{2}", source.name)
    return found.group() if found else source.name.split("/")[0]


def _array(column: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column if column.type == kind else column.cast(kind)
