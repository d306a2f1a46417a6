"""Input files: what each of them gave to the corpus, which gave nothing, which were not read."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from corpusforge.layers import read_rows
from corpusforge.report.interval import share
from corpusforge.report.population import Population
from corpusforge.report.unfinished import missing_phases, unread_inputs
from corpusforge.stored_run import StoredRun

FILES_SHOWN = 50
ENOUGH = 20  # documents of a file: that none of so many is kept is no accident


def input_figures(run: StoredRun) -> dict[str, Any]:
    """Input files of the run: all in sums, by name those that gave nothing to the corpus, then the largest."""
    files = []
    formats = {one["name"]: one["format"] for one in run.description["inputs"]}
    kept = _kept(run)
    for receipt in run.of_phase("ingest"):
        source = receipt.inputs[0]
        documents = sum(receipt.languages().values())
        files.append(
            {
                "name": source["name"],
                "format": formats.get(source["name"]),
                "bytes": source["size"],
                "records": receipt.read,
                "documents": documents,
                "kept": kept[receipt.unit],
                "kept_share": None if kept[receipt.unit] is None else share(kept[receipt.unit] or 0, documents),
                "xxh3": source["xxh3"],
            }
        )
    shown = sorted(files, key=lambda file: (not _gave_nothing(file), -(file["bytes"] or 0), file["name"]))[:FILES_SHOWN]
    unread = unread_inputs(run)
    skipped = run.description.get("skipped", [])
    return {
        "files": len(files),
        "bytes": sum(file["bytes"] or 0 for file in files),
        "formats": dict(sorted(Counter(str(file["format"]) for file in files).items())),
        "gave_nothing": sum(map(_gave_nothing, files)),
        "unread": len(unread),
        "unread_first": unread[:FILES_SHOWN],
        "skipped": len(skipped),
        "skipped_first": [{"file": one["file"], "reason": one["reason"]} for one in skipped[:FILES_SHOWN]],
        "listed": len(shown),
        "largest": sorted(shown, key=lambda file: str(file["name"])),
    }


def files_of_language(run: StoredRun, people: Population) -> dict[str, Any]:
    """How many input files have documents of a language; those with ENOUGH of them and none kept, most first."""
    counts = (
        people.frame.with_columns(kept=people.is_kept)
        .group_by("unit")
        .agg(documents=pl.len().cast(pl.Int64), kept=pl.col("kept").any(), undecided=pl.col("fate").is_null().any())
    )
    nothing = counts.filter(~pl.col("kept") & ~pl.col("undecided") & (pl.col("documents") >= ENOUGH))
    rows = [
        {"name": run.receipts["ingest", unit].inputs[0]["name"], "documents": documents}
        for unit, documents in nothing.select("unit", "documents").iter_rows()
    ]
    rows.sort(key=lambda row: (-row["documents"], row["name"]))
    return {"files": counts.height, "gave_nothing": len(rows), "first": rows[:FILES_SHOWN]}


def _gave_nothing(file: dict[str, Any]) -> bool:
    return bool(file["kept"] == 0 and file["documents"] >= ENOUGH)


def _kept(run: StoredRun) -> dict[str, int | None]:
    """Kept documents by unit: those that it has, less those that ended. None while a language of the unit is unfinished.

    Reads one column of the fates, no text and no keys.
    """
    unfinished = {code for code in run.codes if missing_phases(run, code)}
    ended: Counter[str] = Counter()
    for code in run.codes:
        for phase in ("admit", "decide"):
            receipt = run.receipts.get((phase, code))
            for file in receipt.files[f"fates/{phase}"] if receipt else ():
                ended.update(read_rows(run.storage, file.path, columns=["unit"])["unit"].to_pylist())
    for receipt in run.of_phase("clean"):
        ended[receipt.unit] += sum(receipt.fates.values())
    found: dict[str, int | None] = {}
    for receipt in run.of_phase("ingest"):
        languages = receipt.languages()
        found[receipt.unit] = None if unfinished & languages.keys() else sum(languages.values()) - ended[receipt.unit]
    return found
