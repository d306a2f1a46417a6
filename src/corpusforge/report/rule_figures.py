"""Per signal: its histogram and the rules over it; per rule: its threshold, where that comes from, what it removes."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from corpusforge import documents
from corpusforge.report.fate_words import fate_words, rule_words
from corpusforge.report.funnel import DECISIONS, sets_of
from corpusforge.report.histogram import histogram
from corpusforge.report.interval import share
from corpusforge.report.population import Population
from corpusforge.report.signal_words import signal_words
from corpusforge.rules.filter_set import FilterSet, Rule
from corpusforge.rules.inactive import inactive_rules
from corpusforge.settings import MIN_SCORE, Settings
from corpusforge.stored_run import StoredRun


def rule_figures(run: StoredRun, code: str, people: Population) -> list[dict[str, Any]]:
    """Every rule of the recipe, in order, with how many documents break it, alone and first."""
    found = []
    for phase in DECISIONS:
        receipt = run.receipts.get((phase, code))
        if receipt is None:
            continue
        sets = sets_of(run.settings, phase)
        thresholds: dict[str, float | None] = receipt.notes["thresholds"]
        inactive = dict(inactive_rules(sets, thresholds))
        ended = people.frame.filter((pl.col("phase") == phase) & (pl.col("fate") != documents.KEPT))
        broken = _counts(ended["broken"].explode())
        alone = _counts(ended.filter(pl.col("broken").list.len() == 1)["broken"].explode())
        first = _counts(ended["fate"])
        reached = people.reached(phase).height
        for filter_set in sets:
            for rule in filter_set.rules:
                name = filter_set.name_of(rule)
                tagged = rule.action != "drop"
                count = receipt.notes["tags"].get(name, 0) if tagged else broken[name]
                found.append(
                    {
                        **_described(filter_set, rule, thresholds, run.settings, code),
                        "phase": phase,
                        "inactive": inactive.get(name),
                        "reached": reached,
                        "broken": count,
                        "broken_share": share(count, reached),
                        "alone": None if tagged else alone[name],
                        "first": 0 if tagged else first[filter_set.fate_of(rule)],
                    }
                )
    return found


def signal_figures(rules: list[dict[str, Any]], people: Population) -> list[dict[str, Any]]:
    """Every number that some rule reads, once, with its histogram over the documents that the rule was applied to."""
    found = []
    signals = dict.fromkeys(name for rule in rules for name in rule["signals"])
    for signal in signals:
        if signal not in people.frame.columns or not people.frame.schema[signal].is_numeric():
            continue
        over = [rule for rule in rules if signal in rule["signals"]]
        active = [rule for rule in over if rule["inactive"] is None]
        decided = people.reached(over[0]["phase"]).filter(pl.col("fate").is_not_null())
        bounds = [rule["bound"] for rule in active if rule["bound"] is not None]
        column = decided[signal]
        values = column.cast(pl.Float64).to_numpy()
        kept = np.asarray((decided["fate"] == documents.KEPT).to_numpy(), dtype=np.bool_)
        found.append(
            {
                "signal": signal,
                "about": signal_words(signal),
                "rules": [rule["rule"] for rule in over],
                "active": bool(active),
                "documents": decided.height,
                "histogram": histogram(values, kept, bounds, column.dtype.is_integer()),
            }
        )
    return found


def threshold_sources(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many thresholds of active rules come from where, most first."""
    counts = Counter(one for rule in rules if rule["inactive"] is None for one in rule["provenance"].values())
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"provenance": provenance, "thresholds": count} for provenance, count in rows]


def _described(
    filter_set: FilterSet, rule: Rule, thresholds: dict[str, float | None], settings: Settings, code: str
) -> dict[str, Any]:
    """What a rule says, with this language's numbers in it."""
    hint = rule.expression.hint
    bound = None if hint is None else thresholds[hint.threshold] if isinstance(hint.threshold, str) else hint.threshold
    used = {name: thresholds[name] for name in rule.expression.thresholds}
    return {
        "rule": filter_set.name_of(rule),
        "filter_set": filter_set.filter_set,
        "about": fate_words(rule.fate, [filter_set]) if rule.fate else rule_words(rule),
        "condition": rule.condition,
        "condition_here": re.sub(r"\$(\w+)", lambda name: _spelled(thresholds[name[1]]), rule.condition),
        "action": rule.action,
        "fate": filter_set.fate_of(rule) if rule.action == "drop" else None,
        "signals": list(rule.expression.signals),
        "operator": None if hint is None else hint.operator,
        "bound": bound,
        "thresholds": used,
        "provenance": {name: provenance(settings, code, name, filter_set) for name in used},
        "source": rule.source or filter_set.source,
    }


def provenance(settings: Settings, code: str, name: str, filter_set: FilterSet) -> str:
    """Where a threshold comes from: the command line, the language, its model, or the filter set's default."""
    language = settings.language(code)
    if name in language.threshold_provenance:
        return language.threshold_provenance[name]
    label = language.lid.get(settings.dataset.options("identify").model)
    if name == MIN_SCORE and label is not None:
        return label.provenance
    return f"default of the filter set {filter_set.filter_set}"


def _spelled(value: float | None) -> str:
    return "off" if value is None else f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"


def _counts(names: pl.Series) -> Counter[str]:
    return Counter(names.drop_nulls().to_list())
