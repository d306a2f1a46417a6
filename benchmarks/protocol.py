"""What a benchmark is: documents, sides that work on them in parts, and the rows of the table that compare parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import xxhash

OURS = "corpusforge"


@dataclass(frozen=True)
class Documents:
    """What every side of a case gets: texts, pages or URLs, or (`items` being its URLs) the path of a WARC file."""

    items: Sequence[str]
    code: str = ""  # language-script; empty where there are many
    unit: str = "text"  # what `bytes` counts: text, HTML, URLs
    path: str = ""
    size: int = 0  # bytes; 0: those of `items`
    source: str = ""
    gold: Sequence[str] = ()  # of pages, where it is known: the main text

    @property
    def bytes(self) -> int:
        """Bytes of UTF-8."""
        return self.size or sum(len(item.encode()) for item in self.items)

    @property
    def digest(self) -> str:
        """XXH3-128 of the items in their order, as hex: two sides that name the same one saw the same documents."""
        state = xxhash.xxh3_128()
        for item in self.items:
            data = item.encode(errors="surrogatepass")
            state.update(len(data).to_bytes(8, "little") + data)
        return state.hexdigest()


class Side(Protocol):
    """One implementation, opened on documents and tried on a few of them, so that all it loads is loaded.

    Opening it raises ImportError, or Missing, when what it needs is not installed.
    """

    parts: Mapping[str, Callable[[], object]]  # each is measured by itself
    # A side may have `times: Mapping[str, int]`: how often a part goes through the documents in one call, if not once.

    def counts(self) -> dict[str, float]:
        """What came of it (words, kept documents), after the measurement; may work for it."""
        ...


class Missing(Exception):
    """A side cannot be opened here; the message says why."""


Open = Callable[[Documents], Side]


@dataclass(frozen=True)
class Row:
    """A line of the table: the parts of our side against those of each peer. A part named in `minus` is subtracted."""

    name: str
    ours: tuple[str, ...]
    peers: Mapping[str, tuple[str, ...]]
    minus: tuple[str, ...] = ()
    side: str = OURS
    note: str = ""
    target: float | None = None


@dataclass(frozen=True)
class Case:
    """Documents, the sides that work on them, and the rows that this gives. Sides of a group share processes."""

    name: str
    group: str
    documents: Callable[[], Documents]
    sides: Mapping[str, Open]
    rows: Sequence[Row]
    once: frozenset[str] = field(default_factory=frozenset)  # parts that are too long to be repeated for steadiness
    on_demand: bool = False  # with --quick, measured only when --only names it
