"""The planner: what a run consists of, and what of it must be done. Pure: reads receipts, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from corpusforge.errors import UserError
from corpusforge.hashing import work_key
from corpusforge.io.inputs import Input
from corpusforge.phases.decisions import PRUNED, TEXT_NEEDED
from corpusforge.phases.ingest import FETCHED, TROUBLES, Ingest, configuration, with_troubles
from corpusforge.phases.side_cars import (
    SideCar,
    ingest_side_cars,
)
from corpusforge.phases.trim import trimmed
from corpusforge.phases.write_side_cars import Rederive
from corpusforge.plan.early import copy_nodes, line_nodes
from corpusforge.plan.graph import PER_UNIT, PHASES, Graph, Node, NodeName, Receipts
from corpusforge.plan.languages import Languages
from corpusforge.plan.reasons import WAITS, changes, missing
from corpusforge.settings import Settings


def plan(
    settings: Settings,
    inputs: list[Input],
    receipts: Receipts,
    present: dict[str, int],
    tried: frozenset[NodeName] = frozenset(),
    seen: Mapping[tuple[str, str], int] | None = None,
) -> Graph:
    """The graph of a run. `present`: sizes in bytes of the run's files, by path.

    `seen`: where older documents are kept, the version that each input came with, by (name, identity).
    A unit of which the server refused some records is tried again, unless it is among `tried`.

    While ingest has work to do, the phases after it are named but not yet laid out: their work depends on what
    ingest finds. So it is, where lines are taken out of texts, with the phases after that.
    """
    ordered = sorted(inputs, key=lambda one: one.name)
    ingest = [_ingest(settings, source, receipts, present, tried) for source in ordered]
    complete = all(node.reason is None for node in ingest)
    if complete:
        later = _after_ingest(settings, ingest, receipts, present, seen or {})
        ingest = [_again_if_pruned(settings, node, receipts, later) for node in ingest]
        complete = all(node.reason is None for node in ingest)
    nodes = [*ingest, *(later if complete else _waiting(settings, "ingest"))]
    complete = complete and all(node.task is not None for node in nodes)
    names = {node.name for node in nodes}
    stray = tuple(sorted(name for name in receipts if name not in names)) if complete else ()
    return Graph(tuple(nodes), complete, stray)


def refuse_unreadable(graph: Graph) -> None:
    """Raise UserError where an input must be read that an earlier run was given, and this one is not."""
    for node in graph.nodes:
        if isinstance(node.task, Ingest) and node.reason is not None and not node.task.source.url:
            raise UserError(
                f"{node.label}: must be read again ({node.reason}), but it belongs to what the run had before and is not "
                f"among the inputs now; give it with --input too, or leave the change out"
            )


def _again_if_pruned(settings: Settings, node: Node, receipts: Receipts, later: list[Node]) -> Node:
    """A unit whose removed text was pruned is read again when some of it is kept now, or is to be compared."""
    receipt = receipts[node.name]
    if PRUNED not in receipt.files:
        return node
    if any(one.name == ("trim", node.unit) and one.reason is not None for one in later):
        return replace(node, reason="its removed text was pruned, and repeated lines are taken out anew")
    stage = settings.dataset.stages.get("deduplicate")
    if stage is not None and getattr(stage, "verify") == "exact":  # noqa: B009
        clustered = {one.label for one in later if one.phase == "deduplicate" and one.reason is not None}
        if clustered & receipt.languages().keys():
            return replace(node, reason="its removed text was pruned, and `verify: exact` compares texts")
    decided = [receipts[one.name] for one in later if one.phase == "decide" and one.reason is None]
    needed = sum(one.notes.get(TEXT_NEEDED, {}).get(node.unit, 0) for one in decided)
    if needed:
        return replace(node, reason=f"{needed:,} documents of it are kept now, and their text was pruned")
    return node


def _after_ingest(
    settings: Settings,
    ingest: list[Node],
    receipts: Receipts,
    present: dict[str, int],
    seen: Mapping[tuple[str, str], int],
) -> list[Node]:
    """Nodes of all phases after ingest; those after `trim` wait while it has work to do."""
    base = configuration(ingest[0].task.parts) if ingest else ""  # type: ignore[union-attr]
    units = [receipts[node.name] for node in ingest]
    found = {code for receipt in units for code in receipt.languages()}
    # A wanted language without a single document still gets its (empty) corpus, so that nobody wonders.
    codes = sorted(found | (set() if settings.every_language else set(settings.recipe.languages)))
    copies = copy_nodes(settings, base, units, codes, receipts, present)
    labels = {node.unit: node.label for node in ingest}
    lines = line_nodes(settings, base, units, labels, copies, receipts, present)
    if any(node.reason is not None for node in lines):
        return [*copies.values(), *lines, *_waiting(settings, "trim")]
    trims = {node.unit: receipts[node.name] for node in lines if node.phase == "trim"}
    units = [trimmed(receipt, trims.get(receipt.unit)) for receipt in units]
    return [*lines, *Languages(settings, base, units, labels, codes, copies, receipts, present, seen).nodes()]


def _waiting(settings: Settings, last: str) -> list[Node]:
    """Nodes of the phases after `last`, not laid out yet."""
    languages = ["every language found"] if settings.every_language else list(settings.recipe.languages)
    stages = {*settings.dataset.stages, *(("trim",) if "lines" in settings.dataset.stages else ())}
    return [
        Node(phase, "", None, WAITS[last], label="every unit" if phase in PER_UNIT else code)
        for phase in PHASES[PHASES.index(last) + 1 :]
        if phase in stages
        for code in (languages if phase not in PER_UNIT else languages[:1])
    ]


def _ingest(
    settings: Settings, source: Input, receipts: Receipts, present: dict[str, int], tried: frozenset[NodeName]
) -> Node:
    task = Ingest(settings, source)
    receipt = receipts.get(("ingest", task.unit))
    parts = with_troubles(task.parts, None if receipt is None else receipt.notes.get("parts", {}).get(TROUBLES))
    node = Node("ingest", task.unit, task, None, label=source.name, bytes=source.size or 0)
    why = "new" if receipt is None else None
    if receipt is not None and receipt.key != work_key(parts):
        why = changes(receipt.notes.get("parts", {}), parts)
    if receipt is not None and why is None:
        why = missing(receipt, present, ("records", "documents"))
        refused = receipt.notes.get(FETCHED, {}).get("refused", 0)
        if why is None and refused and node.name not in tried:
            why = f"{refused:,} records could not be fetched; they are asked for again"
    if receipt is None or why is not None:
        return replace(node, reason=why)
    wanted = ingest_side_cars(settings)
    stale = [car for car in wanted if missing(receipt, present, (car.layer,)) or car.layer not in receipt.files]
    left = {key: value for key, value in receipt.layer_keys.items() if not _of(key, stale)}
    changed = [
        f"{car.layer.split('/')[1]} of {code}"
        for car in wanted
        for code in receipt.languages()
        if left.get(f"{car.layer}/{code}") != car.key(settings, code, receipt.key)
    ]
    if changed and PRUNED in receipt.files:
        return replace(node, reason=f"{', '.join(changed)}: configuration changed, and its removed text was pruned")
    if changed:
        size = sum(piece.chars for piece in receipt.slices)
        rederive = Rederive(settings, replace(receipt, layer_keys=left))
        return replace(node, task=rederive, reason=f"{', '.join(changed)}: configuration changed", bytes=size)
    return node


def _of(key: str, cars: list[SideCar]) -> bool:
    return any(key.startswith(f"{car.layer}/") for car in cars)
