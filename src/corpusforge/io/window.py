"""A window over the decompressed bytes of a file, which knows in which member every byte stands."""

from bisect import bisect_right
from collections.abc import Iterator
from re import Pattern

from corpusforge.io.member_events import End, Event, Gap, Skipped, Start
from corpusforge.io.tally import Tally

_COMPACT = 4 << 20


class Window:
    """Decompressed bytes, addressed by their place in the concatenation of all members.

    The bytes come in segments: damage of the file ends one. `verified` is the place up to which members ended
    well.
    """

    def __init__(self, events: Iterator[Event], tally: Tally) -> None:
        self._events = events
        self._tally = tally
        self._buffer = bytearray()
        self._base = 0
        self._starts: list[int] = []  # places where members begin ...
        self._offsets: list[int] = []  # ... and their file offsets
        self.place = 0
        self.verified = 0
        self.broken: End | Gap | None = None
        self.ended = False

    @property
    def end(self) -> int:
        """Place after the last byte at hand."""
        return self._base + len(self._buffer)

    def available(self, count: int) -> int:
        """Bytes at hand from `place` on, at least `count` unless the segment ends before."""
        while self.end - self.place < count and self._more():
            pass
        return self.end - self.place

    def read(self, start: int, end: int) -> bytes:
        """Bytes at hand in [start, end)."""
        return bytes(memoryview(self._buffer)[start - self._base : end - self._base])

    def search(self, pattern: Pattern[bytes], start: int, end: int) -> int | None:
        """Place after the first match of `pattern` in [start, end) of what is at hand."""
        match = pattern.search(self._buffer, start - self._base, end - self._base)
        return None if match is None else self._base + match.end()

    def search_start(self, pattern: Pattern[bytes], start: int, end: int) -> int | None:
        """Place of the first match of `pattern` in [start, end) of what is at hand."""
        match = pattern.search(self._buffer, start - self._base, end - self._base)
        return None if match is None else self._base + match.start()

    def matches(self, pattern: Pattern[bytes], place: int) -> bool:
        """Whether `pattern` matches what is at hand at `place`."""
        return pattern.match(self._buffer, place - self._base) is not None

    def skip(self, pattern: Pattern[bytes], place: int) -> int:
        """Place after what `pattern` matches at `place`; `place` if nothing."""
        match = pattern.match(self._buffer, place - self._base)
        return place if match is None else self._base + match.end()

    def drop(self, place: int) -> None:
        """Go to `place`; what lies before is not needed any more."""
        self.place = place
        if place - self._base > _COMPACT or place == self.end:
            del self._buffer[: place - self._base]
            self._base = place

    def position(self, place: int) -> tuple[int, int]:
        """(file offset of the member, offset inside it) of a place at or after the last one dropped."""
        index = bisect_right(self._starts, place) - 1
        return self._offsets[index], place - self._starts[index]

    def starts_between(self, start: int, end: int) -> list[int]:
        """Places in (start, end] where members begin."""
        return self._starts[bisect_right(self._starts, start) : bisect_right(self._starts, end)]

    def next_segment(self) -> bool:
        """Go on after the break. False at the end of the file."""
        self.broken = None
        return self.available(1) > 0 or not self.ended

    def forget_members(self, place: int) -> None:
        """Positions before `place` are not asked for any more."""
        keep = bisect_right(self._starts, place) - 1
        if keep > 256:
            del self._starts[:keep], self._offsets[:keep]

    def _more(self) -> bool:
        """Take events until bytes came (True) or the segment ended (False)."""
        while self.broken is None and not self.ended:
            event = next(self._events, None)
            match event:
                case bytes():
                    self._buffer += event
                    return True
                case Start(offset):
                    self._starts.append(self.end)
                    self._offsets.append(offset)
                case End(start, end, trouble):
                    self._tally.member(start, end)
                    if trouble:
                        self.broken = event
                    else:
                        self.verified = self.end
                case Gap(start, end):
                    self._tally.gap(start, end)
                    self.broken = event
                case Skipped(start, end):
                    self._tally.skipped(start, end)
                    self._tally.counted_only["zstd_skippable_frame"] += 1
                case None:
                    self.ended = True
        return False
