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
from corpusforge.phases.ingest import FETCHED
from corpusforge.plan.planner import plan
from corpusforge.receipt import File, Receipt
from corpusforge.stored_run import StoredRun

PRUNED = "pruned"


def prune(url: str, dry_run: bool = False) -> dict[str, Any]:
    """Replace the text of every document that is not in the corpus by an empty string, and drop what was fetched.

    Afterwards thresholds can still be re-tried with `whatif`; a run that needs the text reads the inputs again. Returns
    documents and bytes freed. Raises UserError for a run that is not finished.
    """
    run = StoredRun(url)
    if not dry_run:
        run.directory.claim(run.settings)
    try:
        inputs = all_inputs(run.settings, run.storage).inputs
        graph = plan(run.settings, inputs, run.receipts, run.directory.present())
        if graph.stale():
            raise UserError(f"{url}: {len(graph.stale()):,} units are still to do; finish the run before pruning it")
        kept = _kept(run)
        freed = {"run": url, "documents": 0, "text_bytes": 0, "fetched_bytes": 0}
        pruned = [_unit(run, receipt, kept, freed, dry_run) for receipt in run.of_phase("ingest")]
        if not dry_run:
            ledger = Ledger(run.storage)
            for receipt in pruned:
                ledger.append(receipt)
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


def _unit(run: StoredRun, receipt: Receipt, kept: pa.Array, freed: dict[str, Any], dry_run: bool) -> Receipt:
    """Write a unit's documents files anew, under another name, so that a crash leaves either the old or the new ones."""
    files: list[File] = []
    names: dict[str, str] = {}
    for file in receipt.files["documents"]:
        table = read_rows(run.storage, file.path)
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
    slices = [replace(piece, file=names[piece.file]) for piece in receipt.slices]
    notes = {**receipt.notes, PRUNED: True}
    layers = {layer: known for layer, known in receipt.files.items() if layer != FETCHED}
    freed["fetched_bytes"] += sum(file.bytes for file in receipt.files.get(FETCHED, ()))
    return replace(receipt, files={**layers, "documents": files}, slices=slices, notes=notes)
