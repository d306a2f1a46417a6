"""Nodes between ingest and the rules: copies by text and URL, repeated lines, and units without these lines."""

from __future__ import annotations

from collections.abc import Mapping

from corpusforge.hashing import work_key
from corpusforge.phases.depends import Parts, stage_parts
from corpusforge.phases.exact import Exact
from corpusforge.phases.lines import RepeatedLines
from corpusforge.phases.pieces import LINE_EDITS, pieces_of
from corpusforge.phases.side_cars import IDENTITY, LINES, later_side_cars
from corpusforge.phases.trim import Trim
from corpusforge.plan.graph import Node, Receipts
from corpusforge.plan.reasons import missing, reason
from corpusforge.receipt import Receipt
from corpusforge.settings import Settings


def copy_nodes(
    settings: Settings, base: str, units: list[Receipt], codes: list[str], receipts: Receipts, present: dict[str, int]
) -> dict[str, Node]:
    """`exact` by language-script; none where the recipe does not have it. `base`: configuration of ingest."""
    if "exact" not in settings.dataset.stages:
        return {}
    nodes = {}
    whole = stage_parts(settings.dataset.stages["exact"])
    own = stage_parts(settings.dataset.stages["exact"], "tracking")
    for code in codes:
        parts: Parts = {"exact": own, "documents": inputs(units, code, IDENTITY)}
        pieces = pieces_of(units, code)
        tag = work_key(base, whole)[:8]
        task = Exact(settings, code, parts, work_key("exact", parts), tag, pieces)
        why = reason(receipts.get(("exact", code)), task.key, parts, present)
        nodes[code] = Node("exact", code, task, why, (), code, sum(piece.rows for piece in pieces))
    return nodes


def line_nodes(
    settings: Settings,
    base: str,
    units: list[Receipt],
    labels: Mapping[str, str],
    copies: Mapping[str, Node],
    receipts: Receipts,
    present: dict[str, int],
) -> list[Node]:
    """`lines` by language-script, then `trim` by unit; none where the recipe does not have stage `lines`.

    `labels`: name of the input by unit.
    """
    if "lines" not in settings.dataset.stages:
        return []
    own = stage_parts(settings.dataset.stages["lines"], "min_chars")
    lines: dict[str, Node] = {}
    for code in sorted({code for receipt in units for code in receipt.languages()}):
        parts: Parts = {"lines": own, "documents": inputs(units, code, LINES)}
        after = [copies[code]] if code in copies else []
        parts |= {node.phase: node.task.key for node in after}  # type: ignore[union-attr]
        chars = sum(piece.chars for receipt in units for piece in receipt.slices if piece.language == code)
        tag = work_key(base, stage_parts(settings.dataset.stages["lines"]), [node.task.tag for node in after])[:8]  # type: ignore[union-attr]
        paths = tuple(node.task.path for node in after)  # type: ignore[union-attr]
        pieces = pieces_of(units, code)
        task = RepeatedLines(settings, code, parts, work_key("lines", parts), tag, pieces, chars, paths)
        why = reason(receipts.get(("lines", code)), task.key, parts, present)
        names = tuple(node.name for node in after)
        lines[code] = Node("lines", code, task, why, names, code, sum(piece.rows for piece in pieces))
    return [*lines.values(), *(_trim(settings, one, labels, lines, receipts, present) for one in units if one.slices)]


def _trim(
    settings: Settings,
    unit: Receipt,
    labels: Mapping[str, str],
    lines: Mapping[str, Node],
    receipts: Receipts,
    present: dict[str, int],
) -> Node:
    codes = list(unit.languages())
    nodes = [lines[code] for code in codes]
    cars = later_side_cars(settings)
    configured = {code: work_key([[car.layer, car.parts(settings, code)] for car in cars]) for code in codes}
    parts: Parts = {
        "documents": unit.key,
        "lines": {code: unit.layer_keys[f"{LINES}/{code}"] for code in codes},
        "repeated lines": {node.label: node.task.key for node in nodes},  # type: ignore[union-attr]
        "configuration": configured,
    }
    repeated = tuple((node.label, node.task.path) for node in nodes)  # type: ignore[union-attr]
    old = receipts.get(("trim", unit.unit))
    key = work_key("trim", parts)
    why = reason(old, key, parts, present)
    if old is not None and (missing(old, present) or len(old.files[LINE_EDITS]) != len(unit.files["documents"])):
        old = None
    tag = work_key([node.task.tag for node in nodes])[:8]  # type: ignore[union-attr]
    task = Trim(settings, unit, repeated, parts, key, tag, old)
    size = sum(piece.chars for piece in unit.slices)
    return Node("trim", unit.unit, task, why, tuple(node.name for node in nodes), labels[unit.unit], size)


def inputs(units: list[Receipt], code: str, *layers: str) -> str:
    """One hash over what a language's phase reads: documents' keys, and keys of the side-cars it reads."""
    keys = [
        [receipt.unit, receipt.key, *(receipt.layer_keys.get(f"{layer}/{code}") for layer in layers)]
        for receipt in units
        if code in receipt.languages()
    ]
    return work_key(keys)
