"""The nodes of one language's deduplication: one where the language fits the budget of memory, else a chain of them.

Exact comparison is always a chain: only then the text of candidates alone is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from corpusforge.hashing import work_key
from corpusforge.phases.depends import Parts
from corpusforge.phases.near_duplicates.bands import Bands
from corpusforge.phases.near_duplicates.candidates import Candidates
from corpusforge.phases.near_duplicates.clusters import Assemble, Deduplicate
from corpusforge.phases.near_duplicates.compare import Compare
from corpusforge.phases.near_duplicates.components import Components
from corpusforge.phases.near_duplicates.gather import Gather
from corpusforge.phases.near_duplicates.groups import Group, fits, groups, sizes
from corpusforge.phases.near_duplicates.step import Step, sketch_of
from corpusforge.phases.pieces import Piece
from corpusforge.plan.graph import Node
from corpusforge.settings import Settings


@dataclass(frozen=True)
class Language:
    """What is deduplicated: pieces, and by unit their generation and what their signatures and order depend on."""

    settings: Settings
    code: str
    pieces: tuple[Piece, ...]
    generations: dict[str, int]  # unit -> the version that it came with
    signatures: dict[str, str]  # unit -> key of its signatures
    orders: dict[str, str]  # unit -> key of what survivors are chosen by
    parts: Parts
    tag: str
    fates: tuple[str, ...]  # of admit

    @property
    def rows(self) -> int:
        """Documents."""
        return sum(piece.rows for piece in self.pieces)

    def generations_of(self, pieces: Sequence[Piece]) -> tuple[int, ...]:
        """The generation of each piece."""
        return tuple(self.generations[piece.unit] for piece in pieces)


MakeNode = Callable[[Any, Sequence[Node], int], Node]


def near_duplicate_nodes(language: Language, admit: Node, node: MakeNode) -> list[Node]:
    """Nodes in an order in which they may run; those of the phase `deduplicate`, which write clusters/, come last.

    The others make what only these need: while every one of these holds, none of the others is stale.
    """
    settings = language.settings
    options = settings.dataset.options("deduplicate")
    sketch = sketch_of(settings)
    if options.verify != "exact" and fits(language.rows, sketch.hashes, options.memory):
        key = work_key("deduplicate", language.parts)
        task = Deduplicate(
            settings, language.code, 0, language.parts, key, language.tag, language.pieces,
            language.generations_of(language.pieces), language.fates,
        )  # fmt: skip
        return [node(task, [admit], language.rows)]
    chain = _Chain(language, admit, node).nodes()
    ends = [one for one in chain if isinstance(one.task, Assemble)]
    if all(one.reason is None for one in ends):
        return [replace(one, reason=None) for one in chain]
    return chain


class _Chain:
    """The steps of a language that does not fit the memory."""

    def __init__(self, language: Language, admit: Node, node: MakeNode) -> None:
        self._language, self._admit, self._make = language, admit, node
        sketch = sketch_of(language.settings)
        options = language.settings.dataset.options("deduplicate")
        exact = options.verify == "exact"
        self._sizes = sizes(language.rows, sketch.hashes, sketch.bands, exact, options.memory)
        self._groups = groups(language.pieces, self._sizes.group_rows)

    def nodes(self) -> list[Node]:
        count = len(self._groups)
        bands = [self._bands(group) for group in self._groups]
        starts = tuple((_path(node), group.first) for node, group in zip(bands, self._groups, strict=True))
        entries = self._sizes.entry_partitions
        candidates = [
            self._node(Candidates, number, bands, self._language.rows // entries, starts, entries)
            for number in range(entries)
        ]
        firsts = (*(group.first for group in self._groups), self._language.rows)
        edges = tuple(_path(node) for node in candidates)
        components = self._node(Components, 0, candidates, self._language.rows, edges, firsts, self._sizes.block)
        gathered = [self._gather(group, components) for group in self._groups]
        rows = self._sizes.row_partitions
        paths = tuple(_path(node) for node in gathered)
        budget = self._sizes.group_rows
        compared = [
            self._node(Compare, number, gathered, self._language.rows // rows, paths, firsts, rows, budget)
            for number in range(rows)
        ]
        results = tuple(_path(node) for node in compared)
        ends = [
            self._node(
                Assemble,
                group.number,
                [self._admit, *compared],
                group.rows,
                group,
                count,
                results,
                self._language.fates,
            )
            for group in self._groups
        ]
        return [*bands, *candidates, components, *gathered, *compared, *ends]

    def _bands(self, group: Group) -> Node:
        """Its key leaves out where the group stands, and everything but the signatures."""
        language = self._language
        slices = [[piece.unit, piece.start, piece.rows, language.signatures[piece.unit]] for piece in group.pieces]
        key = work_key("bands", slices)
        parts = {"signatures": work_key(slices)}
        tag = work_key("bands", slices)[:16]
        task = Bands(language.settings, language.code, group.number, parts, key, tag, group)
        return self._make(task, [], group.rows)

    def _gather(self, group: Group, components: Node) -> Node:
        language = self._language
        generations = language.generations_of(group.pieces)
        orders = {unit: language.orders[unit] for unit in sorted(group.units)}
        return self._node(
            Gather, group.number, [self._admit, components], group.rows, group, generations, _path(components),
            len(self._groups), self._sizes.row_partitions, language.fates, depends=[orders, generations],
        )  # fmt: skip

    def _node(
        self, kind: type[Step], number: int, after: Sequence[Node], size: int, *more: Any, depends: object = None
    ) -> Node:
        language = self._language
        keys = [one.task.key for one in after]  # type: ignore[union-attr]
        key = work_key(kind.phase, number, len(self._groups), language.parts["deduplicate"], keys, depends)
        task = kind(language.settings, language.code, number, language.parts, key, language.tag, *more)
        return self._make(task, after, size)


def _path(node: Node) -> str:
    return str(node.task.path)  # type: ignore[union-attr]
