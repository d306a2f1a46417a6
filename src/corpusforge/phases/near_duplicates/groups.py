"""How the documents of a language are cut for deduplication: groups of consecutive pieces, and numbers of partitions.

Everything here comes of row counts, names and the budget of memory, never of workers, so it is the same in every run. A
group ends where it is full, or at a unit whose name says so: units that come later change few groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpusforge.phases.pieces import Piece

MOST_PARTITIONS = 4096
ENTRY_BYTES = 16 * 4  # of an entry (band key, document) where a partition of them is paired
ROW_BYTES = 256  # of a document beside its signature, where documents are compared
SHINGLE_BYTES = 8 * 1024  # of a document's shingles, of some thousand words
_BOUNDARY = 4  # one unit in so many ends a group that is at least a quarter full


@dataclass(frozen=True)
class Group:
    """Consecutive documents of a language; the first one has number `first`."""

    number: int
    first: int
    pieces: tuple[Piece, ...]

    @property
    def rows(self) -> int:
        """Documents."""
        return sum(piece.rows for piece in self.pieces)

    @property
    def units(self) -> frozenset[str]:
        """Units that the documents come from."""
        return frozenset(piece.unit for piece in self.pieces)


@dataclass(frozen=True)
class Sizes:
    """What deduplication needs: rows of a group, partitions of entries, partitions of compared documents, ids of a block."""

    group_rows: int
    entry_partitions: int
    row_partitions: int
    block: int


def fits(rows: int, hashes: int, memory: int) -> bool:
    """Whether documents can be clustered at once, all in memory."""
    return rows * _row_bytes(hashes) <= memory


def sizes(rows: int, hashes: int, bands: int, exact: bool, memory: int) -> Sizes:
    """For so many documents, with `memory` bytes for the rows of a step; `exact`: shingles are compared."""
    row_bytes = _row_bytes(hashes) + (SHINGLE_BYTES if exact else 0)
    return Sizes(
        group_rows=max(1, memory // row_bytes),
        entry_partitions=min(MOST_PARTITIONS, max(1, -(-rows * bands * ENTRY_BYTES // memory))),
        row_partitions=max(1, -(-rows * row_bytes // memory)),
        block=max(1024, memory // 32),
    )


def _row_bytes(hashes: int) -> int:
    return 2 * (8 * hashes + ROW_BYTES)


def groups(pieces: Sequence[Piece], most: int) -> tuple[Group, ...]:
    """Pieces, cut where one has more than `most` rows, in groups of at most `most` rows."""
    made: list[Group] = []
    held: list[Piece] = []
    rows = first = 0

    def close() -> None:
        nonlocal held, rows, first
        if held:
            made.append(Group(len(made), first, tuple(held)))
            first += rows
            held, rows = [], 0

    for piece in _cut(pieces, most):
        if rows + piece.rows > most or (held and held[-1].unit != piece.unit and rows >= most // 4 and _ends(held[-1])):
            close()
        held.append(piece)
        rows += piece.rows
    close()
    return tuple(made)


def _ends(piece: Piece) -> bool:
    return int(piece.unit[:8], 16) % _BOUNDARY == 0


def _cut(pieces: Sequence[Piece], most: int) -> list[Piece]:
    return [
        replace(piece, start=piece.start + start, rows=min(most, piece.rows - start))
        for piece in pieces
        for start in range(0, piece.rows, most)
    ]
