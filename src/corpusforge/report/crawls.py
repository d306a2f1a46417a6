"""Crawls: what the index named, what of it was in a wanted language, and by the random rest what it missed."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from corpusforge import documents
from corpusforge.crawl.scan import REST
from corpusforge.crawl.units import input_name
from corpusforge.io.raw import DIGEST_MISMATCH, NOT_FETCHED
from corpusforge.layers import read_rows
from corpusforge.receipt import Receipt
from corpusforge.report.interval import share, wilson
from corpusforge.stored_run import StoredRun

_COUNTS = ("records", "not_fetched", "documents", "kept")


def crawl_figures(run: StoredRun) -> list[dict[str, Any]]:
    """Per crawl that records were fetched from: counts by the index's code that chose them, and of the random rest."""
    receipts = [receipt for receipt in run.of_phase("ingest") if "selection" in receipt.notes.get("fetched", {})]
    if not receipts:
        return []
    kept = _kept(run)
    by_crawl: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        by_crawl.setdefault(receipt.notes["fetched"]["selection"], []).append(receipt)
    return [_crawl(run, path, units, kept) for path, units in sorted(by_crawl.items())]


def _crawl(run: StoredRun, path: str, receipts: list[Receipt], kept: pl.DataFrame) -> dict[str, Any]:
    selection = json.loads(run.storage.read(path.replace(".parquet", ".json")))
    frames = [_unit(run, receipt, path, kept) for receipt in receipts]
    counts = pl.concat(frames).group_by("chosen").agg(pl.all().sum()).sort("chosen").to_dicts()
    found = {row.pop("chosen"): row for row in counts}
    nothing = dict.fromkeys(_COUNTS, 0)
    rest = found.pop(REST, nothing)
    named = {name: sum(row[name] for row in found.values()) for name in _COUNTS}
    rate = selection["query"]["rest"]
    return {
        "crawl": selection["crawl"],
        "selected": selection["records"],
        "fetched_bytes": sum(receipt.tiling["member_bytes"] for receipt in receipts),
        "codes": found,
        "named": {**named, "share_documents": share(named["documents"], named["records"])},
        "rest": {"share": rate, **rest},
        "missed": _missed(rest, rate, named["documents"]),
    }


def _missed(rest: dict[str, int], rate: float, named: int) -> dict[str, Any] | None:
    """About how many documents in a wanted language the index does not name; None without a random rest.

    The rest is a random share of the pages that are not named: its documents over the share are the estimate, and
    Wilson's 95 % interval of their proportion gives the bounds. Of a share of 1 it is the count itself.
    """
    bounds = wilson(rest["documents"], rest["records"], digits=12)
    if not rate or bounds is None:
        return None
    if rate >= 1:  # every page was looked at
        bounds = (rest["documents"] / rest["records"],) * 2
    pages = rest["records"] / rate
    estimate = rest["documents"] / rate
    return {
        "documents": round(estimate),
        "interval": [round(bounds[0] * pages), round(bounds[1] * pages)],
        "share_named": share(named, round(named + estimate)),
    }


def _unit(run: StoredRun, receipt: Receipt, path: str, kept: pl.DataFrame) -> pl.DataFrame:
    """Counts of a unit by what chose its records."""
    notes = receipt.notes["fetched"]
    chosen = read_rows(
        run.storage, path, notes["start"], notes["stop"] - notes["start"], ["warc_filename", "offset", "chosen"]
    )
    names = [input_name(name) for name in chosen["warc_filename"].to_pylist()]
    places = pl.DataFrame(
        {"file_path": names, "member_offset": chosen["offset"].to_pylist(), "chosen": chosen["chosen"].to_pylist()}
    )
    columns = ["key", "file_path", "member_offset", "fate"]
    records = pl.concat(
        [pl.DataFrame(read_rows(run.storage, file.path, columns=columns)) for file in receipt.files["records"]]
    )
    joined = places.join(records, on=["file_path", "member_offset"], how="left").join(kept, on="key", how="left")
    lost = pl.col("fate").is_in([NOT_FETCHED, DIGEST_MISMATCH])
    went_on = pl.col("key").is_not_null() & pl.col("fate").is_null()
    return joined.group_by("chosen").agg(
        records=pl.struct("file_path", "member_offset").n_unique().cast(pl.Int64),
        not_fetched=lost.sum().cast(pl.Int64),
        documents=went_on.sum().cast(pl.Int64),
        kept=pl.col("kept").fill_null(False).sum().cast(pl.Int64),
    )


def _kept(run: StoredRun) -> pl.DataFrame:
    """Keys of the corpus, with `kept` true."""
    frames = [run.fates(code).filter(pl.col("fate") == documents.KEPT).select("key") for code in run.codes]
    empty = pl.DataFrame({"key": []}, schema={"key": pl.String})
    return pl.concat([empty, *frames]).with_columns(kept=True)
