"""What a driver asks of an engine: run the ready nodes of a graph, and say what becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from corpusforge.engines.outcome import Outcome
from corpusforge.plan.graph import Graph


class Engine(Protocol):
    """A context manager; `run` may be called again and again."""

    def run(self, graph: Graph) -> Iterator[Outcome]:
        """Yield what becomes of every ready node, each after those that it stands behind."""

    def __enter__(self) -> Engine: ...

    def __exit__(self, *error: object) -> None: ...


MakeEngine = Callable[[str, int, Callable[[], bool]], Engine]
"""An engine for a run's URL, a number of workers, and what says that nothing new may begin."""
