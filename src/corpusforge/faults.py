"""Points where a crash test kills the process. Off unless CORPUSFORGE_FAULT is set to `name:count`.

CORPUSFORGE_FAULT_IN restricts the death to the `driver` or to a `worker`. The file named by CORPUSFORGE_FAULT_MARK is
written first, so that a test can tell this death from another; where it is there already nothing dies any more.
"""

import os
import signal

_hits: dict[str, int] = {}


def reached(name: str) -> None:
    """Say that the process has come to point `name`; the count-th time it is killed there."""
    fault = os.environ.get("CORPUSFORGE_FAULT")
    if fault is None:
        return
    wanted, _, count = fault.rpartition(":")
    if name != wanted or os.environ.get("CORPUSFORGE_FAULT_IN", _role()) != _role():
        return
    _hits[name] = _hits.get(name, 0) + 1
    if _hits[name] != int(count):
        return
    mark = os.environ.get("CORPUSFORGE_FAULT_MARK")
    if mark:
        try:
            with open(mark, "x") as file:
                file.write(f"{fault} {os.getpid()}\n")
        except FileExistsError:
            return
    os.kill(os.getpid(), signal.SIGKILL)


def _role() -> str:
    import multiprocessing

    return "driver" if multiprocessing.parent_process() is None else "worker"
