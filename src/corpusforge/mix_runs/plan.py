"""The plan of a mixture: what it takes of each language and source in every stage, to the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from corpusforge.errors import UserError
from corpusforge.hashing import work_key
from corpusforge.mix.allocation import Allocation, allocate, budget_of
from corpusforge.mix.mixture import ALL, Source
from corpusforge.mix.mixture_file import MixtureFile
from corpusforge.mix.ring import MEASURED, Census
from corpusforge.mix_runs.amounts import Taken, There
from corpusforge.mix_runs.census import Aside, Ends, Selection, find_cuts, take_census
from corpusforge.mix_runs.checks import check_languages, check_shares, check_sources, disappointments, listed, tightest
from corpusforge.mix_runs.runs import corpus, languages, name_of, open_runs
from corpusforge.mix_runs.weights import weights_for
from corpusforge.stored_run import StoredRun


@dataclass(frozen=True)
class Plan:
    """A mixture over runs. `cuts`: uint64[rings, stages, 2], where stages end on each ring of `selection`."""

    file: MixtureFile
    runs: list[StoredRun]
    selection: Selection
    budget: int
    there: list[There]
    taken: list[Taken]
    cuts: np.ndarray
    warnings: list[str]

    def total(self, **only: str) -> dict[str, int]:
        """Documents, words and bytes taken, of a stage, language or source, or in all."""
        nothing = dict.fromkeys(MEASURED, 0)
        return self.sums(*only).get(tuple(only.values()), nothing)

    def sums(self, *names: str) -> dict[tuple[str, ...], dict[str, int]]:
        """Documents, words and bytes taken, by the fields that are named."""
        found: dict[tuple[str, ...], dict[str, int]] = {}
        for one in self.taken:
            sums = found.setdefault(tuple(getattr(one, name) for name in names), dict.fromkeys(MEASURED, 0))
            for measure in MEASURED:
                sums[measure] += getattr(one, measure)
        return found

    @property
    def key(self) -> str:
        """Hash of everything that decides on the dataset."""
        parts = [
            (name_of(run), code, [file.xxh3 for file in receipt.files["data"]])
            for run in self.runs
            for code in self.selection.codes(run)
            if (receipt := corpus(run, code)) is not None
        ]
        mixture = self.file.mixture.model_dump(mode="json", exclude={"about"})
        numbers = sorted(self.selection.rings.numbers.items())
        rings = {f"{code}/{source}": self.cuts[ring].tolist() for (code, source), ring in numbers}
        return work_key("mix", 1, mixture, self.selection.weights, rings, parts)

    def dump(self) -> dict[str, Any]:
        """The plan as JSON-able data."""
        mixture = self.file.mixture
        return {
            "mixture": mixture.mixture,
            "measure": mixture.measure,
            "budget": self.budget,
            "seed": mixture.seed,
            "runs": [name_of(run) for run in self.runs],
            "total": self.total(),
            "there": [vars(one) for one in self.there],
            "taken": [vars(one) for one in self.taken],
            "weights": {code: steps for code, steps in self.selection.weights.items() if set(steps.values()) != {1}},
            "warnings": self.warnings,
        }


def plan_mixture(file: MixtureFile, urls: list[str]) -> Plan:
    """Count the runs, share the budget, find the cuts. Raises UserError with file and line for what cannot be."""
    runs = open_runs(urls)
    mixture = file.mixture
    codes = sorted({code for run in runs for code in languages(run)})
    check_languages(file, codes)
    wanted = codes if mixture.languages == (ALL,) else [code for code in codes if code in mixture.languages]
    weights = weights_for(mixture.rehydrate, file.where("rehydrate"), runs, wanted)
    selection = Selection(mixture, weights)
    aside = Aside()
    try:
        census = take_census(runs, selection, aside)
        there = _there(selection, census)
        sizes, warnings = _sizes(file, there)
        check_sources(file, {one.source for one in there}, warnings)
        budget = budget_of(mixture, sizes)
        if budget <= 0:
            raise UserError(
                f"{file.where('budget')}: no budget fits: {tightest(file, sizes)}; write an amount, or 'available'"
            )
        allocation = allocate(mixture, sizes, budget)
        check_shares(file, sizes, allocation)
        ends = _ends(aside, census, selection, _cumulative(selection, allocation))
    finally:
        aside.close()
    taken, cuts = _taken(selection, census, ends)
    warnings += disappointments(file, sizes, allocation, taken)
    return Plan(file, runs, selection, budget, there, taken, cuts, warnings)


def _there(selection: Selection, census: Census) -> list[There]:
    measure = MEASURED.index(selection.mixture.measure)
    return [
        There(code, source, *_three(census.once[:, ring]), int(census.total(ring)[measure]))
        for (code, source), ring in sorted(selection.rings.numbers.items())
    ]


def _sizes(file: MixtureFile, there: list[There]) -> tuple[dict[str, dict[str, int]], list[str]]:
    """An epoch by language and source, without languages below the least size."""
    sizes: dict[str, dict[str, int]] = {}
    for one in there:
        sizes.setdefault(one.language, {})[one.source] = one.with_copies
    mixture = file.mixture
    small = [code for code, parts in sizes.items() if sum(parts.values()) < max(1, mixture.min_size)]
    fixed = {code for stage in mixture.all_stages for code in stage.shares.fixed}
    left_out = [code for code in small if code not in fixed]
    warnings = []
    if left_out:
        warnings.append(f"left out, with less than {max(1, mixture.min_size):,} {mixture.measure}: {listed(left_out)}")
    sizes = {code: parts for code, parts in sizes.items() if code not in left_out}
    if not any(sum(parts.values()) for parts in sizes.values()):
        raise UserError(f"{file.where('languages')}: no language has any text to mix")
    return sizes, warnings


def _cumulative(selection: Selection, allocation: Allocation) -> dict[int, list[float]]:
    """Targets of each ring, summed over the stages so far."""
    targets: dict[int, list[float]] = {}
    for (code, source), ring in selection.rings.numbers.items():
        sums, total = [], 0.0
        for stage in allocation.targets.values():
            total += stage.get(code, {}).get(source, 0.0)
            sums.append(total)
        targets[ring] = sums
    return targets


def _ends(aside: Aside, census: Census, selection: Selection, targets: dict[int, list[float]]) -> dict[int, Ends]:
    """The cuts of all rings. What a language's other sources fall short of their targets, less than a document each, goes to
    its largest source that has neither share nor cap, so that a language falls short by a document, not each of its sources.
    """
    mixture, measure = selection.mixture, MEASURED.index(selection.mixture.measure)
    rings: dict[str, dict[str, int]] = {}
    for (code, source), ring in sorted(selection.rings.numbers.items()):
        rings.setdefault(code, {})[source] = ring
    last: dict[str, int] = {}
    for code, own in rings.items():
        open_ = [ring for source, ring in own.items() if _is_open(mixture.sources.get(source))]
        if open_:
            last[code] = max(open_, key=lambda ring: (int(census.total(ring)[measure]), -ring))
    found = find_cuts(
        aside, census, measure, {ring: ends for ring, ends in targets.items() if ring not in last.values()}
    )
    late = {}
    for code, ring in last.items():
        others = [other for other in rings[code].values() if other != ring]
        most = max(mixture.max_epochs * int(census.total(ring)[measure]), targets[ring][-1])
        sums = [0.0]
        for stage, target in enumerate(targets[ring]):
            short = sum(targets[other][stage] - float(found[other].amounts[stage][measure]) for other in others)
            sums.append(min(max(target + short, sums[-1]), most))
        late[ring] = sums[1:]
    return found | find_cuts(aside, census, measure, late)


def _is_open(rule: Source | None) -> bool:
    return rule is None or (rule.share is None and rule.max_share is None and rule.max_epochs is None)


def _taken(selection: Selection, census: Census, ends: dict[int, Ends]) -> tuple[list[Taken], np.ndarray]:
    mixture = selection.mixture
    measure = MEASURED.index(mixture.measure)
    stages = [stage.stage for stage in mixture.all_stages]
    cuts = np.zeros((len(selection.rings.numbers), len(stages), 2), np.uint64)
    rows = []
    for (code, source), ring in sorted(selection.rings.numbers.items()):
        before = np.zeros(len(MEASURED), np.int64)
        whole = int(census.total(ring)[measure])
        for number, (stage, cut, after) in enumerate(zip(stages, ends[ring].cuts, ends[ring].amounts, strict=True)):
            cuts[ring, number] = cut.epoch, cut.below
            amounts = after - before
            before = after
            if amounts[0]:
                epochs = float(amounts[measure]) / whole if whole else 0.0
                rows.append(Taken(stage, code, source, *_three(amounts), epochs))
    order = {stage: number for number, stage in enumerate(stages)}
    return sorted(rows, key=lambda row: (order[row.stage], row.language, row.source)), cuts


def _three(amounts: np.ndarray) -> tuple[int, int, int]:
    documents, words, size = amounts.tolist()
    return documents, words, size
