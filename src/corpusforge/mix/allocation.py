"""Targets: how much of each language and source every stage wants, within the caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpusforge.mix.mixture import AVAILABLE, FIT, Mixture, Source, Stage
from corpusforge.mix.relatives import nearness
from corpusforge.mix.shares import capacity, fill_around, weights_of

Sizes = Mapping[str, Mapping[str, int]]
"""Text there is, in the mixture's measure, by language and source."""

_SLACK = 1e-9
_STEP = 1e-4  # a cap on a source in the whole mixture is met to within this share of it


@dataclass(frozen=True)
class Capped:
    """A language, or a source of it, that gets less (or more) of a stage than it was to have, in the measure."""

    stage: str
    language: str
    source: str | None
    wanted: float
    given: float
    strict: bool  # its share was given, so that it must hold


@dataclass(frozen=True)
class Allocation:
    """`targets[stage][language][source]` in the measure; `budget`, what they sum to at most; `capped`, what missed."""

    budget: int
    targets: dict[str, dict[str, dict[str, float]]]
    capped: list[Capped] = field(default_factory=list)
    wanted: dict[str, dict[str, float]] = field(default_factory=dict)  # shares before caps, by stage and language

    @property
    def total(self) -> float:
        """Sum of the targets."""
        return sum(amount for stage in self.targets.values() for one in stage.values() for amount in one.values())

    def taken(self, source: str) -> dict[str, float]:
        """What all stages together want of a source, by language."""
        found: dict[str, float] = {}
        for stage in self.targets.values():
            for code, parts in stage.items():
                if source in parts:
                    found[code] = found.get(code, 0.0) + parts[source]
        return found

    def broken(self) -> list[Capped]:
        """Languages whose given share does not hold."""
        return [one for one in self.capped if one.strict and one.source is None]


def allocate(mixture: Mixture, sizes: Sizes, budget: int) -> Allocation:
    """Share `budget` over stages, languages and sources. Epochs are capped over all stages together.

    A source above its share of the whole mixture is cut in every language by one factor, and the budget shared again, until
    none is above: what it leaves goes to other sources, then to other languages.
    """
    limits: dict[tuple[str, str], float] = {}
    capped = {
        source: rule.max_share
        for source, rule in mixture.sources.items()
        if rule.max_share is not None and rule.of == "mixture"
    }
    while True:
        found = _allocate(mixture, sizes, budget, limits)
        over = False
        for source, share in capped.items():
            taken = found.taken(source)
            most, whole = share * found.total, sum(taken.values())
            if whole > most * (1 + _SLACK):
                over = True
                alone = found.total - whole < 1  # nothing that could be the rest
                # A little below the cap, so that the search ends where nobody can take what is left.
                factor = 0.0 if alone else most / whole * (1 - _STEP)
                limits |= {(code, source): amount * factor for code, amount in taken.items()}
        if not over:
            return found


def _allocate(mixture: Mixture, sizes: Sizes, budget: int, limits: Mapping[tuple[str, str], float]) -> Allocation:
    """One round of `allocate`; `limits` of a language's source over all stages, in the measure."""
    targets: dict[str, dict[str, dict[str, float]]] = {}
    capped: list[Capped] = []
    wanted: dict[str, dict[str, float]] = {}
    used: dict[tuple[str, str], float] = {}
    for stage in mixture.all_stages:
        amount = stage.share * budget
        once = {code: float(sum(parts.values())) for code, parts in sizes.items()}
        weights = weights_of(stage.shares, once, _nearness(stage, list(once)))
        rooms = {code: _rooms(mixture, code, sizes[code], used, limits) for code in weights}
        tops = {code: capacity(rooms[code], _most(mixture, rooms[code])) for code in weights}
        fixed = {code: share for code, share in stage.shares.fixed.items() if code in weights}
        given = fill_around(fixed, weights, tops, amount)
        wanted[stage.stage] = weights
        targets[stage.stage] = {}
        for code, total in given.items():
            strict = stage.shares.method == "equal" or code in stage.shares.fixed
            if abs(total - weights[code] * amount) > _SLACK * amount:
                capped.append(Capped(stage.stage, code, None, weights[code] * amount, total, strict))
            parts = _parts(mixture, sizes[code], rooms[code], total)
            capped += _missed(mixture, stage.stage, code, parts, total)
            targets[stage.stage][code] = parts
            for source, part in parts.items():
                used[code, source] = used.get((code, source), 0.0) + part
    return Allocation(budget, targets, capped, wanted)


def budget_of(mixture: Mixture, sizes: Sizes) -> int:
    """The mixture's budget: as written; `available`, all text once; `fit`, all text `max_epochs` times. The last two are
    less where given shares (fixed or equal) would not hold."""
    if mixture.amount is not None:
        return mixture.amount
    if mixture.budget == AVAILABLE:
        return largest(mixture, sizes, sum(sum(parts.values()) for parts in sizes.values()))
    assert mixture.budget == FIT
    rooms = (sum(_rooms(mixture, code, parts, {}, {}).values()) for code, parts in sizes.items())
    return largest(mixture, sizes, int(sum(rooms)))


def largest(mixture: Mixture, sizes: Sizes, top: int) -> int:
    """The largest budget up to `top` at which given shares hold; 0 where they never do."""
    low, high = 0, top
    middle = top
    while low < high:
        if allocate(mixture, sizes, middle).broken():
            high = middle - 1
        else:
            low = middle
        middle = (low + high + 1) // 2
    return low


def _nearness(stage: Stage, codes: list[str]) -> dict[str, float]:
    return nearness(stage.shares.relatives, codes)


def _rule(mixture: Mixture, source: str) -> Source:
    return mixture.sources.get(source) or Source()


def _rooms(
    mixture: Mixture,
    code: str,
    parts: Mapping[str, int],
    used: Mapping[tuple[str, str], float],
    limits: Mapping[tuple[str, str], float],
) -> dict[str, float]:
    """What may still be taken of each source of a language."""
    rooms = {}
    for source, size in parts.items():
        most = (_rule(mixture, source).max_epochs or mixture.max_epochs) * size
        rooms[source] = max(0.0, min(most, limits.get((code, source), most)) - used.get((code, source), 0.0))
    return rooms


def _most(mixture: Mixture, rooms: Mapping[str, float]) -> dict[str, float]:
    rules = {source: _rule(mixture, source) for source in rooms}
    return {source: (rule.max_share or 1.0) if rule.of == "language" else 1.0 for source, rule in rules.items()}


def _parts(mixture: Mixture, sizes: Mapping[str, int], rooms: Mapping[str, float], total: float) -> dict[str, float]:
    """A language's amount shared among its sources: given shares, the rest in proportion to size."""
    most = _most(mixture, rooms)
    limits = {source: min(rooms[source], most[source] * total) for source in rooms}
    given = {source: _rule(mixture, source).share for source in rooms}
    fixed = {source: share for source, share in given.items() if share is not None}
    return fill_around(fixed, {source: float(sizes[source]) for source in rooms}, limits, total)


def _missed(mixture: Mixture, stage: str, code: str, parts: Mapping[str, float], total: float) -> list[Capped]:
    return [
        Capped(stage, code, source, rule.share * total, parts.get(source, 0.0), True)
        for source, rule in mixture.sources.items()
        if rule.share is not None and abs(parts.get(source, 0.0) - rule.share * total) > _SLACK * max(total, 1.0)
    ]
