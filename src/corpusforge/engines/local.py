"""The local engine: several processes on one machine, no service. The reference for every other engine."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from corpusforge.engines.outcome import Finished, Outcome, Quarantined, Retried, Started
from corpusforge.engines.worker import DONE, STORAGE_FULL, USER_ERROR, work
from corpusforge.errors import UserError
from corpusforge.io.storage import StorageFull
from corpusforge.plan.graph import Graph, Node, NodeName

ATTEMPTS = 3

# Every worker is one thread: as many workers as cores, and no library that brings its own pool of threads. Arrow's own
# pools of memory keep what they were given, for nothing: the system's is no slower here.
_OF_WORKERS = {
    "OMP_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


@dataclass
class _Seat:
    """A worker process, its pipe, and the node that it works on."""

    process: BaseProcess
    pipe: Connection
    node: Node | None = None


class LocalEngine:
    """Runs the ready nodes of a graph on `workers` processes."""

    def __init__(self, url: str, workers: int, stopping: Callable[[], bool] = lambda: False) -> None:
        self._url = url
        self._count = workers
        self._stopping = stopping
        self._context = multiprocessing.get_context("spawn")
        self._seats: list[_Seat] = []

    def run(self, graph: Graph) -> Iterator[Outcome]:
        """Yield what becomes of every ready node. After a stop is asked for, nothing new begins and the rest drains.

        Raises StorageFull and UserError as workers do; both leave a run that can be resumed.
        """
        waiting = deque(_largest_first(graph.ready()))
        undone: set[NodeName] = {node.name for node in waiting}
        attempts: dict[NodeName, int] = {}
        while True:
            if not self._stopping():
                yield from self._give(waiting, undone)
            busy = [seat for seat in self._seats if seat.node is not None]
            if not busy:
                break
            for ready in wait([seat.pipe for seat in busy] + [seat.process.sentinel for seat in busy], timeout=0.2):
                seat = next((one for one in busy if ready in (one.pipe, one.process.sentinel)), None)
                if seat is None or seat.node is None:
                    continue
                outcome = self._outcome(seat, attempts)
                if isinstance(outcome, Retried):
                    waiting.appendleft(outcome.node)
                elif isinstance(outcome, Finished):
                    undone.discard(outcome.node.name)
                if outcome is not None:
                    yield outcome

    def _give(self, waiting: deque[Node], undone: set[NodeName]) -> Iterator[Outcome]:
        """Give nodes whose predecessors are done to idle workers."""
        busy = sum(seat.node is not None for seat in self._seats)
        held: list[Node] = []
        while waiting and busy < self._count:
            node = waiting.popleft()
            if any(name in undone for name in node.after):
                held.append(node)
                continue
            seat = self._idle_seat()
            seat.node = node
            busy += 1
            yield Started(node)
            try:
                seat.pipe.send(node.task)
            except BrokenPipeError:
                continue  # it died idle: the sentinel says so
        waiting.extendleft(reversed(held))

    def _idle_seat(self) -> _Seat:
        for seat in self._seats:
            if seat.node is None and seat.process.is_alive():
                return seat
        return self._start()

    def _start(self) -> _Seat:
        before = {name: os.environ.get(name) for name in _OF_WORKERS}
        os.environ.update(_OF_WORKERS)
        try:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(
                target=work, args=(theirs, self._url, os.getpid()), name="corpusforge-worker", daemon=False
            )
            process.start()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
        theirs.close()
        seat = _Seat(process, ours)
        self._seats.append(seat)
        return seat

    def _outcome(self, seat: _Seat, attempts: dict[NodeName, int]) -> Outcome | None:
        node = seat.node
        if node is None:
            return None
        answer: tuple[str, Any] | None = None
        try:
            if seat.pipe.poll():
                answer = seat.pipe.recv()
            elif seat.process.is_alive():
                return None
        except (EOFError, OSError):
            answer = None
        seat.node = None
        if answer is None:
            seat.process.join()
            self._seats.remove(seat)
            answer = ("died", f"the worker died (exit code {seat.process.exitcode})")
        kind: str = answer[0]
        value: Any = answer[1]
        if kind == DONE:
            return Finished(node, value)
        if kind == STORAGE_FULL:
            raise StorageFull(value)
        if kind == USER_ERROR:
            raise UserError(value)
        attempts[node.name] = attempts.get(node.name, 0) + 1
        return Quarantined(node, value) if attempts[node.name] >= ATTEMPTS else Retried(node, value)

    def close(self, kill: bool = False) -> None:
        """End the workers: after their current task, or at once."""
        for seat in self._seats:
            try:
                if kill:
                    seat.process.kill()
                else:
                    seat.pipe.send(None)
            except OSError:
                pass
        for seat in self._seats:
            seat.process.join(timeout=None if kill else 30)
            if seat.process.is_alive():
                seat.process.kill()
                seat.process.join()
            seat.pipe.close()
        self._seats.clear()

    def __enter__(self) -> LocalEngine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close(kill=error[0] is not None)


def _largest_first(nodes: list[Node]) -> list[Node]:
    """Large units first inside a phase, so that none is left alone at the end; phases stay in order."""
    from corpusforge.plan.graph import PHASES

    return sorted(nodes, key=lambda node: (PHASES.index(node.phase), -node.bytes, node.label))
