"""The parent's end of a sandbox: starting the child, feeding it, watching it, reading its answers.

A request is a length (8 bytes, little-endian) and UTF-8 text; an answer is a tag (1 byte), a length and UTF-8
text. Nothing is unpickled: a child that parses hostile bytes may have been taken over by them.
"""

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpusforge.stages.sandbox_child import ANSWER, ERROR, MEMORY, NOTHING, PIPE_BYTES, READY, REQUEST, TEXT

MAX_ANSWER = 2**30  # bytes; a longer answer is no answer but a broken child
MAX_AHEAD = 64  # texts sent ahead of their answers


@dataclass(frozen=True)
class Failure:
    """Why a text has no result: the function raised (`error`), or lost the child, twice."""

    kind: Literal["error", "timeout", "died", "memory"]
    message: str


class SandboxError(RuntimeError):
    """The child cannot start: no fault of any text."""


class ChildLost(Exception):
    """The child is of no use any more; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class ChildProcess:
    """One running child."""

    def __init__(self, function: str, memory_bytes: int, start_timeout_s: float) -> None:
        """Start the child and wait until it has loaded `function`. Raises SandboxError."""
        requests, self._write = os.pipe()
        self._read, answers = os.pipe()
        command = [sys.executable, "-m", "corpusforge.stages.sandbox_child"]
        command += [function, str(memory_bytes), str(os.getpid()), str(requests), str(answers)]
        path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        try:
            # What libraries print about hostile pages must not reach the terminal.
            self._process = subprocess.Popen(
                command,
                env={**os.environ, "PYTHONPATH": path},
                pass_fds=(requests, answers),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            os.close(self._write)
            os.close(self._read)
            raise SandboxError(f"the sandbox for {function} cannot be started: {error}") from error
        finally:
            os.close(requests)
            os.close(answers)
        os.set_blocking(self._write, False)
        os.set_blocking(self._read, False)
        _widen(self._write)
        self._received = bytearray()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._read, selectors.EVENT_READ)
        self._wait_until_ready(function, start_timeout_s)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def exchange(self, texts: Sequence[str], timeout_s: float) -> Iterator[str | Failure | None]:
        """Send texts, yield their answers in order. Raises ChildLost at the text that loses the child."""
        sent = answered = 0
        outgoing = memoryview(b"")
        deadline = time.monotonic() + timeout_s
        while answered < len(texts):
            if not outgoing and sent < min(len(texts), answered + MAX_AHEAD):
                outgoing = memoryview(_request(texts[sent]))
                sent += 1
            readable, writable = self._wait(bool(outgoing), deadline - time.monotonic())
            if writable:
                outgoing = outgoing[self._send(outgoing) :]
                if sent - 1 == answered:  # the child has nothing else to do than to read this text
                    deadline = time.monotonic() + timeout_s
            if readable:
                self._receive()
                while frame := self._frame():
                    answered += 1
                    yield _answer(*frame)
                    deadline = time.monotonic() + timeout_s
            if not readable and not writable and time.monotonic() >= deadline:
                raise ChildLost(Failure("timeout", f"no result after {timeout_s:g} s"))

    def close(self) -> None:
        """Let the child end by itself, or kill it when it does not."""
        self._release()
        try:
            self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """Kill the child and reap it."""
        self._process.kill()
        self._process.wait()
        self._release()

    def _release(self) -> None:
        self._selector.close()
        os.close(self._write)
        os.close(self._read)

    def _wait_until_ready(self, function: str, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        try:
            while not (frame := self._frame()):
                readable, _ = self._wait(False, deadline - time.monotonic())
                if readable:
                    self._receive()
                elif time.monotonic() >= deadline:
                    raise SandboxError(f"the sandbox for {function} did not start within {timeout_s:g} s")
            if frame[0] != READY:
                raise SandboxError(f"the sandbox cannot load {function}: {frame[1]}")
        except ChildLost as lost:
            self.kill()
            raise SandboxError(f"the sandbox for {function} ended while starting: {lost}") from None
        except BaseException:
            self.kill()
            raise

    def _wait(self, to_write: bool, timeout_s: float) -> tuple[bool, bool]:
        """Wait for the pipes: (an answer can be read, a request can be written)."""
        watched = self._write in self._selector.get_map()
        if to_write and not watched:
            self._selector.register(self._write, selectors.EVENT_WRITE)
        elif watched and not to_write:
            self._selector.unregister(self._write)
        ready = {key.fd for key, _ in self._selector.select(max(0.0, timeout_s))}
        return self._read in ready, self._write in ready

    def _send(self, outgoing: memoryview) -> int:
        try:
            return os.write(self._write, outgoing[:PIPE_BYTES])
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            return len(outgoing)  # it is dying; the end of its answers will say so

    def _receive(self) -> None:
        chunk = os.read(self._read, PIPE_BYTES)
        if not chunk:
            raise ChildLost(Failure("died", _ending(self._process.wait())))
        self._received += chunk

    def _frame(self) -> tuple[int, str] | None:
        """Take the next whole answer from what was received."""
        if len(self._received) < ANSWER.size:
            return None
        tag, length = ANSWER.unpack_from(self._received)
        if tag not in (READY, TEXT, NOTHING, ERROR, MEMORY) or length > MAX_ANSWER:
            raise ChildLost(Failure("died", "the child answered nonsense"))
        end = ANSWER.size + length
        if len(self._received) < end:
            return None
        text = self._received[ANSWER.size : end].decode("utf-8", "surrogatepass")
        del self._received[:end]
        return tag, text


def _request(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return REQUEST.pack(len(data)) + data


def _answer(tag: int, text: str) -> str | Failure | None:
    if tag == MEMORY:
        raise ChildLost(Failure("memory", text))
    if tag == ERROR:
        return Failure("error", text)
    return text if tag == TEXT else None


def _ending(status: int) -> str:
    return f"the child was killed by signal {-status}" if status < 0 else f"the child exited with status {status}"


def _widen(pipe: int) -> None:
    """Ask for a pipe that holds a whole page, so that the child need not wait for us between two."""
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        pass  # not Linux, or the user's limit of pipe memory is reached: slower, not different
