"""Filter sets: named lists of rules over signals, one YAML file each."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import xxhash
from pydantic import ConfigDict, Field, model_validator

from corpusforge import yaml12
from corpusforge.errors import UserError, nearest
from corpusforge.hashing import canonical
from corpusforge.resources import folder
from corpusforge.rules.expression import Expression, ExpressionError, check
from corpusforge.rules.known_signals import KNOWN_SIGNALS, KnownSignal
from corpusforge.rules.parse import parse
from corpusforge.validation import Strict, validate

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Rule(Strict):
    """One rule: a document breaks it where `if` is true."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)

    rule: Name
    condition: str = Field(alias="if")
    action: Literal["drop", "tag"] = "drop"
    fate: Annotated[str, Field(pattern=r"^[a-z0-9_]+(/[a-z0-9_]+)?$")] | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _fate_needs_drop(self) -> "Rule":
        if self.fate is not None and self.action != "drop":
            raise ValueError(f"'fate' belongs to rules that drop, and this one has action '{self.action}'")
        return self

    @cached_property
    def expression(self) -> Expression:
        """The condition, parsed. Raises ExpressionError."""
        return parse(self.condition)


class FilterSet(Strict):
    """Rules in the order in which the first broken one becomes a document's fate."""

    filter_set: Name
    source: str
    defaults: dict[str, Number | None] = Field(default_factory=dict)
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    def name_of(self, rule: Rule) -> str:
        """`<filter set>/<rule>`: what records and reports call a rule."""
        return f"{self.filter_set}/{rule.rule}"

    def fate_of(self, rule: Rule) -> str:
        """The fate of a document that a rule drops."""
        return rule.fate or self.name_of(rule)

    @property
    def signals(self) -> tuple[str, ...]:
        """Names of all signals that the rules read, in order of appearance."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.expression.signals))

    @property
    def thresholds(self) -> tuple[str, ...]:
        """Names of all thresholds that the rules use, in order of appearance."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.expression.thresholds))

    def slice(self) -> dict[str, Any]:
        """What decisions depend on, as plain data for keys of work; spelling and sources are left out."""
        rules = [
            {"rule": rule.rule, "if": str(rule.expression), "action": rule.action, "fate": self.fate_of(rule)}
            for rule in self.rules
        ]
        defaults = {name: None if value is None else float(value) for name, value in self.defaults.items()}
        return {"filter_set": self.filter_set, "defaults": defaults, "rules": rules}

    @property
    def checksum(self) -> str:
        """xxh3-128 of the slice, 32 hex digits."""
        return xxhash.xxh3_128_hexdigest(canonical(self.slice()))


def names() -> list[str]:
    """Names of the filter sets that ship with corpusforge."""
    return sorted(path.stem for path in folder("filters").glob("*.yaml"))


def load_filter_set(name_or_path: str | Path, known: Mapping[str, KnownSignal] = KNOWN_SIGNALS) -> FilterSet:
    """Load a filter set by name, or from a YAML file.

    `known` are the signals that rules may read. Raises UserError: `file:line: what is wrong (did you mean
    ...?)`.
    """
    document = yaml12.load(_find(str(name_or_path)))
    if not isinstance(document.data, dict):
        raise UserError(f"{document.where(())}: a filter set is a mapping with 'filter_set', 'source' and 'rules'")
    filter_set = validate(FilterSet, document)
    faults = list(_faults(filter_set, document, known))
    if faults:
        raise UserError("\n".join(faults))
    return filter_set


def _find(name: str) -> Path:
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return Path(name)
    path = folder("filters") / f"{name}.yaml"
    if not path.exists():
        there = names()
        raise UserError(
            f"no filter set '{name}'{nearest(name, there)}; there are: "
            f"{', '.join(there)}; or give the path of a YAML file"
        )
    return path


def _faults(filter_set: FilterSet, document: yaml12.Document, known: Mapping[str, KnownSignal]) -> Iterator[str]:
    seen: set[str] = set()
    used: set[str] = set()
    kinds = {name: signal.kind for name, signal in known.items()}
    for index, rule in enumerate(filter_set.rules):
        where = document.where(("rules", index, "if"))
        if rule.rule in seen:
            again = document.where(("rules", index, "rule"))
            yield f"{again}: rule '{rule.rule}' stands twice; rename one of them"
        seen.add(rule.rule)
        try:
            expression = rule.expression
            used.update(expression.thresholds)
            unknown = [name for name in expression.signals if name not in known]
            for name in unknown:
                yield f"{where}: unknown signal '{name}'{nearest(name, known)}"
            if not unknown:
                check(expression, kinds)
        except ExpressionError as error:
            yield f"{where}: {error} (column {error.column} of '{rule.condition}')"
    for name in filter_set.defaults:
        if name not in used:
            line = document.where(("defaults", name))
            yield f"{line}: no rule uses threshold '{name}'{nearest(name, used)}"
