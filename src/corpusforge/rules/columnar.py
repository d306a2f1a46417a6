"""Conditions as polars expressions, in three values: true, false, not known (Kleene 1952, section 64)."""

from collections.abc import Mapping
from functools import reduce

import polars as pl

from corpusforge.rules.expression import Expression, Literal_, Node, Operation, Signal, Threshold

ROW = "#row"  # no signal can be called that

_BINARY = {
    "<": pl.Expr.lt,
    "<=": pl.Expr.le,
    ">": pl.Expr.gt,
    ">=": pl.Expr.ge,
    "==": pl.Expr.eq,
    "!=": pl.Expr.ne,
    "+": pl.Expr.add,
    "-": pl.Expr.sub,
    "*": pl.Expr.mul,
}


def numbers(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """The named columns of `frame` behind a row number, numeric ones as float64 with NaN as null.

    Float64, because a float32 column would drag the threshold down to float32; null, because polars orders
    NaN above every number and would call it broken.
    """
    columns = [
        pl.col(name).cast(pl.Float64).fill_nan(None) if frame.schema[name].is_numeric() else pl.col(name)
        for name in names
    ]
    return frame.with_row_index(ROW).select(ROW, *columns)


def columnar(expression: Expression, thresholds: Mapping[str, float | None]) -> pl.Expr | None:
    """A boolean polars expression over the columns of `numbers`: true = broken, null = not evaluated.

    None when a threshold that the condition uses is null: the rule is off. Division by zero is null. Raises
    KeyError for a threshold that `thresholds` does not name.
    """
    if any(thresholds[name] is None for name in expression.thresholds):
        return None
    return _compile(expression.node, thresholds).cast(pl.Boolean)


def _compile(node: Node, thresholds: Mapping[str, float | None]) -> pl.Expr:
    if isinstance(node, Literal_):
        return _literal(node.value)
    if isinstance(node, Threshold):
        return _literal(thresholds[node.name])
    if isinstance(node, Signal):
        return pl.col(node.name)
    operands = [_compile(operand, thresholds) for operand in node.operands]
    return _apply(node, operands)


def _apply(node: Operation, operands: list[pl.Expr]) -> pl.Expr:
    if node.operator == "not":
        return operands[0].cast(pl.Boolean).not_()
    if node.operator == "negate":
        return operands[0].neg()
    if node.operator == "/":
        over, under = operands
        return pl.when(under != 0.0).then(over / under)
    if node.operator in ("and", "or"):
        join = pl.Expr.and_ if node.operator == "and" else pl.Expr.or_
        return reduce(join, (operand.cast(pl.Boolean) for operand in operands))
    return _BINARY[node.operator](*operands)


def _literal(value: float | str | bool | None) -> pl.Expr:
    if value is None or isinstance(value, bool):
        return pl.lit(value, dtype=pl.Boolean)
    if isinstance(value, str):
        return pl.lit(value, dtype=pl.String)
    return pl.lit(float(value), dtype=pl.Float64)
