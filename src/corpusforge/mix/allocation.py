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

    def broken(self) -> list[Capped]:
        """Languages whose given share does not hold."""
        return [one for one in self.capped if one.strict and one.source is None]


def allocate(mixture: Mixture, sizes: Sizes, budget: int) -> Allocation:
    """Share `budget` over stages, languages and sources. Epochs are capped over all stages together."""
    targets: dict[str, dict[str, dict[str, float]]] = {}
    capped: list[Capped] = []
    wanted: dict[str, dict[str, float]] = {}
    used: dict[tuple[str, str], float] = {}
    for stage in mixture.all_stages:
        amount = stage.share * budget
        once = {code: float(sum(parts.values())) for code, parts in sizes.items()}
        weights = weights_of(stage.shares, once, _nearness(stage, list(once)))
        rooms = {code: _rooms(mixture, code, sizes[code], used) for code in weights}
        limits = {code: capacity(rooms[code], _most(mixture, rooms[code])) for code in weights}
        fixed = {code: share for code, share in stage.shares.fixed.items() if code in weights}
        given = fill_around(fixed, weights, limits, amount)
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
    rooms = (sum(_rooms(mixture, code, parts, {}).values()) for code, parts in sizes.items())
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
    mixture: Mixture, code: str, parts: Mapping[str, int], used: dict[tuple[str, str], float]
) -> dict[str, float]:
    """What may still be taken of each source of a language."""
    return {
        source: max(
            0.0, (_rule(mixture, source).max_epochs or mixture.max_epochs) * size - used.get((code, source), 0.0)
        )
        for source, size in parts.items()
    }


def _most(mixture: Mixture, rooms: Mapping[str, float]) -> dict[str, float]:
    return {source: _rule(mixture, source).max_share or 1.0 for source in rooms}


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
