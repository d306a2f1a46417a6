"""What cleaning changed in the kept documents of a language."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
import pyarrow.compute as pc

from corpusforge.report.interval import share
from corpusforge.report.population import Population
from corpusforge.stored_run import StoredRun


def cleaning_figures(run: StoredRun, code: str, people: Population) -> dict[str, Any] | None:
    """Edits, documents with any, bytes that they take out and put in; None where the recipe does not clean."""
    if "clean" not in run.settings.dataset.stages:
        return None
    edits = documents = taken = put = 0
    for piece in run.pieces(code):
        table = run.edits(piece.unit, piece.documents)
        if table is None:
            continue
        rows = table["row"]
        inside = table.filter(pc.and_(pc.greater_equal(rows, piece.start), pc.less(rows, piece.start + piece.rows)))
        edits += inside.num_rows
        documents += pc.count_distinct(inside["row"]).as_py()
        taken += pc.sum(pc.subtract(inside["byte_end"], inside["byte_start"])).as_py() or 0
        put += pc.sum(pc.binary_length(inside["replacement"])).as_py() or 0
    cleaned = people.frame.filter(pl.col("phase").is_in(["clean", "write"])).height
    return {
        "steps": list(run.settings.dataset.options("clean").steps),
        "documents": cleaned,
        "edited": documents,
        "edited_share": share(documents, cleaned),
        "edits": edits,
        "bytes_out": taken,
        "bytes_in": put,
    }


def line_figures(people: Population) -> dict[str, Any] | None:
    """Lines taken out of texts because other documents repeat them; None where the recipe does not look for them."""
    if "boilerplate_lines" not in people.frame.columns:
        return None
    counts = people.frame["boilerplate_lines"].drop_nulls()
    trimmed = int((counts > 0).sum())
    return {"documents": trimmed, "share": share(trimmed, people.frame.height), "lines": int(counts.sum())}


def edit_counts(run: StoredRun) -> dict[str, int]:
    """Documents that each step of cleaning changed, over all languages, as the receipts say."""
    counts: Counter[str] = Counter()
    for receipt in run.of_phase("clean"):
        for steps in receipt.notes["edits"].values():
            counts.update(steps)
    return dict(sorted(counts.items()))
