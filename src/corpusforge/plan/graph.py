"""The graph: nodes (phase, unit) with edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from corpusforge.phases.task import Task
from corpusforge.receipt import Receipt

PHASES = (
    "ingest",
    "exact",
    "lines",
    "trim",
    "admit",
    "bands",
    "candidates",
    "components",
    "gather",
    "compare",
    "deduplicate",
    "decide",
    "clean",
    "write",
)

PER_UNIT = ("ingest", "trim", "clean")
"""Phases whose nodes are of a unit; those of the others are of a language-script."""

NodeName = tuple[str, str]
Receipts = Mapping[NodeName, Receipt]


@dataclass(frozen=True)
class Node:
    """One piece of work. `reason` says why it will run; None means that its receipt still holds.

    A node whose `task` is None waits for phases before it: its languages are known only then.
    """

    phase: str
    unit: str
    task: Task | None
    reason: str | None
    after: tuple[NodeName, ...] = ()
    label: str = ""  # input name, or language-script
    bytes: int = 0

    @property
    def name(self) -> NodeName:
        """(phase, unit)."""
        return (self.phase, self.unit)


@dataclass(frozen=True)
class Graph:
    """All nodes of a run, in an order in which they may run. `complete` is False while ingest has work to do."""

    nodes: tuple[Node, ...]
    complete: bool
    stray: tuple[NodeName, ...] = field(default=())  # receipts that no node answers to

    def stale(self) -> list[Node]:
        """Nodes that will run, or wait."""
        return [node for node in self.nodes if node.reason is not None]

    def ready(self) -> list[Node]:
        """Nodes that an engine can be given now."""
        return [node for node in self.nodes if node.reason is not None and node.task is not None]

    def without(self, names: set[NodeName]) -> Graph:
        """The graph less the named nodes and everything that stands on one of them."""
        gone = set(names)
        for node in self.nodes:  # nodes stand behind what they depend on
            if gone.intersection(node.after):
                gone.add(node.name)
        return replace(self, nodes=tuple(node for node in self.nodes if node.name not in gone))
