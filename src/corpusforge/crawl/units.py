"""Units of a selection: ranges of consecutive WARC files, bounded by bytes, each an input of its own."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import xxhash

from corpusforge.crawl.request import CrawlRequest
from corpusforge.crawl.selection import Selection
from corpusforge.io.inputs import Input
from corpusforge.io.storage import Storage
from corpusforge.layers import read_batches

FORMAT = "ranges"
UNIT_BYTES = 32 << 20  # as fetched
UNIT_RECORDS = 5_000


@dataclass(frozen=True)
class RangeInput(Input):
    """Rows [start, stop) of a selection of the run at `run`: the records that are fetched from `root`."""

    run: str = ""
    selection: str = ""
    start: int = 0
    stop: int = 0
    root: str = ""
    connections: int = 1


def input_name(warc_filename: str) -> str:
    """The name that a WARC file of a crawl has when the folder of the crawl is read whole: what keys are made of."""
    return warc_filename.removeprefix("crawl-data/")


def units(storage: Storage, selection: Selection, request: CrawlRequest) -> list[RangeInput]:
    """The units of a selection, in order of place. They depend on the selection alone."""
    found: list[RangeInput] = []
    start = at = size = 0
    hasher = xxhash.xxh3_128()

    def close() -> None:
        nonlocal start, size, hasher
        number = len(found)
        found.append(
            RangeInput(
                name=f"{selection.crawl}/ranges/{number:05d}",
                url=f"{storage.join(selection.path)}#{start}-{at}",
                format=FORMAT,
                compression="gzip",
                size=size,
                identity=f"{size}+{hasher.hexdigest()}",
                run=storage.url,
                selection=selection.path,
                start=start,
                stop=at,
                root=request.root,
                connections=request.connections,
            )
        )
        start, size, hasher = at, 0, xxhash.xxh3_128()

    columns = ["warc_filename", "offset", "length", "digest"]
    for table in read_batches(storage, selection.path, columns=columns):
        for name, offset, length, digest in _rows(table.select(columns)):
            if at > start and (size + length > UNIT_BYTES or at - start >= UNIT_RECORDS):
                close()
            hasher.update(f"{name}\0{offset}\0{length}\0{digest or ''}\n".encode())
            size += length
            at += 1
    if at > start:
        close()
    return found


def _rows(table: pa.Table) -> zip[tuple[str, int, int, str | None]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)
