"""What a phase's task is to an engine: something with a name that runs in a run directory and returns a receipt."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Protocol

from corpusforge.io.storage import Storage
from corpusforge.receipt import Receipt


class Worker:
    """What a worker process keeps between tasks: opened stages, by the configuration that they were opened with."""

    def __init__(self) -> None:
        self._opened: dict[Hashable, Any] = {}

    def opened(self, name: Hashable, build: Callable[[], Any]) -> Any:
        """The object that `build()` makes for `name`, made once per worker."""
        if name not in self._opened:
            self._opened[name] = build()
        return self._opened[name]

    def close(self) -> None:
        """Close what was opened."""
        for thing in self._opened.values():
            close = getattr(thing, "close", None)
            if close is not None:
                close()
        self._opened.clear()


class Task(Protocol):
    """A node's work. Picklable; running it twice writes equal bytes."""

    @property
    def phase(self) -> str:
        """Name of the phase."""

    @property
    def unit(self) -> str:
        """Name of the unit; of the language-script in phases per language."""

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Do the work in the run directory `storage`."""
