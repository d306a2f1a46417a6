"""Conditions of rules as trees: what they read, whether their parts fit, their one canonical spelling."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["number", "flag", "label"]

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class ExpressionError(ValueError):
    """A condition that cannot be understood; `column` counts characters from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class Literal_:
    """A number, a text, true, false or null."""

    value: float | str | bool | None
    column: int = 0

    def __str__(self) -> str:
        if self.value is None or isinstance(self.value, bool):
            return str(self.value).lower().replace("none", "null")
        return repr(self.value)


@dataclass(frozen=True)
class Signal:
    """A column of the signals, by name."""

    name: str
    column: int = 0

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Threshold:
    """`$name`: a number that a language or a filter set's defaults give."""

    name: str
    column: int = 0

    def __str__(self) -> str:
        return f"${self.name}"


@dataclass(frozen=True)
class Operation:
    """An operator (`not`, `negate`, or a binary one) over its operands."""

    operator: str
    operands: tuple["Node", ...]
    column: int = 0

    def __str__(self) -> str:
        if self.operator == "not":
            return f"(not {self.operands[0]})"
        if self.operator == "negate":
            return f"(-{self.operands[0]})"
        return f"({self.operands[0]} {self.operator} {self.operands[1]})"


Node = Literal_ | Signal | Threshold | Operation


class Hint(NamedTuple):
    """A condition that is one comparison of a signal with a number: `signal operator threshold`."""

    signal: str
    operator: str
    threshold: str | float  # the name of a threshold, or the number itself


@dataclass(frozen=True)
class Expression:
    """A parsed condition. `str()` gives its one canonical spelling."""

    node: Node

    def __str__(self) -> str:
        return str(self.node)

    @property
    def signals(self) -> tuple[str, ...]:
        """Names of the signals it reads, in order of appearance."""
        return tuple(dict.fromkeys(node.name for node in _walk(self.node) if isinstance(node, Signal)))

    @property
    def thresholds(self) -> tuple[str, ...]:
        """Names of the thresholds it uses, in order of appearance."""
        return tuple(dict.fromkeys(node.name for node in _walk(self.node) if isinstance(node, Threshold)))

    @property
    def hint(self) -> Hint | None:
        """Signal, operator and threshold when the condition is one simple comparison, else None."""
        node = self.node
        if not isinstance(node, Operation) or node.operator not in COMPARISONS:
            return None
        (left, right), operator = node.operands, node.operator
        if isinstance(right, Signal):
            left, right, operator = right, left, _MIRROR[operator]
        if not isinstance(left, Signal):
            return None
        if isinstance(right, Threshold):
            return Hint(left.name, operator, right.name)
        number = _number(right)
        return None if number is None else Hint(left.name, operator, number)


def check(expression: Expression, kinds: Mapping[str, Kind]) -> None:
    """Check that a condition's parts fit together: numbers are compared with numbers, `and` joins conditions.

    `kinds` says what each signal is; a signal that it does not name fits anywhere. Raises ExpressionError.
    """
    kind = _kind(expression.node, kinds)
    if kind not in ("flag", None):
        raise ExpressionError(f"a condition must be true or false, and this is a {kind}", expression.node.column)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Operation):
        for operand in node.operands:
            yield from _walk(operand)


def _number(node: Node) -> float | None:
    if isinstance(node, Operation) and node.operator == "negate":
        inner = _number(node.operands[0])
        return None if inner is None else -inner
    if isinstance(node, Literal_) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    return None


def _kind(node: Node, kinds: Mapping[str, Kind]) -> Kind | None:
    if isinstance(node, Literal_):
        if node.value is None or isinstance(node.value, bool):
            return "flag"
        return "label" if isinstance(node.value, str) else "number"
    if isinstance(node, Signal):
        return kinds.get(node.name)
    if isinstance(node, Threshold):
        return "number"
    found = [_kind(operand, kinds) for operand in node.operands]
    if node.operator in ("==", "!="):
        if None not in found and found[0] != found[1]:
            raise ExpressionError(f"a {found[0]} cannot be compared with a {found[1]}", node.column)
        return "flag"
    wanted = "flag" if node.operator in ("and", "or", "not") else "number"
    for operand, kind in zip(node.operands, found, strict=True):
        if kind not in (wanted, None):
            raise ExpressionError(f"'{_spoken(node.operator)}' needs a {wanted}, and this is a {kind}", operand.column)
    return "flag" if wanted == "flag" or node.operator in COMPARISONS else "number"


def _spoken(operator: str) -> str:
    return "-" if operator == "negate" else operator
