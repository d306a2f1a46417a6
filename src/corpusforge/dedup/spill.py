"""Rows of signatures put into survivor order: in memory, or through files when there are too many."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np

from corpusforge.dedup.similarity import Block, Rows, Rule

_CHUNK = 8192  # rows read of a file at a time


class Part(NamedTuple):
    """Components that follow each other from row `start`, or one that has several files; offsets are from 0."""

    start: int
    offsets: np.ndarray
    files: list[int]
    sizes: list[int]


def gathered(blocks: Iterable[Block], place: np.ndarray, rule: Rule) -> Rows:
    """All rows in memory, row i at `place[i]`; raises ValueError when there are not so many."""
    signatures = np.empty((len(place), rule.hashes), np.uint32)
    starts, ends = np.zeros(len(place), np.int64), np.zeros(len(place), np.int64)
    shingles = [np.zeros(0, np.uint64)]
    at, values = 0, 0
    for block in checked(blocks, len(place), rule):
        mine = place[at : at + len(block.signatures)]
        signatures[mine] = block.signatures
        if block.offsets is not None and block.shingles is not None:
            base = values - block.offsets[0]
            starts[mine], ends[mine] = block.offsets[:-1] + base, block.offsets[1:] + base
            shingles.append(block.shingles[block.offsets[0] : block.offsets[-1]])
            values += len(shingles[-1])
        at += len(mine)
    return Rows.of(signatures, starts, ends, np.concatenate(shingles))


def checked(blocks: Iterable[Block], rows: int, rule: Rule) -> Iterable[Block]:
    """The blocks; raises ValueError when they do not have `rows` rows of the right width, or lack shingles."""
    seen = 0
    for block in blocks:
        if block.signatures.ndim != 2 or block.signatures.shape[1] != rule.hashes:
            raise ValueError(f"signatures must have {rule.hashes} hashes, not the shape {block.signatures.shape}")
        if rule.verify == "exact" and (block.offsets is None or len(block.offsets) != len(block.signatures) + 1):
            raise ValueError("verify: exact needs the shingles of each signature's document")
        seen += len(block.signatures)
        if seen <= rows:
            yield block
    if seen != rows:
        raise ValueError(f"{seen} signatures for {rows} documents")


class Spill:
    """Files of rows in a folder, each of at most `budget` rows; they are gone when the `with` block ends.

    A file has the rows of its place in survivor order, in the order in which they came: signatures, places, and, where
    similarity is exact, counts of shingles and shingles.
    """

    def __init__(
        self,
        blocks: Iterable[Block],
        place: np.ndarray,
        offsets: np.ndarray,
        budget: int,
        rule: Rule,
        folder: Path,
    ) -> None:
        self.parts = list(_parts(offsets, budget))
        self._rule, self._folder, self._exact = rule, folder, rule.verify == "exact"
        self._starts = np.array(
            [part.start + sum(part.sizes[:i]) for part in self.parts for i in range(len(part.files))]
        )
        self._sizes = [size for part in self.parts for size in part.sizes]
        self._write(blocks, place)

    def __enter__(self) -> "Spill":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in range(len(self._sizes)):
            for name in ("signatures", "places", "counts", "shingles"):
                self._path(name, number).unlink(missing_ok=True)

    def read(self, number: int) -> Rows:
        """The rows of a file, in survivor order."""
        size = self._sizes[number]
        places = np.fromfile(self._path("places", number), np.int64)
        signatures = np.empty((size, self._rule.hashes), np.uint32)
        with self._path("signatures", number).open("rb") as file:
            for at in range(0, size, _CHUNK):
                mine = places[at : at + _CHUNK]
                signatures[mine] = np.fromfile(file, np.uint32, len(mine) * self._rule.hashes).reshape(len(mine), -1)
        starts, ends, shingles = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(0, np.uint64)
        if self._exact:
            edges = np.cumsum(np.fromfile(self._path("counts", number), np.int64))
            ends[places], starts[places[1:]] = edges, edges[:-1]
            shingles = np.fromfile(self._path("shingles", number), np.uint64)
        return Rows.of(signatures, starts, ends, shingles)

    def _path(self, name: str, number: int) -> Path:
        return self._folder / f"{name}-{number}"

    def _write(self, blocks: Iterable[Block], place: np.ndarray) -> None:
        at = 0
        for block in checked(blocks, len(place), self._rule):
            mine = place[at : at + len(block.signatures)]
            at += len(mine)
            owner = np.searchsorted(self._starts, mine, side="right") - 1
            order = np.argsort(owner, kind="stable")
            bounds = np.searchsorted(owner[order], np.arange(len(self._starts) + 1))
            for number in np.unique(owner).tolist():
                rows = order[bounds[number] : bounds[number + 1]]
                self._append("places", number, mine[rows] - self._starts[number])
                self._append("signatures", number, block.signatures[rows].astype(np.uint32))
                if self._exact and block.offsets is not None and block.shingles is not None:
                    self._append("counts", number, (block.offsets[1:] - block.offsets[:-1])[rows])
                    spans = [block.shingles[block.offsets[row] : block.offsets[row + 1]] for row in rows.tolist()]
                    self._append("shingles", number, np.concatenate(spans))

    def _append(self, name: str, number: int, array: np.ndarray) -> None:
        with self._path(name, number).open("ab") as file:
            array.tofile(file)


def _parts(offsets: np.ndarray, budget: int) -> Iterable[Part]:
    """Whole components up to the budget, but one that is over half of it in files of half of it."""
    half, file, at = max(budget // 2, 1), 0, 0
    sizes = np.diff(offsets)
    while at < len(sizes):
        start = int(offsets[at])
        if sizes[at] > half:
            whole, rest = divmod(int(sizes[at]), half)
            pieces, end = [half] * whole + [rest] * (rest > 0), at + 1
        else:
            end = int(np.searchsorted(offsets, start + budget, side="right")) - 1
            large = np.flatnonzero(sizes[at:end] > half)
            end = at + int(large[0]) if len(large) else end
            pieces = [int(offsets[end]) - start]
        yield Part(start, offsets[at : end + 1] - start, list(range(file, file + len(pieces))), pieces)
        file += len(pieces)
        at = end
