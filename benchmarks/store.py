"""Results as JSON, there and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.figures import Ratio, Result, SideFigures

FORMAT = 1


def save(path: Path, results: list[Result], facts: dict[str, Any]) -> None:
    """`facts` says how and where it was measured."""
    held = {"format": FORMAT, **facts, "results": [result.as_json() for result in results]}
    path.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> tuple[list[Result], dict[str, Any]]:
    """What `save` wrote. Raises ValueError for another format."""
    held = json.loads(path.read_text(encoding="utf-8"))
    if held.pop("format") != FORMAT:
        raise ValueError(f"{path}: not results of this version; measure again")
    return [_result(one) for one in held.pop("results")], held


def _result(held: dict[str, Any]) -> Result:
    sides = {name: SideFigures(**side) for name, side in held["sides"].items()}
    ratios = {name: Ratio(**ratio) for name, ratio in held["ratios"].items()}
    return Result(**{**held, "sides": sides, "ratios": ratios})
