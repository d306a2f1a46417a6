"""Archive records: what they are, and what a format has to say to find them."""

from dataclasses import dataclass
from re import Pattern
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """A record's own header: type, fields by lower-case name, length of the block (None: not given)."""

    record_type: str
    fields: dict[str, str]
    length: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """A record found whole.

    `block` is its content: the begin of it if it is too long, nothing if it is not wanted.

    `length` counts decompressed bytes from the header to the newlines after the block.
    """

    member_offset: int
    offset: int
    length: int
    head: Head
    block: bytes
    block_length: int


class Grammar(Protocol):
    """What a record looks like.

    `begin` matches where one starts, `search` finds such a place, `head_end` a header's end.

    `wanted`: the record types whose content is needed.
    """

    begin: Pattern[bytes]
    search: Pattern[bytes]
    head_end: Pattern[bytes]
    wanted: frozenset[str]

    def head(self, header: bytes) -> Head | str:
        """The parsed header, or what is wrong with it."""
