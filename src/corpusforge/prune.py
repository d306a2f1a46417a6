"""Prune: delete the stored text of documents that were not kept. Signals, fates and keys stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.crawl.inputs import all_inputs
from corpusforge.errors import UserError
from corpusforge.layers import commit_table, read_rows
from corpusforge.ledger import Ledger
from corpusforge.phases.decisions import PRUNED, TEXT_NEEDED
from corpusforge.phases.ingest import FETCHED
from corpusforge.phases.near_duplicates.step import BETWEEN
from corpusforge.plan.planner import plan
from corpusforge.receipt import File, Receipt
from corpusforge.stored_run import StoredRun
from corpusforge.versions import Versions, first_seen

_KEYS = documents.DOCUMENTS.empty_table().select(["key"]).schema


def prune(url: str, dry_run: bool = False) -> dict[str, Any]:
    """Replace the text of every document that is not in the corpus by an empty string; drop what was fetched, and what only
    steps of finding near-duplicates handed to each other.

    Afterwards thresholds can still be re-tried with `whatif`; a run that needs the text reads the inputs again. Returns
    documents and bytes freed. Raises UserError for a run that is not finished.
    """
    run = StoredRun(url)
    if not dry_run:
        run.directory.claim(run.settings)
    try:
        inputs = run.directory.with_earlier(run.settings, all_inputs(run.settings, run.storage).inputs)
        graph = plan(
            run.settings,
            inputs,
            run.receipts,
            run.directory.present(),
            seen=first_seen(run.settings, Versions(run.storage)),
        )
        if graph.stale():
            raise UserError(f"{url}: {len(graph.stale()):,} units are still to do; finish the run before pruning it")
        kept = _kept(run)
        between = [receipt for phase in BETWEEN for receipt in run.of_phase(phase)]
        exchanged = sum(file.bytes for receipt in between for files in receipt.files.values() for file in files)
        freed = {"run": url, "documents": 0, "text_bytes": 0, "fetched_bytes": 0, "exchanged_bytes": exchanged}
        pruned = [_unit(run, receipt, kept, freed, dry_run) for receipt in run.of_phase("ingest")]
        if not dry_run:
            ledger = Ledger(run.storage)
            for receipt in [*pruned, *_settled(run)]:
                ledger.append(receipt)
            for receipt in between:
                ledger.forget(receipt.phase, receipt.unit)
            ledger.compact()
            run.directory.sweep(path for receipt in ledger.receipts.values() for path in receipt.paths)
        return freed
    finally:
        run.directory.release()


def _kept(run: StoredRun) -> pa.Array:
    keys = [
        run.fates(code).filter(pl.col("fate") == documents.KEPT)["key"].to_arrow().cast(pa.large_string())
        for code in run.codes
    ]
    return pa.concat_arrays(keys) if keys else pa.array([], pa.large_string())


def _settled(run: StoredRun) -> list[Receipt]:
    """Receipts of decisions that once asked for text: it was there when it was pruned now."""
    asked = [receipt for receipt in run.of_phase("decide") if TEXT_NEEDED in receipt.notes]
    return [
        replace(receipt, notes={name: note for name, note in receipt.notes.items() if name != TEXT_NEEDED})
        for receipt in asked
    ]


def _unit(run: StoredRun, receipt: Receipt, kept: pa.Array, freed: dict[str, Any], dry_run: bool) -> Receipt:
    """Write a unit's documents files anew, under another name, so that a crash leaves either the old or the new ones."""
    files: list[File] = []
    names: dict[str, str] = {}
    lost: list[pa.Table] = []
    for file in receipt.files["documents"]:
        table = read_rows(run.storage, file.path)
        lost.append(table.filter(pc.invert(pc.is_in(table["key"], kept))).select(["key"]))
        gone = pc.and_(pc.invert(pc.is_in(table["key"], kept)), pc.greater(pc.binary_length(table["text"]), 0))
        freed["documents"] += pc.sum(gone).as_py() or 0
        freed["text_bytes"] += pc.sum(pc.binary_length(table["text"].filter(gone))).as_py() or 0
        if dry_run or PRUNED in file.path:
            files.append(file)
            names[file.path] = file.path
            continue
        text = pc.if_else(gone, pa.scalar("", pa.large_string()), table["text"])
        field = documents.DOCUMENTS.field("text")
        table = table.set_column(table.schema.get_field_index("text"), field, text)
        names[file.path] = file.path.replace(".parquet", f".{PRUNED}.parquet")
        starts = [piece.start for piece in receipt.slices if piece.file == file.path]
        files.append(commit_table(run.storage, names[file.path], table, starts))
    freed["fetched_bytes"] += sum(file.bytes for file in receipt.files.get(FETCHED, ()))
    if dry_run:
        return receipt
    gone_keys = pa.concat_tables([_KEYS.empty_table(), *lost])
    written = [commit_table(run.storage, f"documents/{receipt.unit}-keys.{PRUNED}.parquet", gone_keys)]
    slices = [replace(piece, file=names[piece.file]) for piece in receipt.slices]
    layers = {layer: known for layer, known in receipt.files.items() if layer != FETCHED}
    return replace(receipt, files={**layers, "documents": files, PRUNED: written}, slices=slices)
