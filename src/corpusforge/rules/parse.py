"""From text to condition, by recursive descent.

condition  := and ("or" and)*
and        := not ("and" not)*
not        := "not" not | comparison
comparison := sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
sum        := product (("+" | "-") product)*
product    := unary (("*" | "/") unary)*
unary      := "-" unary | atom
atom       := number | 'text' | true | false | null | signal | $threshold | "(" condition ")"
"""

import re
from collections.abc import Callable, Iterator

from corpusforge.rules.expression import (
    COMPARISONS,
    Expression,
    ExpressionError,
    Literal_,
    Node,
    Operation,
    Signal,
    Threshold,
)

# Bounds that no written rule meets; they keep hostile files from exhausting the stack.
MAX_TOKENS = 300
MAX_DEPTH = 50  # parentheses, `not`s and signs inside one another

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))|(?P<name>[A-Za-z_]\w*)|\$(?P<threshold>[A-Za-z_]\w*)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|(?P<sign><=|>=|==|!=|[-+*/<>()]))",
    re.ASCII,
)
_WORDS = ("and", "or", "not", "true", "false", "null")


def parse(text: str) -> Expression:
    """Parse a condition. Raises ExpressionError with the column of the fault."""
    return Expression(_Parser(text).condition_to_end())


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        if len(self.tokens) > MAX_TOKENS:
            raise ExpressionError(f"a condition has at most {MAX_TOKENS} words and signs", self.tokens[MAX_TOKENS][2])
        self.position = 0
        self.depth = 0

    @property
    def next(self) -> tuple[str, str, int]:
        return self.tokens[self.position]

    def take(self, *wanted: str) -> tuple[str, int] | None:
        """Step over the next token if it is one of the wanted signs or words."""
        kind, value, column = self.next
        if kind not in ("sign", "word") or value not in wanted:
            return None
        self.position += 1
        return value, column

    def condition_to_end(self) -> Node:
        node = self.condition()
        kind, value, column = self.next
        if kind != "end":
            raise ExpressionError(f"'{value}' is not expected here", column)
        return node

    def condition(self) -> Node:
        node = self.conjunction()
        while found := self.take("or"):
            node = Operation("or", (node, self.conjunction()), found[1])
        return node

    def conjunction(self) -> Node:
        node = self.negation()
        while found := self.take("and"):
            node = Operation("and", (node, self.negation()), found[1])
        return node

    def negation(self) -> Node:
        if found := self.take("not"):
            return Operation("not", (self.deeper(self.negation, found[1]),), found[1])
        return self.comparison()

    def comparison(self) -> Node:
        node = self.sum()
        if found := self.take(*COMPARISONS):
            node = Operation(found[0], (node, self.sum()), found[1])
            if again := self.take(*COMPARISONS):
                raise ExpressionError("comparisons cannot be chained; join two with 'and'", again[1])
        return node

    def sum(self) -> Node:
        node = self.product()
        while found := self.take("+", "-"):
            node = Operation(found[0], (node, self.product()), found[1])
        return node

    def product(self) -> Node:
        node = self.unary()
        while found := self.take("*", "/"):
            node = Operation(found[0], (node, self.unary()), found[1])
        return node

    def unary(self) -> Node:
        if found := self.take("-"):
            return Operation("negate", (self.deeper(self.unary, found[1]),), found[1])
        return self.atom()

    def atom(self) -> Node:
        kind, value, column = self.next
        self.position += 1
        if kind == "number":
            return Literal_(float(value) if re.search(r"[.eE]", value) else int(value), column)
        if kind == "text":
            return Literal_(value[1:-1], column)
        if kind == "name":
            return Signal(value, column)
        if kind == "threshold":
            return Threshold(value, column)
        if kind == "word" and value in ("true", "false", "null"):
            return Literal_({"true": True, "false": False, "null": None}[value], column)
        if (kind, value) == ("sign", "("):
            node = self.deeper(self.condition, column)
            if not self.take(")"):
                raise ExpressionError("this parenthesis is never closed", column)
            return node
        self.position -= 1
        raise ExpressionError(
            "the condition ends too early" if kind == "end" else f"'{value}' is not expected here", column
        )

    def deeper(self, rule: Callable[[], Node], column: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"more than {MAX_DEPTH} levels inside one another", column)
        node = rule()
        self.depth -= 1
        return node


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    position = 0
    while position < len(text.rstrip()):
        found = _TOKEN.match(text, position)
        if not found or found.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise ExpressionError(f"'{text[start]}' cannot be read here", start + 1)
        kind, value = found.lastgroup, found[found.lastgroup]
        if kind == "name" and value in _WORDS:
            kind = "word"
        yield kind, value, found.start(found.lastgroup) + (0 if kind == "threshold" else 1)
        position = found.end()
    yield "end", "", len(text.rstrip()) + 1
