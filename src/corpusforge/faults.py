"""Points where a crash test kills the process. Off unless CORPUSFORGE_FAULT is set to `name:count`."""

import os
import signal

_hits: dict[str, int] = {}


def reached(name: str) -> None:
    """Say that the process has come to point `name`; the count-th time it is killed there.

    With CORPUSFORGE_FAULT_MARK set, that file is written first, so that a test can tell this death from another.
    """
    fault = os.environ.get("CORPUSFORGE_FAULT")
    if fault is None:
        return
    wanted, _, count = fault.rpartition(":")
    if name != wanted:
        return
    _hits[name] = _hits.get(name, 0) + 1
    if _hits[name] == int(count):
        mark = os.environ.get("CORPUSFORGE_FAULT_MARK")
        if mark:
            with open(mark, "w") as file:
                file.write(f"{fault} {os.getpid()}\n")
        os.kill(os.getpid(), signal.SIGKILL)
