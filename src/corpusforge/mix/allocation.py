"""Targets: how much of each language and source every stage wants, within the caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpusforge.mix.mixture import AVAILABLE, FIT, Mixture, Source, Stage
from corpusforge.mix.relatives import nearness
from corpusforge.mix.shares import capacity, fill, weights_of

Sizes = Mapping[str, Mapping[str, int]]
"""Text there is, in the mixture's measure, by language and source."""

_SLACK = 1e-9
_HALVINGS = 200


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
        given = fill(weights, limits, amount)
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
    """The mixture's budget: as written; `available`, all text once (less where given shares would not hold); `fit`, the
    largest at which every share holds and no cap is hit."""
    if mixture.amount is not None:
        return mixture.amount
    there = sum(sum(parts.values()) for parts in sizes.values())
    if mixture.budget == AVAILABLE:
        whole = allocate(mixture, sizes, there)
        return there if not whole.broken() else largest(mixture, sizes, there, only_strict=True)
    assert mixture.budget == FIT
    rooms = (sum(_rooms(mixture, code, parts, {}).values()) for code, parts in sizes.items())
    return largest(mixture, sizes, int(sum(rooms)), only_strict=False)


def largest(mixture: Mixture, sizes: Sizes, top: int, only_strict: bool) -> int:
    """The largest budget up to `top` at which given shares hold (`only_strict`), or all shares of languages."""

    def holds(budget: int) -> bool:
        found = allocate(mixture, sizes, budget)
        return not (found.broken() if only_strict else [one for one in found.capped if one.source is None])

    low, high = 0, top
    for _ in range(_HALVINGS):
        if low >= high:
            break
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
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
    others = {source: float(sizes[source]) for source in rooms if source not in fixed}
    rest, whole = max(0.0, 1 - sum(fixed.values())), sum(others.values())
    weights = {
        source: fixed[source] if source in fixed else rest * others[source] / whole if whole else 0.0
        for source in rooms
    }
    first = fill(weights, limits, total)
    left = total - sum(first.values())
    if left > _SLACK * total:  # sources that were to have nothing take what nobody else can give, but for a share of 0
        idle = {source: float(sizes[source]) for source in rooms if weights[source] == 0 and given[source] is None}
        first |= fill(idle, limits, left)
    return first


def _missed(mixture: Mixture, stage: str, code: str, parts: Mapping[str, float], total: float) -> list[Capped]:
    return [
        Capped(stage, code, source, rule.share * total, parts.get(source, 0.0), True)
        for source, rule in mixture.sources.items()
        if rule.share is not None and abs(parts.get(source, 0.0) - rule.share * total) > _SLACK * max(total, 1.0)
    ]
