"""What is checked of a recipe as a whole: the order of its stages, their columns, and the filter sets they apply."""

import re
from typing import Any

from corpusforge import yaml12
from corpusforge.errors import UserError, nearest
from corpusforge.rules.filter_set import FilterSet, load_filter_set
from corpusforge.stages.options import ON_DEMAND, STAGES, StageOptions

Place = tuple[str | int, ...]
"""Path of keys and indices in the recipe's YAML."""

Places = dict[str, Place]
"""Where each stage stands."""

# The parts of the published pipeline that this version can run, in the only order in which they make sense.
_ORDER = tuple(STAGES)
EMPTIED = "lines"  # the filter set of documents that the stage of that name leaves nothing of
# What survivors can be chosen by: one number for each document, known before copies are looked for.
_ORDERS = (*STAGES["signals"].provides, *STAGES["precision"].provides, "language_score")
_NEEDED = ("identify", "signals", "admit", "decide", "write")


def check_order(
    document: yaml12.Document,
    path: Place,
    places: Places,
    stages: dict[str, StageOptions],
) -> None:
    """Every stage finds its columns: provided by an earlier stage."""
    for needed in _NEEDED:
        if needed not in stages:
            raise UserError(f"{document.where((*path, 'stages'))}: stage '{needed}' is missing")
    provided: set[str] = set()
    listed = [name for name in stages if name != "read"]
    for name in ["read", *listed]:
        options = stages[name]
        where = document.where(places.get(name, path))
        available = provided | ({"text"} if name != "extract" else set())
        for column in options.needs():
            if name == "deduplicate" and column not in (*options.requires, *_ORDERS):
                raise UserError(f"{where}: survivor best:{column}: there is no such signal{nearest(column, _ORDERS)}")
            if column not in available:
                givers = [other for other, model in STAGES.items() if column in model.provides and other != name]
                mend = f"put '{givers[0]}' before it" if givers else f"no stage does{nearest(column, available)}"
                raise UserError(
                    f"{where}: stage '{name}' needs column '{column}', which no stage before it provides; {mend}"
                )
            _check_computed(column, stages, f"{where}: stage '{name}' needs column '{column}'")
        provided |= set(options.provides)
    order = [_ORDER.index(name) for name in stages]
    for before, after, name in zip(order, order[1:], list(stages)[1:], strict=False):
        if before > after:
            raise UserError(
                f"{document.where(places.get(name, path))}: stage '{name}' must stand before '{_ORDER[before]}'"
            )


def check_filter_sets(
    document: yaml12.Document,
    places: Places,
    stages: dict[str, StageOptions],
    changes: dict[str, dict[str, Any]],
) -> None:
    """Every filter set exists, stands once among the rules, and finds its signals: given by an earlier stage."""
    order = list(stages)
    givers = {signal: stage for stage, model in STAGES.items() for signal in model.provides}
    seen: dict[str, str] = {}
    for stage, option in (("signals", "sets"), ("admit", "rules"), ("decide", "rules")):
        if stage == "decide":
            _check_emptied(document, places, stages, seen)
        for index, name in enumerate(getattr(stages[stage], option)):
            changed = option in changes.get(stage, {})
            where = f"--set {stage}.{option}" if changed else document.where((*places[stage], option, index))
            filter_set = _filter_set(name, where)
            own = filter_set.filter_set
            if stage == "signals":
                continue
            if own in seen:
                raise UserError(
                    f"{where}: filter set '{own}' stands twice (first: {seen[own]}), and records would not tell "
                    f"their rules apart; leave one out, or rename its 'filter_set'"
                )
            seen[own] = where
            _check_on_demand(filter_set, stages["signals"], where)
            for signal in filter_set.signals:
                giver = givers[signal]
                if giver not in order:
                    mend = "add it or leave the set out"
                elif order.index(giver) > order.index(stage):
                    mend = "apply the set in 'decide'"
                else:
                    continue
                raise UserError(f"{where}: filter set '{own}' reads '{signal}', which stage '{giver}' gives; {mend}")


def _check_computed(column: str, stages: dict[str, Any], said: str) -> None:
    """Some statistics are computed only where a set that `signals` names reads them."""
    for group in ON_DEMAND.values():
        if column in group and not any(
            set(load_filter_set(name).signals) & set(group) for name in stages["signals"].sets
        ):
            raise UserError(
                f"{said}, which stage 'signals' computes only for filter sets that read it; name one in 'sets'"
            )


def _check_emptied(document: yaml12.Document, places: Places, stages: dict[str, Any], seen: dict[str, str]) -> None:
    """Texts without a line must not reach the corpus."""
    if "lines" in stages and EMPTIED not in seen:
        raise UserError(
            f"{document.where(places['admit'])}: stage 'lines' can take all lines out of a text; add the filter set "
            f"'{EMPTIED}' to the rules of 'admit'"
        )


def _check_on_demand(filter_set: FilterSet, signals: Any, where: str) -> None:
    """Some statistics are computed only where a set that `signals` names reads them."""
    for group in ON_DEMAND.values():
        needed = [signal for signal in filter_set.signals if signal in group]
        if needed and not any(set(load_filter_set(name).signals) & set(group) for name in signals.sets):
            raise UserError(
                f"{where}: filter set '{filter_set.filter_set}' reads '{needed[0]}', which stage 'signals' computes only "
                f"for the sets that it names; add the set to 'sets' there"
            )


def _filter_set(name: str, where: str) -> FilterSet:
    try:
        return load_filter_set(name)
    except UserError as error:
        if re.match(r".+:\d+: ", str(error)):  # a fault inside the filter set's own file
            raise
        raise UserError(f"{where}: {error}") from None
