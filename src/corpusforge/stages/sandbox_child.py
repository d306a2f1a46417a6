"""The child's end of a sandbox: `python -m ...sandbox_child FUNCTION MEMORY PARENT REQUESTS ANSWERS`."""

import importlib
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO

REQUEST = struct.Struct("<Q")  # length
ANSWER = struct.Struct("<BQ")  # tag, length
READY, TEXT, NOTHING, ERROR, MEMORY = range(1, 6)
PIPE_BYTES = 2**20
MAX_MESSAGE = 500  # characters of an exception that are reported


def main() -> None:
    """Load the function, limit memory, answer requests until the parent closes its end."""
    path, memory, parent, requests, answers = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's business
    _die_with(int(parent))
    incoming, outgoing = os.fdopen(int(requests), "rb", PIPE_BYTES), os.fdopen(int(answers), "wb", 0)
    try:
        function = _load(path)
    except BaseException as error:
        _send(outgoing, ERROR, _message(error))
        return
    _limit_memory(int(memory))
    _send(outgoing, READY, "")
    while _serve(function, incoming, outgoing):
        pass


def _serve(function: Callable[[str], str | None], incoming: BinaryIO, outgoing: BinaryIO) -> bool:
    """Answer one request; False at the end."""
    try:
        head = incoming.read(REQUEST.size)
        if len(head) < REQUEST.size:
            return False
        value = function(incoming.read(REQUEST.unpack(head)[0]).decode("utf-8", "surrogatepass"))
        if value is None:
            _send(outgoing, NOTHING, "")
        elif isinstance(value, str):
            _send(outgoing, TEXT, value)
        else:
            _send(outgoing, ERROR, f"TypeError: the function returned {type(value).__name__}, not text")
    except MemoryError as error:
        _send(outgoing, MEMORY, _message(error))  # the parent replaces us
    except BaseException as error:
        _send(outgoing, ERROR, _message(error))
    return True


def _send(outgoing: BinaryIO, tag: int, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    frame = memoryview(ANSWER.pack(tag, len(data)) + data)
    while frame:
        frame = frame[outgoing.write(frame) :]


def _message(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:MAX_MESSAGE]
    except Exception:
        return type(error).__name__


def _load(path: str) -> Callable[[str], str | None]:
    module, name, *arguments = path.split(":")
    found = getattr(importlib.import_module(module), name)
    function: Callable[[str], str | None] = found(*arguments) if isinstance(found, type) else found
    return function


def _die_with(parent: int) -> None:
    """Have the kernel kill us when the parent dies, even amid a request (prctl(2), PR_SET_PDEATHSIG)."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")  # should the machine run out of memory, we are the one to go
    except OSError:
        pass


def _limit_memory(more: int) -> None:
    """Allow `more` bytes of address space beyond what is in use now."""
    try:
        with open("/proc/self/statm") as statistics:
            used = int(statistics.read().split()[0]) * resource.getpagesize()
    except OSError:
        return  # not Linux: the baseline is unknown
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = used + more
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


if __name__ == "__main__":
    main()
