"""Politeness that holds for all processes of this machine: so many connections to a host at a time, and common pauses."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_S = 0.02


class Slots:
    """`count` slots of a host: locks on files, freed by death. A pause that one asks for, all keep."""

    def __init__(self, host: str, count: int) -> None:
        safe = re.sub(r"[^A-Za-z0-9.-]", "_", host)[:100] or "host"
        self._folder = Path(tempfile.gettempdir()) / f"corpusforge-{os.getuid()}" / safe
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._count = count

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a slot; waits until one is free and no pause is on."""
        while True:
            self._rest()
            handle = self._taken()
            if handle is not None:
                break
            time.sleep(_LOOK_S)
        try:
            yield
        finally:
            os.close(handle)

    def pause(self, seconds: float) -> None:
        """Let nobody begin a request for so long."""
        until = time.time() + seconds
        if until > self._until():
            aside = self._folder / f"pause.{os.getpid()}"
            aside.write_text(f"{until:.3f}")
            aside.replace(self._folder / "pause")

    def _rest(self) -> None:
        while (left := self._until() - time.time()) > 0:
            time.sleep(min(left, 1.0))

    def _until(self) -> float:
        try:
            return float((self._folder / "pause").read_text())
        except (OSError, ValueError):
            return 0.0

    def _taken(self) -> int | None:
        for number in range(self._count):
            handle = os.open(self._folder / f"{number}", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            return handle
        return None
