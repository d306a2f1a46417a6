"""Funnels: how many documents each step leaves, from the first to the corpus. Every step's loss is a sum of fates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from corpusforge import documents
from corpusforge.report.fate_words import INGEST_STEPS, ingest_step, set_words
from corpusforge.report.interval import share
from corpusforge.rules.filter_set import FilterSet
from corpusforge.settings import Settings

Losses = dict[tuple[str, str], tuple[str, int]]
"""(kind of step, its name) -> (what it leaves out, how many documents end there), in the order of the pipeline."""

DECISIONS = ("admit", "decide")


def sets_of(settings: Settings, phase: str) -> list[FilterSet]:
    """Filter sets that `admit` or `decide` applies."""
    stages: Any = settings.dataset.stages
    return settings.filter_sets(stages[phase].rules) if phase in stages else []


def every_set(settings: Settings) -> list[FilterSet]:
    """Filter sets of both decisions, in the order in which they are applied."""
    return [one for phase in DECISIONS for one in sets_of(settings, phase)]


def ingest_losses(fates: Mapping[str, int]) -> Losses:
    """Records that end at ingest, by step; steps that end none are left out."""
    counts: Counter[str] = Counter()
    for fate, count in fates.items():
        counts[ingest_step(fate).name] += count
    return {("ingest", step.name): (step.about, counts[step.name]) for step in INGEST_STEPS if counts[step.name]}


def decision_losses(settings: Settings, fates: Mapping[tuple[str, str], int]) -> Losses:
    """Documents that end after ingest, by filter set and in cleaning. `fates`: (phase, fate) -> documents."""
    losses: Losses = {}
    left = {where: count for where, count in fates.items() if where[1] != documents.KEPT}
    for phase in DECISIONS:
        for filter_set in sets_of(settings, phase):
            names = dict.fromkeys(filter_set.fate_of(rule) for rule in filter_set.rules)
            count = sum(left.pop((phase, name), 0) for name in names)
            losses["rules", filter_set.filter_set] = (set_words(filter_set.filter_set), count)
    cleaned = sum(left.pop(where, 0) for where in list(left) if where[0] == "clean")
    if "clean" in settings.dataset.stages:
        losses["clean", "clean"] = ("Nothing was left of the text after cleaning", cleaned)
    if left:
        losses["other", "other"] = ("Fates of rules that are no longer in the recipe", sum(left.values()))
    return losses


def funnel(start: int, losses: Losses, undecided: int = 0) -> list[dict[str, Any]]:
    """Steps with what enters, what ends there and what is left; shares are of `start`."""
    if undecided:
        losses = {**losses, ("undecided", "undecided"): ("Not decided yet: the run is not finished", undecided)}
    steps: list[dict[str, Any]] = []
    left = start
    for (kind, name), (about, removed) in losses.items():
        entered, left = left, left - removed
        steps.append(
            {
                "kind": kind,
                "step": name,
                "about": about,
                "entered": entered,
                "removed": removed,
                "removed_share": share(removed, start),
                "left": left,
                "left_share": share(left, start),
            }
        )
    return steps


def add_losses(parts: Sequence[Losses]) -> Losses:
    """Losses of several languages together; the order is that of the first to name a step."""
    total: Losses = {}
    for part in parts:
        for where, (about, count) in part.items():
            total[where] = (about, total.get(where, (about, 0))[1] + count)
    return total
