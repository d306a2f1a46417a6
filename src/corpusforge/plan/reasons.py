"""Why a node will run: what its work depends on, compared by name with what its receipt says."""

from __future__ import annotations

from typing import Any

from corpusforge.receipt import Receipt

WAITS = {"ingest": "waits for ingest", "trim": "waits for the lines that are taken out of texts"}
WAITS_FOR_DECIDE = "waits for decide: removed text was pruned"


def reason(receipt: Receipt | None, key: str, parts: dict[str, Any], present: dict[str, int]) -> str | None:
    """None when the receipt holds; else `new`, what changed, or what is missing."""
    if receipt is None:
        return "new"
    if receipt.key != key:
        return changes(receipt.notes.get("parts", {}), parts) or "what it reads changed"
    return missing(receipt, present)


def missing(receipt: Receipt, present: dict[str, int], layers: tuple[str, ...] | None = None) -> str | None:
    """The first file of a receipt that is not there in the size it had."""
    for layer, files in receipt.files.items():
        if layers is not None and layer not in layers:
            continue
        for file in files:
            if present.get(file.path) != file.bytes:
                state = "missing" if file.path not in present else "of another size"
                return f"{file.path} is {state}"
    return None


def changes(old: dict[str, Any], new: dict[str, Any]) -> str:
    """What differs, in words: `thresholds: min_line_punct_ratio 0.153 -> 0.1`."""
    said = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name not in old or name not in new:
            said.append(f"{name} {'added' if name in new else 'removed'}")
        elif name == "input":
            said.append("the input changed")
        elif isinstance(before, dict) and isinstance(after, dict):
            said.append(f"{name}: {_inside(before, after)}")
        elif isinstance(before, str) and len(before) == 32:
            said.append(f"{name} changed")
        else:
            said.append(f"{name} {_show(before)} -> {_show(after)}")
    return "; ".join(said)


def _inside(old: dict[str, Any], new: dict[str, Any]) -> str:
    said = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            said.append(_inside(before, after))
        elif isinstance(before, str) and len(before) == 32:
            said.append(f"{name} changed")
        else:
            said.append(f"{name} {_show(before)} -> {_show(after)}")
    return ", ".join(said)


def _show(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "off" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
