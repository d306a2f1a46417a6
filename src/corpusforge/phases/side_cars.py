"""Side-cars of documents: statistics and signatures, row for row beside the text, one key per language.

When only a language's configuration changed, its rows are computed again from `documents/` and the others are copied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from corpusforge.errors import UserError
from corpusforge.hashing import work_key
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table, read_row_groups, read_rows
from corpusforge.phases.depends import Parts, signals_parts, signature_parts
from corpusforge.phases.task import Worker
from corpusforge.receipt import File, Receipt, Slice
from corpusforge.settings import Settings

if TYPE_CHECKING:
    from corpusforge.text.segment import Segmenter

SIGNALS = "signals/signals@1"
SIGNATURE = "signals/signature@1"
STAGE_ERROR = "stage_error"


@dataclass(frozen=True)
class SideCar:
    """A layer beside `documents/`: what a language's rows depend on, and how they are computed from texts."""

    layer: str
    parts: Callable[[Settings, str], Parts]
    compute: Callable[[Settings, str, pa.Array, Worker], pa.Table]

    def key(self, settings: Settings, code: str, documents_key: str) -> str:
        """Key of the rows of one language-script of a unit."""
        return work_key(self.layer, documents_key, self.parts(settings, code))


def side_cars(settings: Settings) -> list[SideCar]:
    """The side-cars that the recipe asks for."""
    listed = [SideCar(SIGNALS, signals_parts, _signals)]
    if "signature" in settings.dataset.stages:
        listed.append(SideCar(SIGNATURE, signature_parts, _signature))
    return listed


def write_side_cars(
    storage: Storage,
    settings: Settings,
    worker: Worker,
    unit: str,
    documents_key: str,
    files: list[File],
    slices: list[Slice],
    wanted: list[SideCar],
    old: Receipt | None = None,
) -> tuple[dict[str, list[File]], dict[str, str]]:
    """Write the side-cars of a unit's documents files; rows whose key an `old` receipt vouches for are copied.

    Returns the files by layer, and the keys by `layer/language-script`.
    """
    codes = sorted({piece.language for piece in slices})
    written: dict[str, list[File]] = {}
    keys: dict[str, str] = {}
    for car in wanted:
        fresh = {code: car.key(settings, code, documents_key) for code in codes}
        keys.update({f"{car.layer}/{code}": key for code, key in fresh.items()})
        # The tag leaves the input out, so it hashes configurations, not keys.
        tag = work_key(car.layer, {code: car.parts(settings, code) for code in codes})[:8]
        written[car.layer] = []
        for index, file in enumerate(files):
            pieces = [piece for piece in slices if piece.file == file.path]
            tables = [_rows(storage, settings, worker, car, piece, index, fresh, old) for piece in pieces]
            path = f"{car.layer}/{unit}-{tag}-{index}.parquet"
            starts = [piece.start for piece in pieces]
            written[car.layer].append(commit_table(storage, path, pa.concat_tables(tables), starts))
    return written, keys


def _rows(
    storage: Storage,
    settings: Settings,
    worker: Worker,
    car: SideCar,
    piece: Slice,
    index: int,
    fresh: dict[str, str],
    old: Receipt | None,
) -> pa.Table:
    """A slice's rows: copied where the old key is still right, else computed from the text."""
    if old is not None and old.layer_keys.get(f"{car.layer}/{piece.language}") == fresh[piece.language]:
        return read_rows(storage, old.files[car.layer][index].path, piece.start, piece.rows)
    parts = [
        guarded(car, settings, piece.language, table["text"].combine_chunks(), worker)
        for table in read_row_groups(storage, piece.file, piece.start, piece.rows, ["text"])
    ]
    return pa.concat_tables(parts)


def guarded(car: SideCar, settings: Settings, code: str, texts: pa.Array, worker: Worker) -> pa.Table:
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

    split = _segmenter(settings, code, worker)
    table = statistics(texts, split.words(texts), settings.language(code).stop_words)
    if settings.c4:
        from corpusforge.text.c4 import c4_statistics

        found = c4_statistics(texts, getattr(split, "sentences", None))
        for name in found.column_names:
            table = table.append_column(name, found[name])
    return table


def _signature(settings: Settings, code: str, texts: pa.Array, worker: Worker) -> pa.Table:
    from corpusforge.dedup.signature import Sketch

    options = settings.dataset.options("signature")
    split = _segmenter(settings, code, worker)
    sketch = worker.opened(
        ("sketch", options), lambda: Sketch(options.kind_, options.bands, options.rows, options.words)
    )
    return pa.table({"signature": sketch.signatures(texts, split)})


def _segmenter(settings: Settings, code: str, worker: Worker) -> Segmenter:
    from corpusforge.text.segment import REFERENCE, segmenter

    use = settings.language(code).segmenter
    name = ("segmenter", use, code if use == REFERENCE else "")
    split: Segmenter = worker.opened(name, lambda: segmenter(use, code))
    return split


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
            self.old.key,
            self.old.files["documents"],
            self.old.slices,
            side_cars(self.settings),
            self.old,
        )
        kept = {layer: self.old.files[layer] for layer in ("records", "documents")}
        return replace(self.old, files={**kept, **files}, layer_keys=keys)
