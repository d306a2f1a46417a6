"""The page of the documentation: rules, table, provenance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks import table
from benchmarks.figures import Result

TITLES = {
    "text": "Text, by language",
    "urls": "URLs",
    "extraction": "Main text of pages",
    "growth": "Growth with the input (ours alone: MB/s should stay)",
    "whole job": "Whole job: WARC to kept documents, processes started and ended",
}
RULES = """\
One core each, CPU seconds of all processes of a side, the same documents (both sides name the same hash of them), {count}
repetitions that take turns. Ratio: the peer's seconds / ours, median of the repetitions, and their range. Before the
measurement both sides have everything loaded (our compiled code from its cache, the peer's tokenizer and models), but for
the whole job, which starts from nothing. datatrove runs with its real tokenizers and FineWeb2's settings. What each row
means: [benchmarks](../guides/benchmarks.md)."""


def page(results: Sequence[Result], facts: dict[str, Any]) -> str:
    """Markdown."""
    parts = [
        "# Measured against the peers",
        "Written by `python -m benchmarks --write docs/reference/benchmarks.md`. " + provenance(facts),
        *(f"Together with another run: {provenance(other)}" for other in facts.get("others", ())),
        RULES.format(count=facts["repetitions"]),
        "## In short",
        "\n".join(table.short_lines(results)),
    ]
    for group, title in TITLES.items():
        rows = [result for result in results if result.group == group]
        if rows:
            parts.append(f"## {title}")
            if group == "whole job":
                parts.append(
                    "\n".join(dict.fromkeys(f"- {one.case}, {one.documents:,} pages: {one.source}." for one in rows))
                )
            parts.append("\n".join(table.lines(rows)))
    return "\n\n".join(parts) + "\n"


def provenance(facts: dict[str, Any]) -> str:
    """Machine, versions, revision: one paragraph."""
    where = facts["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in where["packages"].items())
    data = "real documents" if facts["data"] == "real" else "made documents (no real data at hand)"
    kind = "quick run" if facts["quick"] else "full run"
    return (
        f"{kind[0].upper()}{kind[1:]} on {data}, {facts['repetitions']} repetitions, {facts['minutes']} minutes; "
        f"{where['cpu']}, {where['cores']} cores (load {where['load_before']} before), {where['memory_gib']} GiB, "
        f"{where['system']}; Python {where['python']}; revision {where['revision']}; {packages}."
    )
