"""Where a crawl lies: ranges of its files, politely, with retries; over HTTP, or from any other storage."""

from __future__ import annotations

import random
import statistics
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from corpusforge.errors import UserError
from corpusforge.io.urls import filesystem, identity

T = TypeVar("T")


class NotThere(Exception):
    """The server is sure that it does not have this: no such file, or (`beyond`) the range lies beyond its end."""

    def __init__(self, message: str, beyond: bool = False) -> None:
        super().__init__(message)
        self.beyond = beyond


class Transient(Exception):
    """A failure that may pass: refused for now, broken off, no answer.

    `wait_s`: how long the server asked for. `no_server`: there was none to ask.
    """

    def __init__(self, message: str, wait_s: float | None = None, no_server: bool = False) -> None:
        super().__init__(message)
        self.wait_s, self.no_server = wait_s, no_server


class Unreachable(UserError):
    """No answer after every attempt. What was fetched before is kept."""


@dataclass(frozen=True)
class Manners:
    """How a server is treated. Delays grow twofold from the first to the longest, with a random quarter less or more.

    A wait that the server asks for (Retry-After) is kept up to `longest_wait_s`; one that is longer ends the attempts.
    `attempts_without_server` holds as long as it has never answered: without a network that is soon said.
    """

    connections: int = 2
    attempts: int = 6
    attempts_without_server: int = 6
    first_delay_s: float = 1.0
    longest_delay_s: float = 60.0
    longest_wait_s: float = 600.0
    timeout_s: float = 60.0


@dataclass
class Pace:
    """What requests took on this connection: (bytes, seconds) of each."""

    taken: list[tuple[int, float]] = field(default_factory=list)

    def seconds(self, requests: int, size: int, connections: int) -> float | None:
        """How long so many requests of so many bytes in all will take; None without measurements.

        The time of a small request, and the bytes per second of large ones beyond it.
        """
        if not self.taken:
            return None
        small = [spent for count, spent in self.taken if count <= _SMALL]
        least = statistics.median(small) if small else min(spent for _, spent in self.taken)
        large = [(count, spent - least) for count, spent in self.taken if count > _SMALL and spent > least]
        rate = sum(count for count, _ in large) / sum(spent for _, spent in large) if large else None
        return (requests * least + (size / rate if rate else 0.0)) / connections


_SMALL = 128 * 1024


@dataclass(frozen=True)
class Described:
    """A file: its size in bytes, and a string that changes when it does."""

    size: int
    version: str


class Root(ABC):
    """A place that has `crawl-data/` and `cc-index/`. Paths are relative to it. Safe for threads."""

    def __init__(self, url: str, manners: Manners) -> None:
        self.url, self.manners, self.pace = url.rstrip("/"), manners, Pace()
        self._answered = False
        self._lock = threading.Lock()

    def read(self, path: str, start: int, length: int) -> bytes:
        """Bytes [start, start + length). Raises NotThere; Unreachable after every attempt."""
        return self._attempts(path, lambda: self._read(path, start, length))

    def whole(self, path: str) -> bytes:
        """A small file. Raises NotThere, Unreachable."""
        return self._attempts(path, lambda: self._whole(path))

    def describe(self, path: str) -> Described:
        """Size and version. Raises NotThere, Unreachable."""
        return self._attempts(path, lambda: self._describe(path))

    @abstractmethod
    def listed(self, folder: str) -> list[str] | None:
        """Names in a folder, sorted; None where this kind of place cannot list. Raises Unreachable."""

    def where(self, path: str) -> str:
        """The URL of a path."""
        return f"{self.url}/{path}"

    @abstractmethod
    def _read(self, path: str, start: int, length: int) -> bytes:
        """As `read`, in one attempt; raises Transient where another may succeed."""

    @abstractmethod
    def _whole(self, path: str) -> bytes:
        """As `whole`, in one attempt."""

    @abstractmethod
    def _describe(self, path: str) -> Described:
        """As `describe`, in one attempt."""

    def _pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def _attempts(self, path: str, once: Callable[[], T]) -> T:
        manners = self.manners
        for attempt in range(1, manners.attempts + 1):
            began = time.monotonic()
            try:
                answer = once()
            except Transient as failure:
                wait = failure.wait_s
                most = manners.attempts
                if failure.no_server and not self._answered:
                    most = min(most, manners.attempts_without_server)
                if attempt >= most or (wait is not None and wait > manners.longest_wait_s):
                    tried = f"after {attempt} attempt{'s' if attempt > 1 else ''}"
                    asked = f"; it asks to wait {wait:,.0f} s" if wait else ""
                    raise Unreachable(f"{self.where(path)}: {failure} ({tried}{asked})") from failure
                delay = min(manners.first_delay_s * 2 ** (attempt - 1), manners.longest_delay_s)
                self._pause(delay * random.uniform(0.75, 1.25) if wait is None else wait)
                continue
            self._answered = True
            if isinstance(answer, bytes):
                with self._lock:
                    self.pace.taken.append((len(answer), time.monotonic() - began))
            return answer
        raise AssertionError("unreachable")


class StoredRoot(Root):
    """A local folder, or any other storage that fsspec knows: s3://, hf://."""

    def __init__(self, url: str, manners: Manners) -> None:
        super().__init__(url, manners)
        self._fs, self._base = filesystem(url)

    def listed(self, folder: str) -> list[str] | None:
        """See Root."""
        try:
            found = self._fs.ls(self._path(folder), detail=False)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except Exception as error:  # every storage library has its own
            raise Unreachable(f"{self.where(folder)}: cannot be listed: {error}") from error
        return sorted(str(one).rstrip("/").rpartition("/")[2] for one in found)

    def _path(self, path: str) -> str:
        return f"{self._base.rstrip('/')}/{path}"

    def _read(self, path: str, start: int, length: int) -> bytes:
        data: bytes = self._guarded(path, lambda: self._fs.cat_file(self._path(path), start=start, end=start + length))
        if len(data) != length:
            raise NotThere(f"the file ends before byte {start + length:,}", beyond=True)
        return data

    def _whole(self, path: str) -> bytes:
        data: bytes = self._guarded(path, lambda: self._fs.cat_file(self._path(path)))
        return data

    def _describe(self, path: str) -> Described:
        size, version = self._guarded(path, lambda: identity(self._fs.unstrip_protocol(self._path(path))))
        return Described(int(size or 0), version)

    def _guarded(self, path: str, do: Callable[[], T]) -> T:
        try:
            return do()
        except (FileNotFoundError, IsADirectoryError):
            raise NotThere("there is no such file") from None
        except PermissionError as error:
            raise NotThere(f"reading is not allowed: {error.strerror or error}") from None
        except Exception as error:  # every storage library has its own
            raise Transient(f"{type(error).__name__}: {error}"[:300]) from error


def open_root(url: str, manners: Manners) -> Root:
    """The root at a URL or path. Raises UserError for a local folder that is not there, or an unknown protocol."""
    if url.startswith(("http://", "https://")):
        from corpusforge.crawl.http_root import HttpRoot

        return HttpRoot(url, manners)
    if "://" not in url and not Path(url).is_dir():
        raise UserError(f"--crawl-root {url}: there is no such directory")
    return StoredRoot(url, manners)
