"""Functions that do to a sandbox what hostile pages do: hang, die, eat memory, recurse, talk."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path


def act(text: str) -> str | None:
    """Do what `text` says; anything else comes back in upper case."""
    word, _, rest = text.partition(" ")
    if word == "sleep":
        time.sleep(float(rest))
    elif word == "spin":
        while True:
            pass
    elif word == "exit":
        os._exit(int(rest))
    elif word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "segfault":
        ctypes.string_at(0)
    elif word == "eat":
        return str(len(bytearray(int(rest))))
    elif word == "eat-in-c":
        ctypes.CDLL(None).abort()
    elif word == "recurse":
        return act(text)
    elif word == "raise":
        raise ValueError(rest)
    elif word == "quit":
        sys.exit(3)
    elif word == "nothing":
        return None
    elif word == "number":
        return 7  # type: ignore[return-value]
    elif word == "print":
        print("\x1b[31m hostile" * 100_000)
        os.write(1, b"more" * 100_000)
    elif word == "long":
        return "ਪ" * int(rest)
    elif word == "pid":
        return str(os.getpid())
    elif word == "once":
        # Dies the first time, not the second: a machine's fault and not the text's.
        path = Path(rest)
        if not path.exists():
            path.touch()
            os._exit(9)
    return text.upper()


class Counter:
    """An instance per child, made once."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, text: str) -> str:
        self.calls += 1
        return f"{text} {self.calls}"
