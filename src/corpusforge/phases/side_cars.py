"""Side-cars of documents: statistics and signatures, row for row beside the text, one key per language.

When only a language's configuration changed, its rows are computed again from `documents/` and the others are copied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import xxhash

from corpusforge.errors import UserError
from corpusforge.hashing import work_key
from corpusforge.phases.depends import (
    Parts,
    identity_parts,
    lines_parts,
    precision_parts,
    signals_parts,
    signature_parts,
)
from corpusforge.phases.portions import last_words, segmenter_of
from corpusforge.phases.task import Worker
from corpusforge.settings import Settings

if TYPE_CHECKING:
    from corpusforge.text.segment import Segmenter
    from corpusforge.text.words import Words

SIGNALS = "signals/signals@1"
SIGNATURE = "signals/signature@1"
PRECISION = "signals/precision@1"
IDENTITY = "signals/exact@1"
LINES = "signals/lines@1"
STAGE_ERROR = "stage_error"


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
