"""Connected components of any number of documents, with the memory of a block of them and the rest in files.

Ids are cut into blocks. Downwards, from the highest block: sets are joined inside the block over its inner edges. Each set
hooks to its least neighbour below the block, and its other neighbours below are handed on as edges to that one, so what
was connected through this block stays connected below it. Upwards, from the lowest block: a set that hooks to nothing has
its label, the least id, already; any other takes the label of what it hooks to, asked for and answered through files.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numba import njit

from corpusforge.dedup.band_keys import mixed
from corpusforge.dedup.edges import unique_pairs
from corpusforge.dedup.union_find import flatten, join, root
from corpusforge.text.buffers import frozen

CHUNK = 1 << 20  # rows of a file read at a time


def components(
    documents: int, edges: Iterable[np.ndarray], block: int, scratch: Path | None = None
) -> Iterator[np.ndarray]:
    """The labels of documents 0 to `documents - 1`, in arrays of at most `block`, in order: int64, the least id of the
    document's connected component, or -1 where no edge has it: it is alone.

    edges: arrays int64[e, 2] of any order, with repetitions or not. block: ids in memory, 12 to 25 bytes each; with
    `documents` <= block nothing is written, else `scratch` is an existing empty folder, of which 16 bytes an edge are
    used, up to once for each block an edge is handed through. Raises ValueError for an edge between ids that are out of
    range, or when a folder is needed and none is given.
    """
    if documents <= block:
        return iter([_in_memory(documents, edges)])
    if scratch is None:
        raise ValueError(f"{documents} documents do not fit a block of {block}: a scratch folder is needed")
    return _Blocks(documents, block, scratch).labels(edges)


def partitions_of(labels: np.ndarray, partitions: int) -> np.ndarray:
    """int64[n]: the partition of each document by its component, 0 to `partitions - 1`, spread evenly; -1 where the
    label is -1. The same labels are in the same partition everywhere."""
    found = np.empty(len(labels), np.int64)
    _partitions(frozen(labels), partitions, found)
    return found


def _in_memory(documents: int, edges: Iterable[np.ndarray]) -> np.ndarray:
    parent = np.arange(documents, dtype=np.int32 if documents < 2**31 else np.int64)
    connected = np.zeros(documents, np.bool_)
    for pairs in edges:
        _check(pairs, documents)
        _join_all(parent, connected, frozen(pairs), 0)
    flatten(parent)
    labels = parent.astype(np.int64)
    labels[~connected] = -1
    return labels


class _Blocks:
    """Components with files of int64 pairs in a folder, by block.

    inside-N: edges inside block N; below-N: edges from block N to below it; asked-N: (id in block N, the block that asks);
    set-N: (root, the id below that it hooks to, or -1); answers-N: (id below, its label).
    """

    def __init__(self, documents: int, block: int, folder: Path) -> None:
        self._documents, self._block, self._folder = documents, block, folder
        self._count = -(-documents // block)

    def labels(self, edges: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        for pairs in edges:
            _check(pairs, self._documents)
            self._distribute(np.sort(pairs, axis=1))
        for number in reversed(range(self._count)):
            self._down(number)
        for number in range(self._count):
            yield self._up(number)

    def _span(self, number: int) -> tuple[int, int]:
        return number * self._block, min((number + 1) * self._block, self._documents)

    def _distribute(self, pairs: np.ndarray) -> None:
        """Each edge u < v to the block of v."""
        owner = pairs[:, 1] // self._block
        order = np.argsort(owner, kind="stable")
        bounds = np.searchsorted(owner[order], np.arange(self._count + 1))
        for number in np.unique(owner).tolist():
            mine = pairs[order[bounds[number] : bounds[number + 1]]]
            inside = mine[:, 0] >= number * self._block
            self._append(f"inside-{number}", mine[inside])
            self._append(f"below-{number}", mine[~inside])

    def _down(self, number: int) -> None:
        start, end = self._span(number)
        parent, connected = np.arange(end - start), np.zeros(end - start, np.bool_)
        for pairs in self._read(f"inside-{number}"):
            _join_all(parent, connected, pairs, start)
        hooks = np.full(end - start, -1)
        for pairs in self._read(f"below-{number}"):
            passed = _hook(parent, connected, hooks, pairs, start)
            if len(passed):
                self._distribute(unique_pairs(passed))
        flatten(parent)
        parent += start
        parent[~connected] = -1
        parent.tofile(self._folder / f"sets-{number}")
        hooked = np.flatnonzero(hooks >= 0)
        self._append(f"hooks-{number}", np.stack([hooked + start, hooks[hooked]], axis=1))
        targets = np.unique(hooks[hooked])
        owner = targets // self._block
        for other in np.unique(owner).tolist():
            mine = targets[owner == other]
            self._append(f"asked-{other}", np.stack([mine, np.full(len(mine), number)], axis=1))

    def _up(self, number: int) -> np.ndarray:
        start, _ = self._span(number)
        labels = np.fromfile(self._folder / f"sets-{number}", np.int64)
        (self._folder / f"sets-{number}").unlink()
        answers = self._whole(f"answers-{number}")
        hooks = self._whole(f"hooks-{number}")
        if len(hooks):
            answers = answers[np.argsort(answers[:, 0])]
            found = answers[np.searchsorted(answers[:, 0], hooks[:, 1]), 1]
            _relabel(labels, start, hooks[:, 0].copy(), found)
        for pairs in self._read(f"asked-{number}"):
            alone = pairs[labels[pairs[:, 0] - start] < 0, 0]  # in this block and below; not any more
            labels[alone - start] = alone
            for other in np.unique(pairs[:, 1]).tolist():
                mine = pairs[pairs[:, 1] == other, 0]
                self._append(f"answers-{other}", np.stack([mine, labels[mine - start]], axis=1))
        return labels

    def _append(self, name: str, pairs: np.ndarray) -> None:
        if len(pairs):
            with (self._folder / name).open("ab") as file:
                np.ascontiguousarray(pairs, np.int64).tofile(file)

    def _read(self, name: str) -> Iterator[np.ndarray]:
        """Chunks of a file of pairs, which is gone afterwards."""
        path = self._folder / name
        if not path.exists():
            return
        with path.open("rb") as file:
            while len(numbers := np.fromfile(file, np.int64, 2 * CHUNK)):
                yield frozen(numbers.reshape(-1, 2))
        path.unlink()

    def _whole(self, name: str) -> np.ndarray:
        return np.concatenate([np.empty((0, 2), np.int64), *self._read(name)])


def _check(pairs: np.ndarray, documents: int) -> None:
    if len(pairs) and not (pairs.min() >= 0 and pairs.max() < documents):
        raise ValueError(f"an edge has an id outside 0 to {documents - 1}")


@njit(cache=True, nogil=True)
def _partitions(labels: np.ndarray, partitions: int, found: np.ndarray) -> None:
    for i in range(len(labels)):
        found[i] = np.int64(mixed(np.uint64(labels[i])) % np.uint64(partitions)) if labels[i] >= 0 else -1


@njit(cache=True, nogil=True)
def _join_all(parent: np.ndarray, connected: np.ndarray, pairs: np.ndarray, start: int) -> None:
    for i in range(len(pairs)):
        a, b = pairs[i, 0] - start, pairs[i, 1] - start
        if a != b:
            connected[a] = connected[b] = True
            join(parent, a, b)


@njit(cache=True, nogil=True)
def _hook(parent: np.ndarray, connected: np.ndarray, hooks: np.ndarray, pairs: np.ndarray, start: int) -> np.ndarray:
    """Keep each set's least neighbour below in `hooks`, at its root; the edges handed on: int64[e, 2], u < v."""
    passed = np.empty((len(pairs), 2), np.int64)
    count = 0
    for i in range(len(pairs)):
        below, inner = pairs[i, 0], pairs[i, 1] - start
        connected[inner] = True
        at = root(parent, inner)
        hook = hooks[at]
        if hook < 0:
            hooks[at] = below
        elif hook != below:
            passed[count, 0], passed[count, 1] = min(hook, below), max(hook, below)
            count += 1
            hooks[at] = min(hook, below)
    return passed[:count]


@njit(cache=True, nogil=True)
def _relabel(labels: np.ndarray, start: int, roots: np.ndarray, found: np.ndarray) -> None:
    """Give the sets of `roots` the labels found below; a set's root has itself as label, and comes before the others."""
    new = np.full(len(labels), -1)
    for i in range(len(roots)):
        new[roots[i] - start] = found[i]
    for i in range(len(labels)):
        if labels[i] >= 0 and new[labels[i] - start] >= 0:
            labels[i] = new[labels[i] - start]
