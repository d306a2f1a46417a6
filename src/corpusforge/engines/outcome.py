"""What an engine tells the driver about nodes."""

from __future__ import annotations

from dataclasses import dataclass

from corpusforge.plan.graph import Node
from corpusforge.receipt import Receipt


@dataclass(frozen=True)
class Started:
    """A node was given to a worker."""

    node: Node


@dataclass(frozen=True)
class Finished:
    """A node's receipt."""

    node: Node
    receipt: Receipt


@dataclass(frozen=True)
class Retried:
    """An attempt failed; the node is tried again."""

    node: Node
    error: str


@dataclass(frozen=True)
class Quarantined:
    """Every attempt failed: the unit is unaccounted for until a later run finishes it."""

    node: Node
    error: str


Outcome = Started | Finished | Retried | Quarantined
