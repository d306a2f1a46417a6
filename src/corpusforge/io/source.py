"""The raw bytes of an input file, read once from front to back, hashed and counted as they come."""

from typing import IO

import xxhash

_BLOCK = 256 * 1024
_SLACK = 1 << 20


class RawSource:
    """A window that moves over a file. Positions are file offsets in bytes.

    `peek` reads ahead as far as asked; `forget` allows bytes to be dropped. An error of the storage is
    raised, never taken for damage: reading `size` bytes (when known) is what makes a file whole.
    """

    def __init__(self, file: IO[bytes], size: int | None = None, name: str = "") -> None:
        self._file, self._size, self._name = file, size, name
        self._buffer = bytearray()
        self._base = 0
        self._keep = 0
        self._hash = xxhash.xxh3_64()
        self.ended = False
        self.read = 0

    @property
    def size(self) -> int | None:
        """Bytes of the file: as told by the storage, or as counted once the end was met; else None."""
        return self.read if self.ended else self._size

    @property
    def xxh3(self) -> str:
        """xxh3-64 of the bytes read so far, 16 hex digits."""
        return self._hash.hexdigest()

    def peek(self, position: int, count: int) -> bytes:
        """Up to `count` bytes from `position`; fewer only at the end of the file."""
        while self._base + len(self._buffer) < position + count and self._more():
            pass
        start = position - self._base
        if start < 0:
            raise ValueError(f"{self._name}: byte {position} was forgotten")
        return bytes(memoryview(self._buffer)[start : start + count])

    def find(self, needle: bytes, position: int) -> int | None:
        """The first place from `position` on where `needle` stands, or None. Forgets what it has searched."""
        while True:
            self.peek(position, _BLOCK)
            place = self._buffer.find(needle, position - self._base)
            if place >= 0:
                return self._base + place
            if self.ended:
                return None
            position = max(position, self._base + len(self._buffer) - len(needle) + 1)
            self.forget(position)

    def forget(self, position: int) -> None:
        """Bytes before `position` are not needed any more."""
        self._keep = max(self._keep, position)

    def drain(self) -> int:
        """Read to the end, keeping nothing; return the size of the file."""
        while not self.ended:
            self.forget(self._base + len(self._buffer))
            self._more()
        return self.read

    def _more(self) -> bool:
        if self.ended:
            return False
        surplus = min(self._keep - self._base, len(self._buffer))
        if surplus > _SLACK:
            del self._buffer[:surplus]
            self._base += surplus
        block = self._file.read(_BLOCK)
        if not block:
            self.ended = True
            if self._size is not None and self.read < self._size:
                raise OSError(
                    f"{self._name}: ended after {self.read} of {self._size} bytes; it changed, or the connection broke"
                )
            return False
        self._hash.update(block)
        self._buffer += block
        self.read += len(block)
        return True
