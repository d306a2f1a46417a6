"""What a list of filter sets says about each document: its fate, every rule it breaks, its tags."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl
import pyarrow as pa

from corpusforge.errors import UserError, nearest
from corpusforge.rules.columnar import ROW, columnar, numbers
from corpusforge.rules.filter_set import FilterSet


def evaluate(
    table: pa.Table | pl.DataFrame, sets: Sequence[FilterSet], thresholds: Mapping[str, float | None]
) -> pl.DataFrame:
    """Apply rules to a table of signals, one row per document.

    Returns a frame of the same rows: `fate`, that of the first broken rule with action `drop`, or null;
    `broken`, all broken rules as `<filter set>/<rule>`; `not_evaluated`, the rules that are on but whose
    condition is null here; `tags`, the broken rules with action `tag`. A null threshold turns a rule off.
    Raises UserError where the table lacks a signal, or `thresholds` a threshold, that a rule names.
    """
    frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(pl.from_arrow(table))
    _require(frame, sets, thresholds)
    signals = tuple(dict.fromkeys(name for filter_set in sets for name in filter_set.signals))
    switched_on: list[_Switched] = []
    for filter_set in sets:
        for rule in filter_set.rules:
            condition = columnar(rule.expression, thresholds)
            if condition is not None:
                name, fate = filter_set.name_of(rule), filter_set.fate_of(rule)
                switched_on.append(_Switched(f"#{len(switched_on)}", name, fate, rule.action, condition))
    verdicts = numbers(frame, signals).select(ROW, *(rule.condition.alias(rule.column) for rule in switched_on))
    drops = [pl.when(rule.column).then(pl.lit(rule.fate)) for rule in switched_on if rule.action == "drop"]
    return verdicts.select(
        _first(drops).alias("fate"),
        _list(pl.when(rule.column).then(pl.lit(rule.name)) for rule in switched_on).alias("broken"),
        _list(pl.when(pl.col(rule.column).is_null()).then(pl.lit(rule.name)) for rule in switched_on).alias(
            "not_evaluated"
        ),
        _list(pl.when(rule.column).then(pl.lit(rule.name)) for rule in switched_on if rule.action == "tag").alias(
            "tags"
        ),
    )


class _Switched(NamedTuple):
    column: str
    name: str
    fate: str
    action: str
    condition: pl.Expr


def _first(fates: Sequence[pl.Expr]) -> pl.Expr:
    return pl.coalesce(fates) if fates else _everywhere(None, pl.String)


def _list(names: Iterable[pl.Expr]) -> pl.Expr:
    columns = list(names)
    return pl.concat_list(columns).list.drop_nulls() if columns else _everywhere([], pl.List(pl.String))


def _everywhere(value: list[str] | None, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    return pl.repeat(value, pl.len(), dtype=dtype)


def _require(frame: pl.DataFrame, sets: Sequence[FilterSet], thresholds: Mapping[str, float | None]) -> None:
    for filter_set in sets:
        for rule in filter_set.rules:
            for name in rule.expression.signals:
                if name not in frame.columns:
                    raise UserError(
                        f"rule '{filter_set.name_of(rule)}' reads signal '{name}', and no stage before it "
                        f"computes it{nearest(name, frame.columns)}"
                    )
            for name in rule.expression.thresholds:
                if name not in thresholds:
                    raise UserError(f"rule '{filter_set.name_of(rule)}' needs threshold '{name}', and nothing gives it")
