"""A file as lines of its decompressed bytes and damage, with nothing between."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from corpusforge.io.member_events import LAG, End, Event, Gap, Skipped
from corpusforge.io.tally import Damage, Tally

_MAX_UNVERIFIED = 16 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """A line in decompressed bytes [start, end), newline included.

    `content` is None if it is longer than the limit.
    """

    start: int
    end: int
    content: bytes | None


class Lines:
    """Cuts decompressed bytes into lines.

    A line is given out once its member's checksum was right; of a damaged member the same lines count as
    records do (see `framing.Framing`). There is no going on after damage: places of later lines would be
    uncertain.
    """

    def __init__(self, events: Iterator[Event], tally: Tally, max_line: int) -> None:
        self._events, self._tally, self._max_line = events, tally, max_line
        self._held: deque[Line] = deque()
        self._held_bytes = 0
        self._parts: list[bytes] = []
        self._size = 0  # of the line that is not ended yet
        self.place = 0
        self._verified = 0

    def __iter__(self) -> Iterator[Line | Damage]:
        for event in self._events:
            match event:
                case bytes():
                    self._cut(event)
                case End(start, end, trouble, error):
                    self._tally.member(start, end)
                    if trouble:
                        lag = {"truncated": 0, "data": LAG, "checksum": self.place}[trouble]
                        yield from self._break(max(self.place - lag, self._verified), error or "", True)
                    else:
                        self._verified = self.place
                case Gap(start, end, error):
                    self._tally.gap(start, end)
                    yield from self._break(self.place, error, False)
                    yield Damage(start, -1, end - start, error)
                case Skipped(start, end):
                    self._tally.skipped(start, end)
                    self._tally.counted_only["zstd_skippable_frame"] += 1
            yield from self._release(self._verified)
        if self._size:
            self._line()
        yield from self._release(self.place)

    def _cut(self, data: bytes) -> None:
        start = 0
        while (newline := data.find(b"\n", start)) >= 0:
            self._add(data[start : newline + 1])
            self._line()
            start = newline + 1
        if start < len(data):
            self._add(data[start:])

    def _add(self, part: bytes) -> None:
        self._size += len(part)
        self.place += len(part)
        if self._size <= self._max_line:
            self._parts.append(part)
        else:
            self._parts.clear()

    def _line(self) -> None:
        content = b"".join(self._parts) if self._size <= self._max_line else None
        self._held.append(Line(self.place - self._size, self.place, content))
        self._held_bytes += len(content or b"") + 128
        self._parts, self._size = [], 0

    def _release(self, verified: int) -> Iterator[Line]:
        while self._held and (self._held[0].end <= verified or self._held_bytes > _MAX_UNVERIFIED):
            line = self._held.popleft()
            self._held_bytes -= len(line.content or b"") + 128
            self._tally.record(line.start, line.end)
            yield line

    def _break(self, limit: int, error: str, always: bool) -> Iterator[Line | Damage]:
        """Lines that end at or before `limit` count; what follows them is damage."""
        yield from self._release(limit)
        start = self._held[0].start if self._held else self.place - self._size
        self._held.clear()
        self._parts, self._size, self._held_bytes = [], 0, 0
        if start < self.place or always:
            self._tally.damaged(start, self.place)
            yield Damage(0, start, self.place - start, error)
