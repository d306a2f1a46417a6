"""A process per side: it opens the side on documents and measures parts of it, one at a time, when told to."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.clock import Memory, adopt_orphans, cpu_seconds
from benchmarks.protocol import Documents, Missing, Open, Side

LEAST_S = 0.05  # a part that takes less is repeated on the same documents until it took so long
ONE_THREAD = ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class Worker:
    """The process of one side."""

    def __init__(self, name: str) -> None:
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), name=name)
        self._process.start()
        theirs.close()
        self.memory: Memory | None = None

    def open(self, opener: Open, documents: Documents) -> dict[str, Any]:
        """Open the side: {digest, documents, bytes}. Raises Missing."""
        return self._ask("open", opener, documents)

    def measure(self, part: str, repeat: bool) -> dict[str, Any]:
        """CPU seconds of a part: {cpu_s, passes}."""
        return self._ask("measure", part, repeat)

    def counts(self) -> dict[str, float]:
        """What the side says came of it."""
        return self._ask("counts")

    def watch(self) -> None:
        """Memory counts from here."""
        self.memory = Memory(int(self._process.pid or 0))

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join(30)
        if self._process.is_alive():
            self._process.kill()

    def _ask(self, *question: Any) -> Any:
        self._connection.send(question)
        while not self._connection.poll(0.05):
            if self.memory:
                self.memory.sample()
        if self.memory:
            self.memory.sample()
        try:
            kind, answer = self._connection.recv()
        except EOFError:
            raise RuntimeError(f"{self._process.name}: the process died (exit code {self._process.exitcode})") from None
        if kind == "missing":
            raise Missing(answer)
        if kind == "error":
            raise RuntimeError(f"{self._process.name}, {question[0]}:\n{answer}")
        return answer


def _serve(connection: Connection) -> None:
    adopt_orphans()
    side: Side | None = None
    while True:
        try:
            question, *given = connection.recv()
        except EOFError:
            _close(side)
            return
        try:
            if question == "open":
                _close(side)
                side = None
                opener, documents = given
                side = opener(documents)
                answer: Any = {
                    "digest": documents.digest,
                    "documents": len(documents.items),
                    "bytes": documents.bytes,
                }
            elif question == "measure":
                answer = _measure(side, *given)
            else:
                answer = side.counts() if side else {}
            connection.send(("answer", answer))
        except (ImportError, Missing) as error:
            connection.send(("missing", str(error).strip().splitlines()[-1]))
        except Exception:
            connection.send(("error", traceback.format_exc(limit=8)))
        sys.stdout.flush()


def _measure(side: Side | None, part: str, repeat: bool) -> dict[str, Any]:
    work = side.parts[part] if side else _nothing
    times = getattr(side, "times", {}).get(part, 1)
    gc.collect()
    passes, begin = 0, cpu_seconds()
    while True:
        work()
        passes += 1
        spent = cpu_seconds() - begin
        if not repeat or spent >= LEAST_S:
            return {"cpu_s": spent / passes / times, "passes": passes * times}


def _nothing() -> None:
    return None


def _close(side: Side | None) -> None:
    close = getattr(side, "close", None)
    if close:
        close()
