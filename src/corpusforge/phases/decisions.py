"""Admit and decide: rules over stored signals. No text is read; rows that end are written with every rule they break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.hashing import canonical
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table, read_rows
from corpusforge.phases.cluster_rows import ClusterFile, ClusterRows
from corpusforge.phases.depends import Parts
from corpusforge.phases.pieces import BOILERPLATE, Piece, ended_keys
from corpusforge.phases.side_cars import IDENTITY, LINES, PRECISION, SIGNALS, SIGNATURE, STAGE_ERROR
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt
from corpusforge.settings import Settings

PRUNED = "pruned"  # layer: keys of a unit whose text is not stored any more
TEXT_NEEDED = "text_needed"
COPY_SIGNALS = ["duplicate_text", "duplicate_url", "exact_copies"]
DOCUMENT_SIGNALS = ["key", "language_score"]
BATCH_ROWS = 50_000  # rows judged at once; of many small inputs each piece has only a few
FATE_OF_FAILURE = {
    SIGNALS: "stage_error/signals",
    SIGNATURE: "stage_error/signature",
    PRECISION: "stage_error/precision",
    IDENTITY: "stage_error/exact",
    LINES: "stage_error/lines",
}


@dataclass(frozen=True)
class Decision:
    """Evaluate the rules of `admit` or `decide` for one language: everything that breaks a `drop` rule ends here."""

    settings: Settings
    phase: str  # admit | decide
    unit: str  # the language-script
    parts: Parts
    key: str
    tag: str
    pieces: tuple[Piece, ...]
    earlier: tuple[str, ...] = ()  # fates files of earlier phases
    clusters: tuple[ClusterFile, ...] = ()
    copies: tuple[str, ...] = ()
    pruned: tuple[tuple[str, str], ...] = ()  # unit, file of the keys whose text is not stored any more

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def path(self) -> str:
        """The fates file."""
        return f"fates/{self.phase}/{self.unit}/{self.tag}.parquet"

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Write fates/<phase>/<language-script>/<tag>.parquet."""
        from corpusforge.rules.evaluate import evaluate

        rules = self.settings.dataset.options(self.phase).rules
        sets = self.settings.filter_sets(rules)
        thresholds = self.settings.thresholds(self.unit, rules)
        ended_before = pl.Series(sorted(ended_keys(storage, self.earlier)), dtype=pl.String).implode()
        clusters = ClusterRows(storage, self.clusters) if self.clusters else None
        copies = read_copies(storage, self.copies)
        ended: list[pa.Table] = [documents.FATES.empty_table()]
        fates: Counter[str] = Counter()
        tags: Counter[str] = Counter()
        read = 0
        needed: Counter[str] = Counter()
        pruned = self._pruned(storage)
        for signals in signal_batches(storage, self.pieces, clusters, copies):
            signals = signals.filter(~pl.col("key").is_in(ended_before))
            read += signals.height
            decided = evaluate(signals, sets, thresholds)
            for names in decided["tags"].to_list():
                tags.update(names)
            rows = decided.with_columns(signals["key"], signals["unit"])
            # What a stage failed on has no signals to decide by; only admit still meets it.
            rows = rows.with_columns(fate=pl.coalesce(signals[STAGE_ERROR], "fate"))
            if self.pruned and self.phase == "decide":
                needed.update(_without_text(rows.filter(pl.col("fate").is_null()), pruned))
            rows = rows.filter(pl.col("fate").is_not_null())
            fates.update(rows["fate"].to_list())
            ended.append(_table(rows))
        file = commit_table(
            storage,
            self.path,
            pa.concat_tables(ended),
            metadata={"corpusforge.thresholds": canonical(thresholds).decode()},
        )
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=self.key,
            files={f"fates/{self.phase}": [file]},
            read=read,
            fates=dict(sorted(fates.items())),
            notes={"parts": self.parts, "thresholds": thresholds, "tags": dict(sorted(tags.items()))}
            | ({TEXT_NEEDED: dict(sorted(needed.items()))} if needed else {}),
        )

    def _pruned(self, storage: Storage) -> dict[str, pl.Series]:
        own = {piece.unit for piece in self.pieces}
        return {
            unit: pl.Series(read_rows(storage, path, columns=["key"])["key"].combine_chunks())
            for unit, path in self.pruned
            if unit in own
        }


def _without_text(kept: pl.DataFrame, pruned: dict[str, pl.Series]) -> Counter[str]:
    """Kept documents whose text is not stored, by unit."""
    found: Counter[str] = Counter()
    for (unit,), rows in kept.partition_by("unit", as_dict=True).items():
        if unit in pruned:
            found[unit] = int(rows["key"].is_in(pruned[unit].implode()).sum())
    return +found


def read_copies(storage: Storage, paths: tuple[str, ...]) -> pl.DataFrame | None:
    """What is known of a language's copies by text and URL, or None where the recipe does not look for them."""
    if not paths:
        return None
    tables = [read_rows(storage, path, columns=["key", *COPY_SIGNALS]) for path in paths]
    return pl.DataFrame(pa.concat_tables(tables))


def signal_batches(
    storage: Storage, pieces: Iterable[Piece], clusters: ClusterRows | None, copies: pl.DataFrame | None = None
) -> Iterator[pl.DataFrame]:
    """Every signal of the rows of pieces, and their `unit`, many pieces at a time."""
    held: list[Piece] = []
    rows = 0
    for piece in pieces:
        held.append(piece)
        rows += piece.rows
        if rows >= BATCH_ROWS:
            yield _with_copies(_signals(storage, held, clusters), copies)
            held, rows = [], 0
    if held:
        yield _with_copies(_signals(storage, held, clusters), copies)


def _with_copies(signals: pl.DataFrame, copies: pl.DataFrame | None) -> pl.DataFrame:
    """The signals, and those of copies: a document of which none are known has no copy."""
    if copies is None:
        return signals
    joined = signals.join(copies, on="key", how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("duplicate_text", "duplicate_url").fill_null(False), pl.col("exact_copies").fill_null(1)
    )


def _signals(storage: Storage, pieces: list[Piece], clusters: ClusterRows | None) -> pl.DataFrame:
    """Every signal of the pieces' rows: statistics, language score, and `duplicate` where there are clusters."""

    def read(layer: str, columns: list[str] | None = None) -> pa.Table:
        return pa.concat_tables([piece.read(storage, layer, columns) for piece in pieces])

    columns, statistics = read("documents", DOCUMENT_SIGNALS), read(SIGNALS)
    names = pl.Series("unit", [piece.unit for piece in pieces], dtype=pl.String)
    units = names.gather(np.repeat(np.arange(len(pieces)), [piece.rows for piece in pieces]))
    failed = {SIGNALS: statistics.column(STAGE_ERROR)}
    if pieces[0].has(SIGNATURE):
        failed[SIGNATURE] = read(SIGNATURE, [STAGE_ERROR]).column(STAGE_ERROR)
    parts = [pl.DataFrame(columns), pl.DataFrame(statistics.drop_columns([STAGE_ERROR]))]
    if pieces[0].has(PRECISION):
        evidence = read(PRECISION)
        failed[PRECISION] = evidence.column(STAGE_ERROR)
        parts.append(pl.DataFrame(evidence.drop_columns([STAGE_ERROR])))
    for layer in (IDENTITY, LINES):
        if pieces[0].has(layer):
            failed[layer] = read(layer, [STAGE_ERROR]).column(STAGE_ERROR)
    if pieces[0].has(BOILERPLATE):
        parts.append(pl.DataFrame(read(BOILERPLATE)))
    fates = [
        pl.when(pl.Series(pc.is_valid(column))).then(pl.lit(FATE_OF_FAILURE[layer])) for layer, column in failed.items()
    ]
    frame = pl.concat(parts, how="horizontal")
    frame = frame.with_columns(pl.coalesce(fates).alias(STAGE_ERROR))
    if clusters is None:
        return frame.with_columns(units, duplicate=pl.lit(False), minhash_cluster_size=pl.lit(None, pl.Int64))
    found = clusters.of({piece.unit for piece in pieces})
    joined = frame.join(found, on="key", how="left", maintain_order="left")
    duplicate = (~pl.col("kept")).fill_null(False)
    return joined.with_columns(units, duplicate=duplicate).drop("kept").rename({"size": "minhash_cluster_size"})


def _table(rows: pl.DataFrame) -> pa.Table:
    return rows.select(documents.FATES.names).to_arrow().cast(documents.FATES)
