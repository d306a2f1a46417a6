"""The numbers of the report for one language, as plain data. Pages are drawn from them and from nothing else."""

from __future__ import annotations

from typing import Any

from corpusforge import documents
from corpusforge.models.confusable import groups_of
from corpusforge.report.cleaning import cleaning_figures, line_figures
from corpusforge.report.duplicates import copy_figures, duplicate_figures
from corpusforge.report.fate_words import fate_words
from corpusforge.report.funnel import decision_losses, every_set, funnel
from corpusforge.report.inputs import ENOUGH, files_of_language
from corpusforge.report.interval import share, wilson
from corpusforge.report.neighbours import Records, neighbour_figures
from corpusforge.report.population import Population, population
from corpusforge.report.remarks import SMALL, remarks
from corpusforge.report.rule_figures import rule_figures, signal_figures, threshold_sources
from corpusforge.report.samples import CHARS, KEPT, REMOVED, sample_figures
from corpusforge.report.sources import TOP, date_figures, host_figures
from corpusforge.report.unfinished import unfinished_language
from corpusforge.stored_run import StoredRun

# What the captions say about how much is shown.
LIMITS = {
    "small_sample": SMALL,
    "input_documents": ENOUGH,
    "hosts": TOP,
    "kept_samples": KEPT,
    "removed_samples": REMOVED,
    "sample_chars": CHARS,
}


def language_figures(run: StoredRun, code: str, records: Records | None = None) -> dict[str, Any]:
    """Everything that the page of a language-script shows. `records` saves a pass over them for every language."""
    records = records or Records(run)
    language = run.settings.language(code)
    people = population(run, code)
    rules = rule_figures(run, code, people)
    signals = signal_figures(rules, people)
    ended = _fates(people)
    clusters = run.clusters(code)
    count, kept = people.frame.height, people.kept.height
    written = run.receipts.get(("write", code))
    model = run.settings.dataset.options("identify").model
    label = language.lid.get(model)
    figures: dict[str, Any] = {
        "code": code,
        "limits": LIMITS,
        "names": {"english": language.names.english, "native": language.names.native},
        "direction": language.direction,
        "segmenter": {"use": language.segmenter, "provenance": language.segmenter_provenance},
        "stop_words": {"words": len(language.stop_words), "provenance": list(language.stop_words_provenance)},
        "inherits": list(language.inherits),
        "documents": count,
        "chars": int(people.frame["chars"].sum()) if count else 0,
        "kept": kept,
        "kept_share": share(kept, count),
        "kept_interval": wilson(kept, count),
        "kept_chars": written.notes["chars"] if written else 0,
        "undecided": people.undecided,
        "unfinished": unfinished_language(run, code, people.undecided),
        "small_sample": count < SMALL,
        "funnel": funnel(count, decision_losses(run.settings, ended), people.undecided),
        "fates": _explained(run, ended, count),
        "rules": rules,
        "threshold_sources": threshold_sources(rules),
        "signals": signals,
        "inactive": {
            "rules": sum(1 for rule in rules if rule["inactive"]),
            "signals": sum(1 for signal in signals if not signal["active"]),
        },
        "identification": {
            "model": model,
            "label": label.label if label else None,
            "min_score": label.min_score if label else None,
            "provenance": label.provenance if label else None,
            "confusable": [{"languages": group.members, "reason": group.reason} for group in groups_of(code)],
            **neighbour_figures(language, people, records.identified()),
        },
        "copies": copy_figures(run.copies(code)),
        "duplicates": duplicate_figures(
            clusters, run.settings.dataset.stages.get("deduplicate"), run.deduplicated(code)
        ),
        "inputs": files_of_language(run, people),
        "hosts": host_figures(people),
        "dates": date_figures(people),
        "lines": line_figures(people),
        "cleaning": cleaning_figures(run, code, people),
        "samples": sample_figures(run, code, people, rules, clusters),
    }
    return figures | {"remarks": remarks(figures)}


def _fates(people: Population) -> dict[tuple[str, str], int]:
    """(phase, fate) -> documents, most first."""
    counts = people.frame.drop_nulls("fate").group_by("phase", "fate").len()
    rows = counts.sort(["len", "phase", "fate"], descending=[True, False, False]).iter_rows()
    return {(phase, fate): count for phase, fate, count in rows}


def _explained(run: StoredRun, fates: dict[tuple[str, str], int], count: int) -> list[dict[str, Any]]:
    sets = every_set(run.settings)
    return [
        {"fate": fate, "phase": phase, "count": n, "share": share(n, count), "about": fate_words(fate, sets)}
        for (phase, fate), n in fates.items()
        if fate != documents.KEPT
    ]
