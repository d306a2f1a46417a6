"""Where the documents of one language stand: pieces of units' files, in order of input name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from corpusforge.io.storage import Storage
from corpusforge.layers import read_batches, read_rows, side_car
from corpusforge.phases.through_edits import through_edits
from corpusforge.receipt import Receipt

LINE_EDITS = "edits/lines@1"  # edits that were made before anything was computed of the text
BOILERPLATE = "signals/boilerplate@1"  # how much of each text they take out


@dataclass(frozen=True)
class Piece:
    """Consecutive rows of one documents file and of the side-cars beside it."""

    unit: str
    documents: str
    start: int
    rows: int
    side_cars: tuple[tuple[str, str], ...]  # (layer, path)

    def path(self, layer: str) -> str:
        """File of a layer: `documents`, or a side-car."""
        return self.documents if layer == "documents" else dict(self.side_cars)[layer]

    def has(self, layer: str) -> bool:
        """Whether the documents have a side-car of this layer."""
        return any(name == layer for name, _ in self.side_cars)

    def read(self, storage: Storage, layer: str, columns: list[str] | None = None) -> pa.Table:
        """The piece's rows in a layer."""
        return read_rows(storage, self.path(layer), self.start, self.rows, columns)

    def batches(self, storage: Storage, layer: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """The piece's rows in a layer, about 8 MiB at a time."""
        return read_batches(storage, self.path(layer), self.start, self.rows, columns)

    def texts(self, storage: Storage, columns: list[str] | None = None, *edits: pa.Table) -> Iterator[pa.Table]:
        """The piece's documents, texts read through the edits of lines, if there are any, and then through `edits`."""
        early = [read_rows(storage, self.path(LINE_EDITS))] if self.has(LINE_EDITS) else []
        return through_edits(self.batches(storage, "documents", columns), self.start, *early, *edits)


def pieces_of(receipts: list[Receipt], code: str) -> tuple[Piece, ...]:
    """Pieces of a language-script in ingest receipts that are already in order of input name."""
    return tuple(
        Piece(
            receipt.unit,
            piece.file,
            piece.start,
            piece.rows,
            tuple((layer, side_car(receipt, layer, piece.file)) for layer in receipt.files if "/" in layer),
        )
        for receipt in receipts
        for piece in receipt.slices
        if piece.language == code
    )


def rows_by_unit(storage: Storage, paths: tuple[str, ...], columns: list[str]) -> dict[str, pa.Table]:
    """Rows of files that have a column `unit`, by unit: what a piece looks up must not grow with the number of pieces."""
    import polars as pl

    if not paths:
        return {}
    frame = pl.DataFrame(pa.concat_tables([read_rows(storage, path, columns=["unit", *columns]) for path in paths]))
    return {
        str(unit): rows.select(columns).to_arrow() for (unit,), rows in frame.partition_by("unit", as_dict=True).items()
    }


def ended_keys(storage: Storage, fates: tuple[str, ...], unit: str | None = None) -> set[str]:
    """Keys of rows that ended in the given fates files, of all units or of one."""
    import pyarrow.compute as pc

    keys: set[str] = set()
    for path in fates:
        table = read_rows(storage, path, columns=["key", "unit"])
        if unit is not None:
            table = table.filter(pc.equal(table["unit"], unit))
        keys.update(table["key"].to_pylist())
    return keys
