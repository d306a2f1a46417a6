"""Side-cars of documents: statistics and signatures, row for row beside the text, one key per language.

When only a language's configuration changed, its rows are computed again from `documents/` and the others are copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpusforge.errors import UserError
from corpusforge.hashing import work_key
from corpusforge.io.storage import Storage
from corpusforge.layers import batches, commit_groups, opened, read_batches, read_rows
from corpusforge.phases.depends import (
    Parts,
    identity_parts,
    lines_parts,
    precision_parts,
    signals_parts,
    signature_parts,
)
from corpusforge.phases.task import Worker
from corpusforge.phases.through_edits import through_edits
from corpusforge.receipt import File, Receipt, Slice
from corpusforge.settings import Settings
from corpusforge.spool import Part, Spool

if TYPE_CHECKING:
    from corpusforge.text.segment import Segmenter
    from corpusforge.text.words import Words

SIGNALS = "signals/signals@1"
SIGNATURE = "signals/signature@1"
PRECISION = "signals/precision@1"
IDENTITY = "signals/exact@1"
LINES = "signals/lines@1"
STAGE_ERROR = "stage_error"
PORTION_BYTES = 8 * 2**20  # text that statistics and signatures are computed of at a time


@dataclass(frozen=True)
class SideCar:
    """A layer beside `documents/`: what a language's rows depend on, and how they are computed from texts, or where
    `with_urls` from texts and URLs (a table of both)."""

    layer: str
    parts: Callable[[Settings, str], Parts]
    compute: Callable[[Settings, str, Any, Worker], pa.Table]
    with_urls: bool = False

    def key(self, settings: Settings, code: str, documents_key: str) -> str:
        """Key of the rows of one language-script of a unit."""
        return work_key(self.layer, documents_key, self.parts(settings, code))


def side_cars(settings: Settings) -> list[SideCar]:
    """The side-cars that the recipe asks for."""
    return [*ingest_side_cars(settings), *(later_side_cars(settings) if "lines" in settings.dataset.stages else ())]


def ingest_side_cars(settings: Settings) -> list[SideCar]:
    """Those that are made of texts as they were extracted: all, unless lines are taken out of them first."""
    listed = [] if "lines" in settings.dataset.stages else later_side_cars(settings)
    if "exact" in settings.dataset.stages:
        listed.append(SideCar(IDENTITY, identity_parts, _identity, with_urls=True))
    if "lines" in settings.dataset.stages:
        listed.append(SideCar(LINES, lines_parts, _lines, with_urls=True))
    return listed


def later_side_cars(settings: Settings) -> list[SideCar]:
    """Those that are made of texts as they are judged."""
    listed = [SideCar(SIGNALS, signals_parts, _signals)]
    if "signature" in settings.dataset.stages:
        listed.append(SideCar(SIGNATURE, signature_parts, _signature))
    if "precision" in settings.dataset.stages:
        listed.append(SideCar(PRECISION, precision_parts, _precision, with_urls=True))
    return listed


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


def portions(texts: pa.Array, size: int = PORTION_BYTES) -> Iterator[pa.Array]:
    """Consecutive texts of about `size` bytes, so that what is computed of them at a time stays small."""
    ends = np.cumsum(pc.fill_null(pc.binary_length(texts), 0).to_numpy())
    start = 0
    while start < len(texts):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + size, "right")))
        yield texts.slice(start, stop - start)
        start = stop


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


def guarded(car: SideCar, settings: Settings, code: str, texts: pa.Array | pa.Table, worker: Worker) -> pa.Table:
    """The side-car's rows and a column `stage_error`, null but for texts on which the computation raises.

    Such a text has null in the other columns, and `admit` ends it: one bad document costs itself.
    """
    try:
        table = car.compute(settings, code, texts, worker)
        return table.append_column(STAGE_ERROR, pa.nulls(len(texts), pa.large_string()))
    except (KeyboardInterrupt, SystemExit, MemoryError, UserError):
        raise
    except Exception as error:
        if len(texts) == 1:
            empty = car.compute(settings, code, texts.slice(0, 0), worker)
            row = [pa.nulls(1, field.type) for field in empty.schema]
            said = pa.array([f"{type(error).__name__}: {error}"[:500]], pa.large_string())
            return pa.Table.from_arrays([*row, said], names=[*empty.column_names, STAGE_ERROR])
        middle = len(texts) // 2
        halves = (texts.slice(0, middle), texts.slice(middle))
        return pa.concat_tables([guarded(car, settings, code, half, worker) for half in halves])


def _signals(settings: Settings, code: str, texts: pa.Array, worker: Worker) -> pa.Table:
    from corpusforge.text.statistics import statistics

    split = segmenter_of(settings, code, worker)
    words = last_words(worker).of(texts, split)
    plain = _plain(split, words, texts) if "evidence" in settings.on_demand else None
    table = statistics(texts, words, settings.language(code).stop_words, plain)
    if "c4" in settings.on_demand:
        from corpusforge.text.c4 import c4_statistics

        found = c4_statistics(texts, getattr(split, "sentences", None))
        for name in found.column_names:
            table = table.append_column(name, found[name])
    return table


def _plain(split: Segmenter, words: Words, texts: pa.Array) -> Words:
    """Words of which punctuation is no part: the reference's splitters leave some."""
    from corpusforge.text.segment import REFERENCE, UnicodeSegmenter

    return UnicodeSegmenter().words(texts) if split.name == REFERENCE else words


def _signature(settings: Settings, code: str, texts: pa.Array, worker: Worker) -> pa.Table:
    from corpusforge.dedup.signature import Sketch

    options = settings.dataset.options("signature")
    split = segmenter_of(settings, code, worker)
    sketch = worker.opened(
        ("sketch", options), lambda: Sketch(options.kind_, options.bands, options.rows, options.words)
    )
    words = last_words(worker).of(texts, split) if sketch.takes_own_words else None
    return pa.table({"signature": sketch.signatures(texts, split, words)})


def _precision(settings: Settings, code: str, rows: pa.Table, worker: Worker) -> pa.Table:
    from corpusforge.stages.precision import precision
    from corpusforge.stages.precision_lists import word_list

    options = settings.dataset.options("precision")
    known = worker.opened(("precision", options, code), lambda: word_list(options.lists, code))
    texts, urls = rows["text"].combine_chunks(), rows["url"].to_pylist()
    split = segmenter_of(settings, code, worker)
    return precision(texts, urls, split, settings.language(code), known, options.above)


def _identity(settings: Settings, code: str, rows: pa.Table, worker: Worker) -> pa.Table:
    from corpusforge.dedup.identity import identities

    options = settings.dataset.options("exact")
    return identities(rows["text"].to_pylist(), rows["url"].to_pylist(), options.tracking)


def _lines(settings: Settings, code: str, rows: pa.Table, worker: Worker) -> pa.Table:
    """host: hash of the URL's host, null without one; lines: hashes of the text's different long lines, in order of size."""
    from corpusforge.dedup.line_identity import distinct_lines
    from corpusforge.dedup.normal_url import host_of

    options = settings.dataset.options("lines")
    hosts = [host_of(url) for url in rows["url"].to_pylist()]
    numbers = [
        None if host is None else xxhash.xxh3_64_intdigest(host.encode("utf-8", "surrogatepass")) for host in hosts
    ]
    return pa.table({"host": pa.array(numbers, pa.uint64()), "lines": distinct_lines(rows["text"], options.min_chars)})


def segmenter_of(settings: Settings, code: str, worker: Worker) -> Segmenter:
    """What cuts a language's texts into words."""
    from corpusforge.text.segment import REFERENCE, segmenter

    use = settings.language(code).segmenter
    name = ("segmenter", use, code if use == REFERENCE else "")
    split: Segmenter = worker.opened(name, lambda: segmenter(use, code))
    return split


class LastWords:
    """The words of the texts that were cut last, so that side-cars that are given the same column cut it once."""

    def __init__(self) -> None:
        self._cut: tuple[pa.Array, Segmenter, Words] | None = None

    def of(self, texts: pa.Array, split: Segmenter) -> Words:
        """The words of texts."""
        if self._cut is None or self._cut[0] is not texts or self._cut[1] is not split:
            self.forget()
            self._cut = (texts, split, split.words(texts))
        return self._cut[2]

    def forget(self) -> None:
        """Give the memory back."""
        self._cut = None


def last_words(worker: Worker) -> LastWords:
    """Those of a worker."""
    found: LastWords = worker.opened("last words", LastWords)
    return found


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
