"""Level 2 of an archive: the decompressed bytes as a row of records and damage, with nothing between."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from re import compile

from corpusforge.io.member_events import LAG, End, Gap
from corpusforge.io.record import Grammar, Head, Record
from corpusforge.io.tally import Damage, Tally
from corpusforge.io.window import Window

MAX_HEAD = 256 * 1024
_MAX_UNVERIFIED = 16 << 20
_COST = 1024  # what a held record takes beside its content
_LOOK = 8192
_ODD = 64  # bytes by which a writer may have miscounted a record (warcio 1.8 forgives a line)
_NEWLINES = compile(rb"[\r\n]*")


@dataclass(slots=True)
class _Span:
    """Decompressed bytes [start, end): a record, or damage because of `error`."""

    start: int
    end: int
    record: Record | None
    error: str = ""


class Framing:
    """Cuts a window into records and damage.

    A record is given out once its member's checksum was right. Of a member that turns out damaged: if the
    file was cut off, every whole record counts; if data could not be decoded, those up to 64 KiB before; if
    the checksum differs, those that had to be given out before (all but the last 16 MiB).
    """

    def __init__(
        self, window: Window, grammar: Grammar, tally: Tally, max_block: int, plain_size: int | None = None
    ) -> None:
        self._window, self._grammar, self._tally = window, grammar, tally
        self._max_block, self._plain_size = max_block, plain_size
        self._held: deque[_Span] = deque()
        self._held_bytes = 0
        self._content = b""
        self._open: tuple[int, str] | None = None  # damage whose end is not found yet: its start and error
        self._spanning = False

    def accept(self, head: bytes) -> bool:
        """Whether a member that begins with `head` is worth going on with after damage."""
        if self._spanning:  # members of this file do not begin with records: any that can be decoded will do
            return len(head) > 0
        return self._grammar.begin.match(head.lstrip(b"\r\n")) is not None

    def __iter__(self) -> Iterator[Record | Damage]:
        window = self._window
        while True:
            if window.available(1):
                self._next()
                yield from self._release()
                continue
            yield from self._close()
            if not window.next_segment():
                return

    def _next(self) -> None:
        """Take one record, or one stretch of damage, from the window."""
        window, grammar = self._window, self._grammar
        start = window.place
        begin = self._after_newlines(start, start)
        window.available(begin - start + _LOOK)
        if not window.matches(grammar.begin, begin):
            return self._damage_to_next(start, begin, "no record starts here")
        found = window.search(grammar.head_end, begin, min(window.end, begin + MAX_HEAD))
        if found is None and window.available(begin - start + MAX_HEAD):
            found = window.search(grammar.head_end, begin, min(window.end, begin + MAX_HEAD))
        if found is None:
            return self._damage_to_next(start, begin + 1, "the record's header does not end")
        if self._search(begin + 1, found) is not None:
            return self._damage_to_next(start, begin + 1, "the record's header runs into the next record")
        head = grammar.head(window.read(begin, found))
        if isinstance(head, str):
            return self._damage_to_next(start, begin + 1, head)
        return self._block(start, found, head)

    def _block(self, start: int, block: int, head: Head) -> None:
        window = self._window
        length = self._unstated(block) if head.length is None else head.length
        if length is None:
            return self._damage_to_next(start, block, "the record's length is not given, and no end is in sight")
        end = block + length
        short = end - start <= self._max_block
        stop, error = self._whole(start, end) if short else self._long(start, block, end)
        if error:
            return self._damage_to_next(start, stop, error)
        wanted = head.record_type in self._grammar.wanted
        content = window.read(block, end) if short and wanted else self._content if wanted else b""
        after = self._after_newlines(end, start)
        if not self._record_or_end(after):
            inside = self._search(block, after) if short else None
            closed = after > end or bool(window.starts_between(end - 1, end)) or self._odd_bytes(end)
            if inside is not None or not closed:
                return self._damage_to_next(start, inside or end, "the record's length is wrong")
        self._spanning = self._spanning or bool(window.starts_between(start, end - 1))
        record = Record(*window.position(start), after - start, head, content, length)
        self._held.append(_Span(start, after, record))
        self._held_bytes += len(content) + _COST
        window.drop(after)
        return None

    def _whole(self, start: int, end: int) -> tuple[int, str]:
        """Have the record [start, end) at hand. If that fails: where to go on, and why."""
        window = self._window
        window.available(end - start + _LOOK)
        for place in window.starts_between(start, end - 1):
            if window.matches(self._grammar.begin, place):
                return place, "the record's length goes beyond its member"
        if window.end < end:
            return start + 1, "the record is cut off, or its length is wrong"
        return end, ""

    def _long(self, start: int, block: int, end: int) -> tuple[int, str]:
        """Pass over a record that is too long to hold, keeping its begin. Returns as `_whole`."""
        window = self._window
        if self._plain_size is not None and end > self._plain_size:
            return start + 1, "the record is cut off, or its length is wrong"
        window.available(block - start + MAX_HEAD)
        self._content = window.read(block, min(window.end, end, block + MAX_HEAD))
        place = start
        while place < end:
            window.drop(place)
            window.available(LAG + _LOOK)
            stop = min(end, place + LAG, window.end)
            for member in window.starts_between(place, min(stop, end - 1)):
                if window.matches(self._grammar.begin, member):
                    return member, "the record's length goes beyond its member"
            if stop == place:
                return place, "the record is cut off, or its length is wrong"
            place = stop
        window.drop(end)
        return end, ""

    def _unstated(self, block: int) -> int | None:
        """Length of a block that ends where the next record, or the segment, does."""
        window = self._window
        held = window.available(block - window.place + self._max_block)
        end = self._search(block, window.end)
        if end is None and held >= self._max_block:
            return None
        return (window.end if end is None else end) - block

    def _after_newlines(self, place: int, start: int) -> int:
        """The place after the newlines at `place`."""
        window = self._window
        while window.available(place - window.place + 1) > place - window.place:
            end = window.skip(_NEWLINES, place)
            if end == place:
                break
            place = end
            if place - start > self._max_block:
                window.drop(place)
        return place

    def _record_or_end(self, place: int) -> bool:
        window = self._window
        window.available(place - window.place + _LOOK)
        return place == window.end or window.matches(self._grammar.begin, place)

    def _odd_bytes(self, place: int) -> bool:
        """Whether so few bytes stand between `place` and the next record that the one before counts."""
        found = self._search(place, min(self._window.end, place + _LOOK))
        return found is not None and found - place <= _ODD

    def _search(self, start: int, end: int) -> int | None:
        """First place in [start, end), as far as at hand, where a record starts."""
        window, begin = self._window, self._grammar.begin
        members = (place for place in window.starts_between(start - 1, end - 1) if window.matches(begin, place))
        line = window.search_start(self._grammar.search, start, min(window.end, end + _LOOK))
        found = [place for place in (line, next(members, None)) if place is not None and place < end]
        return min(found, default=None)

    def _damage_to_next(self, start: int, place: int, error: str) -> None:
        """Call [start, next record at or after `place`) damage."""
        window = self._window
        while True:
            held = window.available(place - window.place + LAG + _LOOK)
            found = self._search(place, window.end)
            if found is not None or held < place - window.place + LAG + _LOOK:
                break
            place = window.end - _LOOK
            window.drop(place)
        if found is None:
            self._open = (start, error)
            window.drop(window.end)
            return
        last = self._held[-1] if self._held else None
        if last is not None and last.record is None:
            last.end = found
        else:
            self._held.append(_Span(start, found, None, error))
        window.drop(found)

    def _release(self) -> Iterator[Record | Damage]:
        """Give out what is verified. Damage waits for what follows, so that neighbours become one."""
        held = self._held
        while held and (held[0].end <= self._window.verified or self._held_bytes > _MAX_UNVERIFIED):
            if held[0].record is None and len(held) == 1:
                break
            yield self._given(held.popleft())

    def _close(self) -> Iterator[Record | Damage]:
        """End a segment: what is damaged is known now."""
        window, broken = self._window, self._window.broken
        end = window.end
        start, error = self._open or (end, "")
        limit = end
        if isinstance(broken, End):
            limit = {"truncated": end, "data": end - LAG, "checksum": 0}[broken.trouble or "truncated"]
            error = broken.error or ""
        limit = max(limit, window.verified)
        while self._held and self._held[0].end <= limit:
            last = self._held.popleft()
            if last.record is None and last.end == start:
                start, error = last.start, error or last.error  # one damage with what follows
                break
            yield self._given(last)
        if self._held:
            start = min(start, self._held[0].start)
            self._held.clear()
        if start < end or isinstance(broken, End):
            yield self._given(_Span(start, end, None, error or "the record is cut off by damage of the file"))
        self._open, self._held_bytes = None, 0
        if isinstance(broken, Gap):
            yield Damage(broken.start, -1, broken.end - broken.start, broken.error)

    def _given(self, span: _Span) -> Record | Damage:
        self._window.forget_members(span.start)
        if span.record is not None:
            self._held_bytes -= len(span.record.block) + _COST
            self._tally.record(span.start, span.end)
            return span.record
        self._tally.damaged(span.start, span.end)
        return Damage(*self._window.position(span.start), span.end - span.start, span.error)
