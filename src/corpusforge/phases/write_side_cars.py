"""Writing side-cars: computed from texts, or copied where an older receipt vouches for their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from corpusforge.hashing import work_key
from corpusforge.io.storage import Storage
from corpusforge.layers import batches, commit_groups, opened, read_batches, read_rows
from corpusforge.phases.portions import last_words, portions
from corpusforge.phases.side_cars import SideCar, guarded, ingest_side_cars
from corpusforge.phases.task import Worker
from corpusforge.phases.through_edits import through_edits
from corpusforge.receipt import File, Receipt, Slice
from corpusforge.settings import Settings
from corpusforge.spool import Part, Spool


def write_side_cars(
    storage: Storage,
    settings: Settings,
    worker: Worker,
    unit: str,
    text_keys: Mapping[str, str],
    files: list[File],
    slices: list[Slice],
    wanted: list[SideCar],
    old: Receipt | None = None,
    edits: Sequence[File] = (),
    tag: str = "",
) -> tuple[dict[str, list[File]], dict[str, str]]:
    """Write the side-cars of a unit's documents files; rows whose key an `old` receipt vouches for are copied.

    `text_keys`: what the texts of each language-script depend on. `edits`: files of edits through which they are read, one
    for each of `files`; `tag`: of the configuration that made them. Returns the files by layer, and the keys by
    `layer/language-script`.
    """
    codes = sorted({piece.language for piece in slices})
    written: dict[str, list[File]] = {car.layer: [] for car in wanted}
    fresh = {car.layer: {code: car.key(settings, code, text_keys[code]) for code in codes} for car in wanted}
    # The tag leaves the input out, so it hashes configurations, not keys.
    own = {car.layer: {code: car.parts(settings, code) for code in codes} for car in wanted}
    tags = {layer: work_key(layer, parts, *([tag] if tag else []))[:8] for layer, parts in own.items()}
    for index, file in enumerate(files):
        rows = {car.layer: _Rows(storage) for car in wanted}
        with opened(storage, file.path) as parquet:
            for piece in (piece for piece in slices if piece.file == file.path):
                stale = []
                for car in wanted:
                    rows[car.layer].begin()
                    key = fresh[car.layer][piece.language]
                    if old is not None and old.layer_keys.get(f"{car.layer}/{piece.language}") == key:
                        stored = old.files[car.layer][index].path
                        for table in read_batches(storage, stored, piece.start, piece.rows):
                            rows[car.layer].add(_as_made(table))
                    else:
                        stale.append(car)
                # The text is read once for all of them.
                columns = ["text", "url"] if any(car.with_urls for car in stale) else ["text"]
                tables = batches(parquet, piece.start, piece.rows, columns) if stale else ()
                early = [read_rows(storage, edits[index].path)] if edits and stale else []
                for table in through_edits(tables, piece.start, *early):
                    start = 0
                    for texts in portions(table["text"].combine_chunks()):
                        for car in stale:
                            given = table.slice(start, len(texts)) if car.with_urls else texts
                            rows[car.layer].add(guarded(car, settings, piece.language, given, worker))
                        last_words(worker).forget()
                        start += len(texts)
        for layer, made in rows.items():
            written[layer].append(made.commit(storage, f"{layer}/{unit}-{tags[layer]}-{index}.parquet"))
        pa.default_memory_pool().release_unused()
    keys = {f"{layer}/{code}": key for layer, by_code in fresh.items() for code, key in by_code.items()}
    return written, keys


def _as_made(table: pa.Table) -> pa.Table:
    """Stored rows with the types of computed ones: Parquet calls what is in a list another name."""
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_fixed_size_list(kind):
            kind = pa.list_(kind.value_type, kind.list_size)
        elif pa.types.is_list(kind):
            kind = pa.list_(kind.value_type)
        fields.append(pa.field(field.name, kind, field.nullable))
    return table.cast(pa.schema(fields))


class _Rows:
    """The rows of a side-car's file as they are made."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._spool: Spool | None = None
        self._schema: pa.Schema | None = None
        self._parts: list[Part] = []
        self._next = True

    def begin(self) -> None:
        """The rows of another slice follow: a row group begins."""
        self._next = True

    def add(self, table: pa.Table) -> None:
        """Add rows."""
        if self._spool is None:
            self._schema = table.schema.remove_metadata()
            self._spool = Spool(self._storage, self._schema)
        if self._next:
            self._parts.append(Part(self._spool))
            self._next = False
        self._parts[-1].add(table)

    def commit(self, storage: Storage, path: str) -> File:
        """Write the file."""
        assert self._spool is not None and self._schema is not None  # a documents file has documents
        file = commit_groups(storage, path, self._schema, (group for part in self._parts for group in part.groups()))
        self._spool.close()
        return file


@dataclass(frozen=True)
class Rederive:
    """The later half of ingest alone: documents stand, side-cars of some languages are computed again."""

    settings: Settings
    old: Receipt
    phase: str = "ingest"

    @property
    def unit(self) -> str:
        """Name of the unit."""
        return self.old.unit

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Read no input: recompute what is stale from `documents/`, copy the rest."""
        files, keys = write_side_cars(
            storage,
            self.settings,
            worker,
            self.unit,
            dict.fromkeys(self.old.languages(), self.old.key),
            self.old.files["documents"],
            self.old.slices,
            ingest_side_cars(self.settings),
            self.old,
        )
        kept = {layer: self.old.files[layer] for layer in ("records", "documents")}
        return replace(self.old, files={**kept, **files}, layer_keys=keys)
