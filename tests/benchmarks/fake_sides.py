"""Sides that do next to nothing, for tests of the measurement."""

import os
import sys
import time
from pathlib import Path

from benchmarks.clock import run_tree
from benchmarks.protocol import Documents, Missing

# A child that starts another and is gone at once; the other one then works for 0.4 s of CPU time.
ORPHAN = """
import os, time
if os.fork() == 0:
    while time.process_time() < 0.4:
        pass
"""


class Noted:
    """Writes its name down each time it is measured; two words per text, or those it is told."""

    def __init__(self, name: str, log: Path, documents: Documents) -> None:
        self._name, self._log = name, log
        self.parts = {"work": self._work}

    def _work(self) -> None:
        with self._log.open("a") as file:
            file.write(f"{self._name}\n")

    def counts(self) -> dict[str, float]:
        return {"words": 2}


class Absent:
    """Cannot be opened."""

    def __init__(self, documents: Documents) -> None:
        raise Missing("needs a package that nobody has")


class Orphaning:
    """Its work is done by a process that its child leaves behind."""

    def __init__(self, folder: Path, documents: Documents) -> None:
        self._folder = folder
        self.parts = {"work": self._work}

    def _work(self) -> None:
        run_tree([sys.executable, "-c", ORPHAN], self._folder / "log", dict(os.environ))

    def counts(self) -> dict[str, float]:
        return {}


class Twice:
    """A part that goes through the documents ten times in one call, 10 ms of CPU time each."""

    def __init__(self, documents: Documents) -> None:
        self.parts = {"work": self._work}
        self.times = {"work": 10}

    def _work(self) -> None:
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass

    def counts(self) -> dict[str, float]:
        return {}
