"""Files at any fsspec URL. One verb writes: `put` makes a complete file appear, or nothing."""

import errno
import io
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from corpusforge import faults
from corpusforge.errors import UserError
from corpusforge.io.urls import filesystem, identity, is_local

Content = bytes | Callable[[IO[bytes]], Any]
"""What `put` writes: the bytes, or a function that writes them into the file it is given."""

Paths = list[str]
"""Paths below a storage's root, sorted."""


class StorageFull(UserError):
    """The disk, or the quota on it, is full. What was complete before is still there."""


class MissingFile(UserError, FileNotFoundError):
    """A file of a run that should be there."""

    def __str__(self) -> str:
        return str(self.args[0])


class Storage:
    """A directory at any fsspec URL: local, `s3://`, `hf://`, `memory://`, and `https://` for reading.

    Paths are relative to it, with `/` between parts.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/") if url.strip("/") else "/"
        self.fs, self.root = filesystem(self.url)
        self.local = is_local(url)

    def __repr__(self) -> str:
        return f"Storage({self.url!r})"

    def path(self, path: str) -> str:
        """The path of `path` inside the filesystem."""
        return f"{self.root.rstrip('/')}/{path}" if path else self.root

    def join(self, path: str) -> str:
        """The URL of `path`, for messages."""
        return f"{self.url.rstrip('/')}/{path}"

    def open(self, path: str) -> IO[bytes]:
        """Open a file for reading. Raises MissingFile."""
        try:
            if self.local:
                return open(self.path(path), "rb")
            file: IO[bytes] = self.fs.open(self.path(path), "rb")
        except FileNotFoundError:
            raise MissingFile(f"{self.join(path)}: missing; run the recipe again to make it anew") from None
        return file

    def read(self, path: str) -> bytes:
        """The whole file."""
        with self.open(path) as file:
            return file.read()

    def exists(self, path: str) -> bool:
        """True if there is a file or directory at `path`."""
        self._forget_listings()
        return bool(self.fs.exists(self.path(path)))

    def size(self, path: str) -> int:
        """Bytes of the file. Raises FileNotFoundError."""
        self._forget_listings()
        return int(self.fs.size(self.path(path)))

    def identity(self, path: str) -> str:
        """A string that changes when the file does (see `identity`)."""
        self._forget_listings()
        return identity(self.fs.unstrip_protocol(self.path(path)))[1]

    def list(self, path: str = "") -> Paths:
        """Every file below `path`, sorted, without the temporary files of a `put` under way."""
        self._forget_listings()
        return self._relative(self.fs.find(self.path(path)))

    def sizes(self, path: str = "") -> dict[str, int]:
        """Bytes of every file below `path`, by path, from one listing."""
        self._forget_listings()
        found = self.fs.find(self.path(path), detail=True)
        start = len(self.root.rstrip("/")) + 1
        sizes = {name[start:]: int(info["size"]) for name, info in sorted(found.items()) if info["type"] == "file"}
        return {name: size for name, size in sizes.items() if not _is_aside(name)}

    def glob(self, pattern: str) -> Paths:
        """Files that match `pattern` (`*`, `?`, `[...]`, `**`), sorted."""
        self._forget_listings()
        found = self.fs.glob(self.path(pattern), detail=True)
        return self._relative(name for name, info in found.items() if info["type"] == "file")

    def delete(self, path: str) -> None:
        """Remove a file; no error if it is not there."""
        with suppress(FileNotFoundError):
            self.fs.rm_file(self.path(path))

    def sweep_asides(self) -> None:
        """Remove the temporary files that killed processes left.

        Only for who knows that nobody writes here.
        """
        if self.local:
            for aside in Path(self.root).rglob(".*.tmp-*"):
                aside.unlink(missing_ok=True)

    def link(self, path: str, target: str) -> None:
        """Make a file appear at `target` too, whole or not at all: as a hard link where there are any, else a copy."""
        if self.local:
            Path(self.path(target)).parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # another disk, or one that knows no links
                os.link(self.path(path), self.path(target))
                return
        else:
            with suppress(NotImplementedError):
                self.fs.cp_file(self.path(path), self.path(target))
                return
        with self.open(path) as source:
            self.put(target, lambda file: shutil.copyfileobj(source, file))

    def put(self, path: str, content: Content) -> None:
        """Write a complete file at `path`, over an older one if there is one. On any error nothing appears.

        Raises StorageFull when the disk is full; what `content` raises; UserError where writing is
        impossible.
        """
        with clear_errors(self.join(path)):
            if self.local:
                self._put_local(Path(self.path(path)), content)
            else:
                self._put_remote(self.path(path), content)

    def _put_local(self, target: Path, content: Content) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.tmp-{os.getpid()}-{secrets.token_hex(4)}")
        try:
            with open(aside, "xb") as file:
                _fill(file, content)
                file.flush()
                os.fsync(file.fileno())
            faults.reached("put:before-rename")
            aside.replace(target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        directory = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        faults.reached("put:after-rename")

    def _put_remote(self, path: str, content: Content) -> None:
        if "memory" in self.fs.protocol:  # a file there is visible from its opening on: make it whole first
            whole = io.BytesIO()
            _fill(whole, content)
            self.fs.pipe_file(path, whole.getvalue())
            return
        file = self.fs.open(path, "wb")
        try:
            _fill(file, content)
            faults.reached("put:before-rename")
            file.close()
        except BaseException:
            file.closed = True  # close() would commit what was written so far
            file.discard()
            raise
        faults.reached("put:after-rename")

    def _relative(self, names: Iterable[str]) -> Paths:
        start = len(self.root.rstrip("/")) + 1
        paths = (name[start:] for name in names)
        return sorted(path for path in paths if path and not _is_aside(path))

    def _forget_listings(self) -> None:
        if not self.local:
            self.fs.invalidate_cache()


def _is_aside(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(".") and ".tmp-" in name


def _fill(file: IO[bytes], content: Content) -> None:
    if callable(content):
        content(file)
    else:
        file.write(content)


@contextmanager
def clear_errors(where: str) -> Iterator[None]:
    """Have writing `where` raise StorageFull when the disk is full, UserError when nothing can be written there."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                f"{where}: no space left: free some, or give another directory; the run can be resumed"
            ) from error
        raise
    except NotImplementedError as error:
        raise UserError(f"{where}: this kind of URL can be read but not written") from error
