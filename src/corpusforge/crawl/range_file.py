"""A file of a root that reads by ranges, as Parquet readers want it."""

from __future__ import annotations

import io

from corpusforge.crawl.root import Root


class RangeFile(io.RawIOBase):
    """A file of a root, read by ranges. Its end, where Parquet keeps what it holds, is read once."""

    _TAIL = 256 * 1024

    def __init__(self, root: Root, path: str, size: int) -> None:
        self._root, self._path, self._size, self._at = root, path, size, 0
        self._tail_start = max(0, size - self._TAIL)
        self._tail: bytes | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The position."""
        return self._at

    def size(self) -> int:
        """Bytes of the file."""
        return self._size

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move."""
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def read(self, count: int | None = -1) -> bytes:
        """Bytes from the position on."""
        left = max(0, self._size - self._at)
        count = left if count is None or count < 0 else min(count, left)
        if not count:
            return b""
        if self._at >= self._tail_start:
            if self._tail is None:
                self._tail = self._root.read(self._path, self._tail_start, self._size - self._tail_start)
            start = self._at - self._tail_start
            data = self._tail[start : start + count]
        else:
            data = self._root.read(self._path, self._at, count)
        self._at += count
        return data
