"""A finished (or half finished) run, as its readers see it: receipts first, files only through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.io.storage import Storage
from corpusforge.layers import read_batches, read_rows
from corpusforge.ledger import Ledger
from corpusforge.phases.clean import EDITS
from corpusforge.phases.cluster_rows import ClusterFile, ClusterRows
from corpusforge.phases.decisions import COPY_SIGNALS, signal_batches
from corpusforge.phases.near_duplicates.step import NOTES
from corpusforge.phases.pieces import LINE_EDITS, Piece, pieces_of
from corpusforge.phases.trim import trimmed
from corpusforge.receipt import Receipt
from corpusforge.run_directory import RunDirectory
from corpusforge.settings import Settings


class StoredRun:
    """Reads what a run wrote. Nothing here changes a run."""

    def __init__(self, url: str) -> None:
        self.directory = RunDirectory(url)
        self.description = self.directory.description()
        self.storage: Storage = self.directory.storage
        self.receipts = Ledger(self.storage).receipts

    @cached_property
    def settings(self) -> Settings:
        """The settings that the run was last driven with."""
        return self.directory.settings()

    def of_phase(self, phase: str) -> list[Receipt]:
        """Receipts of a phase; those of ingest in order of input name, others in order of unit."""
        return self._by_phase.get(phase, [])

    @cached_property
    def _by_phase(self) -> dict[str, list[Receipt]]:
        """Sorted once: readers ask for every language."""
        found: dict[str, list[Receipt]] = {}
        for (phase, _), receipt in sorted(self.receipts.items()):
            found.setdefault(phase, []).append(receipt)
        found.get("ingest", []).sort(key=lambda receipt: receipt.inputs[0]["name"])
        return found

    @cached_property
    def codes(self) -> list[str]:
        """Language-scripts that have documents."""
        return sorted({code for receipt in self.of_phase("ingest") for code in receipt.languages()})

    def records(self, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """Tables of records/, in order of input name and position."""
        for receipt in self.of_phase("ingest"):
            for file in receipt.files["records"]:
                yield from read_batches(self.storage, file.path, columns=columns)

    @cached_property
    def units(self) -> list[Receipt]:
        """Receipts of ingest, in order of input name, with the layers that `trim` added to them."""
        return [trimmed(receipt, self.receipts.get(("trim", receipt.unit))) for receipt in self.of_phase("ingest")]

    def pieces(self, code: str) -> tuple[Piece, ...]:
        """Where the documents of a language stand."""
        return pieces_of(self.units, code)

    def clusters(self, code: str) -> pl.DataFrame | None:
        """Cluster rows of a language (key, unit, cluster, size, kept, twin, similarity), or None without deduplication."""
        found = self.clustered(code)
        if not found:
            return None
        return pl.concat([self._frame(receipt, "clusters", documents.CLUSTERS) for receipt in found])

    def clustered(self, code: str) -> list[Receipt]:
        """Receipts of a language's clusters: one, or one for each group of a large language."""
        found = self.of_phase("deduplicate")
        return [receipt for receipt in found if receipt.unit == code or receipt.unit.startswith(f"{code}/")]

    def deduplicated(self, code: str) -> Counter[str]:
        """What deduplication counted in a language: comparisons, buckets that were cut finer, and such."""
        total: Counter[str] = Counter()
        for phase in ("candidates", "compare", "deduplicate"):
            for receipt in self.of_phase(phase):
                if receipt.unit == code or receipt.unit.startswith(f"{code}/"):
                    total.update(receipt.notes.get(NOTES, {}))
        return total

    def copies(self, code: str) -> pl.DataFrame | None:
        """Copies of a language by text and URL, and what they copy (`documents.COPIES`), or None without stage `exact`."""
        receipt = self.receipts.get(("exact", code))
        return None if receipt is None else self._frame(receipt, "copies", documents.COPIES)

    def signals(self, code: str) -> pl.DataFrame:
        """Every stored signal of a language's documents, one row per document, with `key` and `unit`."""
        pieces = self.pieces(code)
        units = frozenset(piece.unit for piece in pieces)
        files = [file.path for receipt in self.clustered(code) for file in receipt.files["clusters"]]
        clusters = ClusterRows(self.storage, tuple(ClusterFile(path, units) for path in files)) if files else None
        copies = self.copies(code)
        known = None if copies is None else copies.select("key", *COPY_SIGNALS)
        frames = list(signal_batches(self.storage, pieces, clusters, known))
        return pl.concat(frames) if frames else pl.DataFrame({"key": []}, schema={"key": pl.String})

    def fates(self, code: str) -> pl.DataFrame:
        """Fate of every document of a language: (key, phase, fate, broken, not_evaluated); `kept` for the corpus.

        A document whose fate is not decided yet (the run is not finished) has a null fate.
        """
        frames = []
        for phase in ("admit", "decide"):
            receipt = self.receipts.get((phase, code))
            if receipt is not None:
                frames.append(self._frame(receipt, f"fates/{phase}", documents.FATES).with_columns(phase=pl.lit(phase)))
        keys = self.keys(code)
        frames.append(self._cleaned.join(keys, on="key", how="semi"))
        columns = ["key", "phase", "fate", "broken", "not_evaluated"]
        empty = pl.DataFrame(pl.from_arrow(documents.FATES.empty_table())).with_columns(phase=pl.lit("", pl.String))
        ended = pl.concat([frame.select(columns) for frame in [empty, *frames]])
        joined = keys.join(ended, on="key", how="left", maintain_order="left")
        if ("write", code) not in self.receipts:
            return joined.select(columns)
        left = pl.col("fate").is_null()
        return joined.with_columns(
            phase=pl.when(left).then(pl.lit("write")).otherwise("phase"),
            fate=pl.when(left).then(pl.lit(documents.KEPT)).otherwise("fate"),
        ).select(columns)

    @cached_property
    def _cleaned(self) -> pl.DataFrame:
        """Fates of the clean phase, of all units."""
        empty = _frame(documents.FATES.empty_table())
        frames = [self._frame(receipt, "fates/clean", documents.FATES) for receipt in self.of_phase("clean")]
        return pl.concat([empty, *frames]).with_columns(phase=pl.lit("clean"))

    def keys(self, code: str) -> pl.DataFrame:
        """Keys of a language's documents, in order of input and position."""
        tables = [piece.read(self.storage, "documents", ["key"]) for piece in self.pieces(code)]
        return _frame(pa.concat_tables([documents.DOCUMENTS.empty_table().select(["key"]), *tables]))

    def texts(self, code: str, keys: set[str] | None = None) -> Iterator[pa.Table]:
        """Documents of a language (those of `keys`, or all): every column, text as it was judged, a row group at a time."""
        wanted = None if keys is None else pa.array(sorted(keys), pa.large_string())
        for piece in self.pieces(code):
            if (
                wanted is not None
                and not pc.any(pc.is_in(piece.read(self.storage, "documents", ["key"])["key"], wanted)).as_py()
            ):
                continue
            for table in piece.texts(self.storage):
                chosen = table if wanted is None else table.filter(pc.is_in(table["key"], wanted))
                if chosen.num_rows:
                    yield chosen

    def boilerplate(self, code: str, key: str) -> list[str]:
        """Lines that were taken out of a document before it was judged, as they stood in it."""
        for piece in self.pieces(code) if "lines" in self.settings.dataset.stages else ():
            if not piece.has(LINE_EDITS):
                continue
            place = pc.index(piece.read(self.storage, "documents", ["key"])["key"], key).as_py()
            if place >= 0:
                row = piece.start + place
                edits = read_rows(self.storage, piece.path(LINE_EDITS))
                spans = edits.filter(pc.equal(edits["row"], row)).select(["byte_start", "byte_end"]).to_pylist()
                text = read_rows(self.storage, piece.documents, row, 1, ["text"])["text"][0].as_py().encode()
                taken = (text[span["byte_start"] : span["byte_end"]].decode() for span in spans)
                return [line for part in taken for line in part.split("\n") if line.strip()]
        return []

    def edits(self, unit: str, documents_file: str) -> pa.Table | None:
        """Edits that go with a documents file, or None where nothing was cleaned."""
        receipt = self.receipts.get(("clean", unit))
        ingest = self.receipts[("ingest", unit)]
        if receipt is None:
            return None
        index = [file.path for file in ingest.files["documents"]].index(documents_file)
        return read_rows(self.storage, receipt.files[EDITS][index].path)

    def _frame(self, receipt: Receipt, layer: str, schema: pa.Schema) -> pl.DataFrame:
        tables = [read_rows(self.storage, file.path) for file in receipt.files[layer]]
        return _frame(pa.concat_tables([schema.empty_table(), *tables]))


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()
