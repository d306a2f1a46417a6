"""Export: the records of a fate, with their text. Removed text is a view, not a second copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.crawl.inputs import all_inputs
from corpusforge.errors import UserError, nearest
from corpusforge.io.inputs import Input
from corpusforge.layers import read_batches
from corpusforge.phases.ingest import Ingest
from corpusforge.phases.task import Worker
from corpusforge.stored_run import StoredRun

REMOVED = "removed"


def export(
    url: str, fate: str, languages: tuple[str, ...] = (), text_of_inputs: bool = True
) -> Iterator[dict[str, Any]]:
    """Records whose fate is `fate` (a fate, a filter set's name, `kept`, or `removed`: every document not kept).

    Documents come with the text that was extracted. Records that ended at ingest have no stored text: those that could
    have some are read again from the inputs. Raises UserError for a fate that no record has.
    """
    run = StoredRun(url)
    there = _fates(run)
    if fate != REMOVED and not any(_matches(one, fate) for one in there):
        known = [*there, REMOVED]
        raise UserError(f"{url}: no record has the fate '{fate}'{nearest(fate, known)}; there are: {', '.join(known)}")
    return _export(run, fate, languages, text_of_inputs)


def _export(run: StoredRun, fate: str, languages: tuple[str, ...], text_of_inputs: bool) -> Iterator[dict[str, Any]]:
    if fate == documents.KEPT:
        yield from _kept(run, languages)
        return
    for code in run.codes:
        if not languages or code in languages:
            yield from _ended(run, code, fate)
    if fate != REMOVED:
        yield from _at_ingest(run, fate, languages, text_of_inputs)


def _fates(run: StoredRun) -> list[str]:
    return sorted({fate for receipt in run.receipts.values() for fate in receipt.fates})


def _matches(fate: str, wanted: str) -> bool:
    return fate == wanted or fate.startswith(f"{wanted}/")


def _kept(run: StoredRun, languages: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for receipt in run.of_phase("write"):
        if not languages or receipt.unit in languages:
            for file in receipt.files["data"]:
                for table in read_batches(run.storage, file.path):
                    yield from ({"fate": documents.KEPT, **row} for row in table.to_pylist())


def _ended(run: StoredRun, code: str, fate: str) -> Iterator[dict[str, Any]]:
    fates = run.fates(code).filter(pl.col("fate").is_not_null() & (pl.col("fate") != documents.KEPT))
    if fate != REMOVED:
        fates = fates.filter((pl.col("fate") == fate) | pl.col("fate").str.starts_with(f"{fate}/"))
    by_key = {row["key"]: row for row in fates.to_dicts()}
    clusters = run.clusters(code)
    twins = {} if clusters is None else {row["key"]: row for row in clusters.filter(~pl.col("kept")).to_dicts()}
    copies = run.copies(code)
    if copies is not None:
        twins |= {row["key"]: row for row in _exact_twins(copies)}
    if not by_key:
        return
    for table in run.texts(code, set(by_key)):
        for row in table.to_pylist():
            ended, twin = by_key[row["key"]], twins.get(row["key"], {})
            yield {
                "fate": ended["fate"],
                "broken": ended["broken"],
                "twin": twin.get("twin"),
                "similarity": twin.get("similarity"),
                **row,
                "text": row["text"] or None,  # pruned
            }


def _exact_twins(copies: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Whom copies by URL and by text copy; how alike two versions of a page are is not known."""
    for row in copies.filter(pl.col("duplicate_url") | pl.col("duplicate_text")).to_dicts():
        twin = row["url_twin"] or row["text_twin"]
        yield {"key": row["key"], "twin": twin, "similarity": 1.0 if twin == row["text_twin"] else None}


def _at_ingest(run: StoredRun, fate: str, languages: tuple[str, ...], text_of_inputs: bool) -> Iterator[dict[str, Any]]:
    sources: dict[str, Input] | None = None
    for receipt in run.of_phase("ingest"):
        if not any(_matches(one, fate) for one in receipt.fates):
            continue
        for file in receipt.files["records"]:
            rows = []
            for table in read_batches(run.storage, file.path):
                match = pc.or_(pc.equal(table["fate"], fate), pc.starts_with(table["fate"], f"{fate}/"))
                rows += table.filter(pc.fill_null(match, False)).to_pylist()
            if languages:
                rows = [row for row in rows if f"{row['language']}_{row['language_script']}" in languages]
            texts: dict[str, str | None] = {}
            if text_of_inputs and any(row["label"] is not None for row in rows):
                sources = sources or {one.name: one for one in all_inputs(run.settings, run.storage).inputs}
                texts = _texts_again(run, sources, receipt.inputs[0], {row["key"] for row in rows})
            yield from ({**row, "text": texts.get(row["key"])} for row in rows)


def _texts_again(
    run: StoredRun, sources: dict[str, Input], read: dict[str, Any], keys: set[str]
) -> dict[str, str | None]:
    """Texts of records that ended at ingest, extracted from the input once more."""
    source = sources.get(read["name"])
    if source is None or not source.url or (source.size, source.identity) != (read["size"], read["identity"]):
        raise UserError(
            f"{read['name']}: the input is no longer there as it was read, and no text of these records is stored; "
            "put it back, or export with --no-text"
        )
    worker = Worker()
    try:
        rows = list(Ingest(run.settings, source).texts(worker, pa.array(sorted(keys), pa.large_string())))
    finally:
        worker.close()
    return {row["key"]: row["text"] for table in rows for row in table.select(["key", "text"]).to_pylist()}
