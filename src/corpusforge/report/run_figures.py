"""The numbers of the report for the whole run, as plain data; from receipts, and one pass over the records."""

from __future__ import annotations

from collections import Counter
from typing import Any

from corpusforge import documents
from corpusforge.report.cleaning import edit_counts
from corpusforge.report.crawls import crawl_figures
from corpusforge.report.fate_words import fate_words, ingest_step
from corpusforge.report.figures import LIMITS, language_figures
from corpusforge.report.funnel import (
    Losses,
    add_losses,
    decision_losses,
    every_set,
    funnel,
    ingest_losses,
)
from corpusforge.report.inputs import input_figures
from corpusforge.report.interval import share
from corpusforge.report.neighbours import Records
from corpusforge.report.unfinished import unfinished_run
from corpusforge.stored_run import StoredRun

DAMAGE_SHOWN = 20
LANGUAGES_SHOWN = 25
_OF_A_LANGUAGE = (
    "code",
    "names",
    "documents",
    "kept",
    "kept_share",
    "kept_interval",
    "kept_chars",
    "small_sample",
    "remarks",
)


def index_figures(
    run: StoredRun, languages: dict[str, dict[str, Any]] | None = None, records: Records | None = None
) -> dict[str, Any]:
    """Everything that the index shows. `languages` are the figures of every language or their summaries, if at hand."""
    records = records or Records(run)
    if languages is None:
        languages = {code: language_figures(run, code, records) for code in run.codes}
    ingest = run.of_phase("ingest")
    read = sum(receipt.read for receipt in ingest)
    fates: Counter[tuple[str, str]] = Counter()
    for receipt in run.receipts.values():
        if receipt.phase != "deduplicate":
            fates.update({(receipt.phase, fate): count for fate, count in receipt.fates.items()})
    document_count = sum(sum(receipt.languages().values()) for receipt in ingest)
    later = {where: count for where, count in fates.items() if where[0] != "ingest"}
    at_ingest: Losses = ingest_losses({fate: count for (phase, fate), count in fates.items() if phase == "ingest"})
    losses = add_losses([at_ingest, decision_losses(run.settings, later)])
    undecided = document_count - sum(later.values())
    kept = sum(count for (_, fate), count in later.items() if fate == documents.KEPT)
    counted: Counter[str] = Counter()
    for receipt in ingest:
        counted.update(receipt.counted_only)
    identified = records.identified()
    return {
        **_described(run),
        "limits": LIMITS,
        "read": read,
        "counted_only": dict(sorted(counted.items())),
        "counted_only_total": sum(counted.values()),
        "derived": sum(receipt.derived for receipt in run.receipts.values()),
        "documents": document_count,
        "kept": kept,
        "kept_share": share(kept, document_count),
        "kept_share_of_read": share(kept, read),
        "kept_chars": sum(receipt.notes["chars"] for receipt in run.of_phase("write")),
        "undecided": undecided,
        "unfinished": unfinished_run(run, undecided),
        "funnel": funnel(read, losses, undecided),
        "fates": _explained(run, fates, read, records),
        "languages_kept": sum(1 for one in languages.values() if one["kept"]),
        "languages": sorted(map(summary, languages.values()), key=_corpus_first),
        "identified": identified[:LANGUAGES_SHOWN],
        "identified_more": max(0, len(identified) - LANGUAGES_SHOWN),
        "edits": edit_counts(run),
        "inputs": input_figures(run),
        "damage": _damage(run),
        "crawls": crawl_figures(run),
    }


def _corpus_first(language: dict[str, Any]) -> tuple[int, int, str]:
    return -language["kept"], -language["documents"], language["code"]


def summary(language: dict[str, Any]) -> dict[str, Any]:
    """The few figures of a language that the index shows."""
    return {name: language[name] for name in _OF_A_LANGUAGE}


def _described(run: StoredRun) -> dict[str, Any]:
    """What the run is. Nothing that depends on where it is stored or when it ran."""
    described = run.description
    settings = described["settings"]
    dataset = next(iter(settings["recipe"]["datasets"].values()))
    return {
        "recipe": described["recipe"],
        "datasets": described["datasets"],
        "languages_asked": list(settings["recipe"]["languages"]),
        "sample": settings["sample"],
        "overrides": settings["overrides"],
        "stages": [
            {"stage": name, "options": options} for entry in dataset["stages"] for name, options in entry.items()
        ],
        "corpusforge": described["corpusforge"],
        "versions": described["versions"],
    }


def _explained(run: StoredRun, fates: Counter[tuple[str, str]], read: int, records: Records) -> list[dict[str, Any]]:
    """Every fate of the run: where it is given, how often, what it means, and examples of those of ingest."""
    sets = every_set(run.settings)
    examples = records.examples()
    rows = sorted(fates.items(), key=lambda item: (-item[1], item[0]))
    return [
        {
            "fate": fate,
            "phase": phase,
            "step": ingest_step(fate).name if phase == "ingest" else phase,
            "count": count,
            "share": share(count, read),
            "about": fate_words(fate, sets),
            "examples": examples.get(fate, []) if phase == "ingest" else [],
        }
        for (phase, fate), count in rows
    ]


def _damage(run: StoredRun) -> dict[str, Any]:
    """Damaged byte ranges of the inputs: all in sums, the first ones in detail."""
    ranges = [
        {"name": receipt.inputs[0]["name"], **damage} for receipt in run.of_phase("ingest") for damage in receipt.damage
    ]
    return {
        "ranges": len(ranges),
        "bytes": sum(damage["length"] for damage in ranges),
        "first": ranges[:DAMAGE_SHOWN],
    }
