"""CPU seconds and memory of a process and all that it started (Linux)."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_KIB = re.compile(r"^(VmHWM|RssAnon|RssFile|RssShmem):\s+(\d+) kB", re.MULTILINE)


def cpu_seconds() -> float:
    """CPU time of this process, of those it started and are gone, and of those that live (to 10 ms)."""
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(map(_lived, descendants(os.getpid())))
    return time.process_time() + gone.ru_utime + gone.ru_stime + living


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that they started."""
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        children = [
            int(child) for file in Path(f"/proc/{parent}/task").glob("*/children") for child in _read(file).split()
        ]
        found += children
        waiting += children
    return found


def adopt_orphans() -> None:
    """From now on what a child leaves behind becomes our child, so that its CPU time is counted when it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def run_tree(command: Sequence[str], log: Path, environment: dict[str, str]) -> str:
    """Run a command and wait until it and everything that it started are gone: its standard output.

    Standard error goes to `log`. Orphans that are not gone within ten seconds are ended. Raises RuntimeError when the
    command fails.
    """
    before = set(descendants(os.getpid()))
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
        output = process.communicate()[0]
    deadline = time.monotonic() + 10
    while left := set(descendants(os.getpid())) - before:
        for pid in left:
            try:
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, os.WNOHANG)
            except (ChildProcessError, ProcessLookupError):
                continue
        time.sleep(0.01)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}\n{log.read_text()[-2000:]}")
    return output.decode()


class Memory:
    """The highest memory of a family of processes, sampled from outside while it works; bytes."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._high: dict[int, int] = {}
        self.private = 0  # of one process: what no file stands behind
        self.together = 0  # private memory of all processes at one time
        for each in [pid, *descendants(pid)]:
            try:
                Path(f"/proc/{each}/clear_refs").write_text("5")  # the kernel's high-water mark starts anew
            except OSError:
                continue

    def sample(self) -> None:
        """Look once."""
        privates = []
        for pid in [self._pid, *descendants(self._pid)]:
            seen = {name: int(number) * 1024 for name, number in _KIB.findall(_read(Path(f"/proc/{pid}/status")))}
            self._high[pid] = max(self._high.get(pid, 0), seen.get("VmHWM", 0))
            privates.append(seen.get("RssAnon", 0) + seen.get("RssShmem", 0))
        self.private = max(self.private, *privates)
        self.together = max(self.together, sum(privates))

    @property
    def peak(self) -> int:
        """Resident memory of the process that had most, files mapped into it included."""
        return max(self._high.values(), default=0)


def _lived(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK if fields else 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
