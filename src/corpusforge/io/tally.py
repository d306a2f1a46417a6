"""What a reader has read, and the proof that nothing between was left out."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Damage:
    """A damaged range: inside a member's decompressed bytes, or of the file itself (offset -1)."""

    member_offset: int
    offset: int
    length: int
    error: str


class TilingError(RuntimeError):
    """Spans that should lie side by side do not: a bug of the reader, never a fault of the input."""


class Tally:
    """Counts of one input file, complete when its reader is exhausted.

    read: rows by record type. counted_only: records that get no row. xxh3: of the whole file, 16 hex digits.
    Two tilings are checked as they grow: file bytes by members, gaps and skippable frames; decompressed bytes
    by records and damage.
    """

    def __init__(self) -> None:
        self.read: Counter[str] = Counter()
        self.counted_only: Counter[str] = Counter()
        self.damage: list[Damage] = []
        self.bytes = 0
        self.xxh3 = ""
        self.members = 0
        self.skipped_bytes = 0
        self.gap_bytes = 0
        self.record_bytes = 0
        self.damage_bytes = 0
        self.file_position = 0
        self.position = 0

    @property
    def rows(self) -> int:
        """Rows given, damage included."""
        return sum(self.read.values())

    def member(self, start: int, end: int) -> None:
        """A member fills file bytes [start, end)."""
        self._file_span(start, end)
        self.members += 1

    def skipped(self, start: int, end: int) -> None:
        """File bytes [start, end) hold no data by design."""
        self._file_span(start, end)
        self.skipped_bytes += end - start

    def gap(self, start: int, end: int) -> None:
        """File bytes [start, end) belong to no member."""
        self._file_span(start, end)
        self.gap_bytes += end - start

    def record(self, start: int, end: int) -> None:
        """A record fills decompressed bytes [start, end)."""
        self._span(start, end)
        self.record_bytes += end - start

    def damaged(self, start: int, end: int) -> None:
        """Decompressed bytes [start, end) are damaged."""
        self._span(start, end)
        self.damage_bytes += end - start

    def absent(self, size: int) -> None:
        """The next `size` bytes of the file could not be had."""
        self.gap(self.file_position, self.file_position + size)
        self.bytes += size

    def add(self, other: "Tally") -> None:
        """What follows was counted by another tally, from zero."""
        self.read.update(other.read)
        self.counted_only.update(other.counted_only)
        self.damage += other.damage
        for name in (
            "bytes",
            "members",
            "skipped_bytes",
            "gap_bytes",
            "record_bytes",
            "damage_bytes",
            "file_position",
            "position",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def finish(self, size: int, decompressed: int, xxh3: str) -> None:
        """The file had `size` bytes, and `decompressed` after decompression.

        Raises TilingError if some are missing.
        """
        if self.file_position != size or self.position != decompressed:
            raise TilingError(
                f"members end at byte {self.file_position} of {size}, records at {self.position} of {decompressed}"
            )
        self.bytes, self.xxh3 = size, xxh3

    def damage_list(self) -> list[dict[str, int | str]]:
        """The damage as plain data, for receipts."""
        return [vars(one).copy() for one in self.damage]

    def tiling(self) -> dict[str, int]:
        """Sums of bytes at both levels, for receipts.

        file = member + skipped + gap; decompressed = record + damage (Parquet: rows, not bytes).
        """
        return {
            "file_bytes": self.bytes,
            "member_bytes": self.bytes - self.skipped_bytes - self.gap_bytes,
            "skipped_bytes": self.skipped_bytes,
            "gap_bytes": self.gap_bytes,
            "members": self.members,
            "decompressed_bytes": self.position,
            "record_bytes": self.record_bytes,
            "damage_bytes": self.damage_bytes,
        }

    def _file_span(self, start: int, end: int) -> None:
        if start != self.file_position or end < start:
            raise TilingError(f"file bytes [{start}, {end}) follow {self.file_position}")
        self.file_position = end

    def _span(self, start: int, end: int) -> None:
        if start != self.position or end < start:
            raise TilingError(f"decompressed bytes [{start}, {end}) follow {self.position}")
        self.position = end
