"""What reading an archive member by member tells: the events between its first byte and its last."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Trouble = Literal["truncated", "data", "checksum"]
"""Why a member broke off: the file ended; its data cannot be decoded; the checksum differs."""

Accept = Callable[[bytes], bool]
"""Whether decompressed bytes look like the begin of something to go on with after damage."""

LAG = 64 * 1024
"""How far the discovery of damage may lag behind the damage: a decompressor can stumble on for a while."""


@dataclass(frozen=True, slots=True)
class Start:
    """A member begins at file offset `offset`."""

    offset: int


@dataclass(frozen=True, slots=True)
class End:
    """The member that fills the file bytes [start, end).

    With `trouble`, its later part could not be decoded.
    """

    start: int
    end: int
    trouble: Trouble | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """File bytes [start, end) that belong to no member: damage."""

    start: int
    end: int
    error: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """File bytes [start, end) that hold no data by design: a zstd skippable frame."""

    start: int
    end: int


Event = Start | bytes | End | Gap | Skipped
"""Members come as Start, blocks of decompressed bytes, End."""
