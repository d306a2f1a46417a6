"""Which thresholds can be calibrated, and for each the documents that its rule can judge at all."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from corpusforge.rules.columnar import ROW, columnar, numbers
from corpusforge.rules.expression import COMPARISONS, Expression, Hint, Node, Operation
from corpusforge.rules.filter_set import FilterSet, Rule

Thresholds = Mapping[str, float | None]


@dataclass(frozen=True)
class Tunable:
    """A threshold that one comparison of a rule uses: `signal operator $threshold`.

    `sign` is 1 where a document breaks the rule above the threshold, else -1. `own`: the filter set has no value of its
    own for it, so each language needs one.
    """

    name: str
    rule: str
    short: str
    expression: Expression
    hint: Hint
    own: bool

    @property
    def sign(self) -> float:
        """1: greater is worse; -1: less is worse."""
        return 1.0 if self.hint.operator in (">", ">=") else -1.0


def tunables(sets: Sequence[FilterSet]) -> list[Tunable]:
    """Every threshold of `sets` that a comparison with one signal uses, in order of the rules."""
    found: dict[str, Tunable] = {}
    for one in sets:
        for rule in one.rules:
            for hint in _comparisons(rule.expression.node):
                name = str(hint.threshold)
                found.setdefault(name, _tunable(one, rule, hint, name))
    return list(found.values())


def _tunable(one: FilterSet, rule: Rule, hint: Hint, name: str) -> Tunable:
    return Tunable(name, one.name_of(rule), rule.rule, rule.expression, hint, name not in one.defaults)


def _comparisons(node: Node) -> list[Hint]:
    if not isinstance(node, Operation):
        return []
    if node.operator in COMPARISONS:
        hint = Expression(node).hint
        usable = hint is not None and isinstance(hint.threshold, str) and hint.operator in ("<", "<=", ">", ">=")
        return [hint] if usable and hint is not None else []
    if node.operator == "and":
        return [hint for operand in node.operands for hint in _comparisons(operand)]
    return []  # what `or` and `not` join, one threshold alone does not decide


def measured(frame: pl.DataFrame, one: Tunable, thresholds: Thresholds) -> np.ndarray:
    """The signal's values, float64, of the documents that the rule can judge: where its signals are known, and all of its
    other conditions hold."""
    possible = broken(frame, one, {**thresholds, one.name: -one.sign * math.inf})
    values: np.ndarray = frame[one.hint.signal].cast(pl.Float64).to_numpy()[possible]
    return values


def broken(frame: pl.DataFrame, one: Tunable, thresholds: Thresholds) -> np.ndarray:
    """Which documents break the rule, bool[n]; none where one of its thresholds is off."""
    condition = columnar(one.expression, thresholds)
    if condition is None:
        return np.zeros(frame.height, bool)
    verdicts = numbers(frame, one.expression.signals).select(ROW, condition.fill_null(False).alias("broken"))
    rows: np.ndarray = verdicts["broken"].to_numpy()
    return rows
