"""Nodes of the phases after texts are settled: admit, deduplicate, decide by language; clean by unit; write by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from corpusforge.dedup.policies import BEST
from corpusforge.hashing import work_key
from corpusforge.phases.clean import Clean, clean_parts
from corpusforge.phases.cluster_rows import ClusterFile
from corpusforge.phases.decisions import PRUNED, Decision
from corpusforge.phases.depends import Parts, rules_parts, stage_parts
from corpusforge.phases.exact import Exact
from corpusforge.phases.near_duplicates.clusters import Assemble, Deduplicate
from corpusforge.phases.near_duplicates.step import Step
from corpusforge.phases.pieces import Piece, pieces_of
from corpusforge.phases.side_cars import (
    IDENTITY,
    LINES,
    PRECISION,
    SIGNALS,
    SIGNATURE,
    side_cars,
)
from corpusforge.phases.write import Write
from corpusforge.plan.early import inputs as inputs_key
from corpusforge.plan.graph import PHASES, Node, Receipts
from corpusforge.plan.near_duplicates import Language, near_duplicate_nodes
from corpusforge.plan.reasons import WAITS_FOR_DECIDE, missing, reason
from corpusforge.receipt import Receipt
from corpusforge.settings import Settings

NEW = 2**31  # the generation of inputs that no version holds


class Languages:
    """Nodes after ingest: admit, deduplicate, decide per language; clean per unit; write per language."""

    def __init__(
        self,
        settings: Settings,
        base: str,
        units: list[Receipt],
        labels: Mapping[str, str],
        codes: list[str],
        copies: Mapping[str, Node],
        receipts: Receipts,
        present: dict[str, int],
        seen: Mapping[tuple[str, str], int],
    ) -> None:
        self._settings, self._receipts, self._present, self._seen = settings, receipts, present, seen
        self._base, self._units, self._labels, self._codes, self._copies = base, units, labels, codes, copies
        self._stages = settings.dataset.stages

    def nodes(self) -> list[Node]:
        """All of them, in an order in which they may run."""
        decided = {code: self._decided(code) for code in self._codes}
        cleaned = {node.unit: node for node in self._clean(decided)} if "clean" in self._stages else {}
        written = [self._write(code, decided[code], cleaned) for code in self._codes]
        self._hold(decided, cleaned, written)
        by_phase = [node for nodes in decided.values() for node in nodes]
        return [*sorted(by_phase, key=lambda node: PHASES.index(node.phase)), *cleaned.values(), *written]

    def _hold(self, decided: dict[str, list[Node]], cleaned: dict[str, Node], written: list[Node]) -> None:
        """Where removed text was pruned, nothing reads texts before it is known which ones are needed."""
        open_ = {code for code, nodes in decided.items() if nodes[-1].reason is not None}
        held = set()
        for receipt in self._units:
            waits = open_ & receipt.languages().keys()
            if PRUNED in receipt.files and waits:
                held |= waits
                if receipt.unit in cleaned:
                    node = cleaned[receipt.unit]
                    cleaned[receipt.unit] = replace(node, task=None, reason=WAITS_FOR_DECIDE)
        names = {node.name for node in cleaned.values() if node.task is None}
        for index, node in enumerate(written):
            if node.unit in held or names.intersection(node.after):
                written[index] = replace(node, task=None, reason=WAITS_FOR_DECIDE)

    def _node(self, task: Decision | Step | Clean | Write, after: list[Node], label: str, size: int) -> Node:
        receipt = self._receipts.get((task.phase, task.unit))
        why = reason(receipt, task.key, task.parts, self._present)
        return Node(task.phase, task.unit, task, why, tuple(node.name for node in after), label, size)

    def _inputs(self, code: str, *layers: str) -> str:
        """One hash over what a language's phase reads: documents' keys, and keys of the side-cars it reads."""
        return inputs_key(self._units, code, *layers)

    def _tag(self, own: object, code: str, *after: Node) -> str:
        """8 hex digits of configuration alone, input identities left out: names files of this configuration."""
        side = [car.parts(self._settings, code) for car in side_cars(self._settings)]
        if "lines" in self._stages:
            side.append(stage_parts(self._stages["lines"]))
        return work_key(self._base, side, own, [node.task.tag for node in after])[:8]  # type: ignore[union-attr]

    def _decided(self, code: str) -> list[Node]:
        """admit, deduplicate (where the recipe has it), decide."""
        pieces = pieces_of(self._units, code)
        size = sum(piece.rows for piece in pieces)
        copies = [self._copies[code]] if code in self._copies else []
        admit = self._decision("admit", code, pieces, copies, size)
        if "deduplicate" not in self._stages:
            return [*copies, admit, self._decision("decide", code, pieces, [*copies, admit], size)]
        chain = self._deduplicated(code, pieces, admit)
        ends = [node for node in chain if node.phase == "deduplicate"]
        return [*copies, admit, *chain, self._decision("decide", code, pieces, [*copies, admit, *ends], size)]

    def _deduplicated(self, code: str, pieces: tuple[Piece, ...], admit: Node) -> list[Node]:
        """The nodes that end in clusters/."""
        units = {receipt.unit: receipt for receipt in self._units}
        generations = {piece.unit: self._generation(units[piece.unit]) for piece in pieces}
        stage = stage_parts(self._stages["deduplicate"])
        signatures = {unit: _layer_key(units[unit], code, SIGNATURE) for unit in units}
        # Lengths and dates change with the documents only; other signals with what they are computed by.
        by_signal = stage["options"]["survivor"].startswith(BEST)
        layers = [SIGNALS, *([PRECISION] if "precision" in self._stages else [])] if by_signal else []
        orders = {unit: _layer_key(units[unit], code, *layers) for unit in units}
        parts: Parts = {
            "deduplicate": stage,
            "admitted": _key(admit),
            "signatures": self._inputs(code, SIGNATURE),
        }
        if by_signal:
            parts["signals"] = self._inputs(code, *layers)
        if len(set(generations.values())) > 1:
            parts["generations"] = work_key(generations)
        tag = self._tag(stage, code, admit)
        language = Language(self._settings, code, pieces, generations, signatures, orders, parts, tag, (_path(admit),))
        return near_duplicate_nodes(
            language, admit, lambda task, after, size: self._node(task, list(after), code, size)
        )

    def _generation(self, receipt: Receipt) -> int:
        """The version that a unit's input came with, where older documents are kept."""
        source = receipt.inputs[0]
        return self._seen.get((source["name"], source["identity"]), NEW) if self._seen else 0

    def _decision(self, phase: str, code: str, pieces: tuple[Piece, ...], after: list[Node], size: int) -> Node:
        rules = self._stages[phase].rules  # type: ignore[attr-defined]
        own = rules_parts(self._settings, rules, code)
        more = {"precision": PRECISION, "exact": IDENTITY, "lines": LINES}
        evidence = [layer for stage, layer in more.items() if stage in self._stages]
        parts: Parts = {**own, "signals": self._inputs(code, SIGNALS, SIGNATURE, *evidence)}
        parts |= {phase: _keys([node for node in after if node.phase == phase]) for phase in {n.phase for n in after}}
        key = work_key(phase, parts)
        tag = self._tag([phase, own], code, *after)
        fates = tuple(_path(node) for node in after if isinstance(node.task, Decision))
        clusters = _cluster_files(after)
        copies = tuple(_path(node) for node in after if isinstance(node.task, Exact))
        pruned = tuple((r.unit, file.path) for r in self._units for file in r.files.get(PRUNED, ()))
        task = Decision(self._settings, phase, code, parts, key, tag, pieces, fates, clusters, copies, pruned)
        return self._node(task, after, code, size)

    def _clean(self, decided: dict[str, list[Node]]) -> list[Node]:
        nodes = []
        parts = clean_parts(self._settings)
        for receipt in self._units:
            codes = list(receipt.languages())
            if not codes:
                continue
            keys = tuple((code, work_key("clean", parts, receipt.key, _key(decided[code][-1]))) for code in codes)
            earlier = tuple((code, _fates(decided[code])) for code in codes)
            old = self._receipts.get(("clean", receipt.unit))
            if old is not None and (missing(old, self._present) or old.notes.get("documents") != receipt.key):
                old = None
            shown = {**parts, "kept": dict(keys)}
            tag = work_key(self._base, parts, {code: decided[code][-1].task.tag for code in codes})[:8]  # type: ignore[union-attr]
            task = Clean(self._settings, receipt, keys, earlier, shown, tag, old)
            size = sum(piece.chars for piece in receipt.slices)
            after = [decided[code][-1] for code in codes]
            nodes.append(self._node(task, after, self._labels[receipt.unit], size))
        return nodes

    def _write(self, code: str, decided: list[Node], cleaned: dict[str, Node]) -> Node:
        pieces = pieces_of(self._units, code)
        units = [receipt for receipt in self._units if code in receipt.languages() and receipt.unit in cleaned]
        tasks = [cleaned[receipt.unit].task for receipt in units]
        cleans = [task for task in tasks if isinstance(task, Clean)]
        edits = tuple(
            (file.path, task.edits_path(index))
            for receipt, task in zip(units, cleans, strict=True)
            for index, file in enumerate(receipt.files["documents"])
        )
        parts: Parts = {
            "write": stage_parts(self._stages["write"], "versions"),
            "documents": self._inputs(code),
            "kept": _key(decided[-1]),
            "edits": work_key([dict(task.keys)[code] for task in cleans]),
        }
        fates = _fates(decided) + tuple(task.fates_path for task in cleans)
        clusters = _cluster_files(decided)
        task = Write(self._settings, code, parts, work_key("write", parts), pieces, fates, clusters, edits)
        after = [decided[-1], *(cleaned[receipt.unit] for receipt in units)]
        return self._node(task, after, code, sum(piece.rows for piece in pieces))


def _key(node: Node) -> str:
    return str(getattr(node.task, "key"))  # noqa: B009


def _keys(nodes: list[Node]) -> str:
    """The key of one node, or one key for all of them."""
    return _key(nodes[0]) if len(nodes) == 1 else work_key([_key(node) for node in nodes])


def _path(node: Node) -> str:
    return str(getattr(node.task, "path"))  # noqa: B009


def _layer_key(receipt: Receipt, code: str, *layers: str) -> str:
    return work_key(receipt.key, [receipt.layer_keys.get(f"{layer}/{code}") for layer in layers])


def _cluster_files(nodes: list[Node]) -> tuple[ClusterFile, ...]:
    ends = (node.task for node in nodes)
    return tuple(file for task in ends if isinstance(task, Deduplicate | Assemble) for file in task.files)


def _fates(nodes: list[Node]) -> tuple[str, ...]:
    return tuple(_path(node) for node in nodes if isinstance(node.task, Decision))
