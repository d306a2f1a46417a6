"""A run driven in this process, one node after another, in an order of our choosing: nothing may depend on the engine."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corpusforge.engines.outcome import Finished, Outcome
from corpusforge.io.storage import Storage
from corpusforge.phases.task import Worker
from corpusforge.plan.graph import Graph
from corpusforge.run import Summary, run
from corpusforge.settings import build_settings


class SerialEngine:
    """Runs ready nodes in a random order that keeps to the edges."""

    def __init__(self, url: str, seed: int) -> None:
        self._storage, self._worker, self._dice = Storage(url), Worker(), random.Random(seed)

    def run(self, graph: Graph) -> Iterator[Outcome]:
        """Every ready node, one by one."""
        left = graph.ready()
        self._dice.shuffle(left)
        undone = {node.name for node in left}
        while left:
            node = next(node for node in left if not undone.intersection(node.after))
            left.remove(node)
            assert node.task is not None
            receipt = node.task.run(self._storage, self._worker)
            undone.discard(node.name)
            yield Finished(node, receipt)

    def __enter__(self) -> "SerialEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()


def serial(seed: int) -> Callable[[str, int, Callable[[], bool]], SerialEngine]:
    """Engines of one seed."""
    return lambda url, workers, stopping: SerialEngine(url, seed)


def run_serially(out: Path, inputs: str, changes: dict[str, Any], seed: int = 0, adds: bool = False) -> Summary:
    """Run `fineweb2-style` for Punjabi."""
    settings = build_settings("fineweb2-style", ("pan_Guru",), (inputs,), changes=changes, adds=adds)
    return run(settings, str(out), 1, engine=serial(seed))
