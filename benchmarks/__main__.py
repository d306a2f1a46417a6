"""What the stages and the whole job cost, ours and the peers', on the same documents in the same run.

    python -m benchmarks [--quick] [--data DIR] [--only NAME ...] [--write FILE.md] [--svg FILE.svg]

Rows, rules of measurement and how to read the table: docs/guides/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import chart, page, store, table
from benchmarks.cases import extraction, growth, text, urls, whole_job
from benchmarks.figures import Result
from benchmarks.machine import machine
from benchmarks.measure import measure
from benchmarks.protocol import Case
from benchmarks.sources import Sources, default_folder

CASES = (text, urls, extraction, growth, whole_job)
LEAST_REPETITIONS = 5


def main() -> None:
    """Measure what is asked for, or read it; print, write."""
    arguments = _arguments()
    if arguments.read:
        read = [store.load(path) for path in arguments.read]
        results = [result for one, _ in read for result in one]
        facts = {**read[0][1], "others": [others for _, others in read[1:]]}
    else:
        with tempfile.TemporaryDirectory(dir=arguments.scratch) as scratch:
            sources = Sources(arguments.data or default_folder(), Path(scratch), arguments.quick, arguments.pages)
            results, facts = _measured(sources, arguments)
    print("\n".join(table.lines(results)))
    print(f"\n{page.provenance(facts)}")
    if arguments.write:
        arguments.write.write_text(page.page(results, facts), encoding="utf-8")
    if arguments.svg:
        arguments.svg.write_text(chart.chart(results, facts), encoding="utf-8")


def _measured(sources: Sources, arguments: argparse.Namespace) -> tuple[list[Result], dict[str, Any]]:
    """Results, and how and where they were measured; written after each row, so that an interrupted run has some."""
    if sources.folder is None:
        print("no real data (--data): made text", file=sys.stderr)
    cases = list(_cases(sources, arguments.only))
    if not cases:
        sys.exit(
            f"--only {' '.join(arguments.only)}: no row has that in its name; docs/guides/benchmarks.md lists them"
        )
    began = time.monotonic()
    facts: dict[str, Any] = {
        "quick": arguments.quick,
        "data": "real" if sources.folder else "made",
        "repetitions": arguments.repetitions,
        "minutes": 0.0,
        "machine": machine(),
    }
    results: list[Result] = []
    for result in measure(cases, arguments.repetitions):
        results.append(result)
        facts["minutes"] = round((time.monotonic() - began) / 60, 1)
        store.save(arguments.json, results, facts)
    return results, facts


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer and smaller documents: under five minutes")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="real data (default: $CORPUSFORGE_SHARED or ../shared)"
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="rows whose name or group contains one of these")
    parser.add_argument("--repetitions", type=int, default=LEAST_REPETITIONS, metavar="N")
    parser.add_argument(
        "--pages",
        type=int,
        metavar="N",
        help="pages of the whole job's file (600; 100 with --quick), some of them repeated where there are too few",
    )
    parser.add_argument("--json", type=Path, default=Path("benchmarks.json"), help="results (default: benchmarks.json)")
    parser.add_argument("--read", type=Path, nargs="+", metavar="JSON", help="measure nothing: show these results")
    parser.add_argument("--write", type=Path, metavar="MD", help="write the page of the documentation")
    parser.add_argument("--svg", type=Path, metavar="SVG", help="write the chart")
    parser.add_argument("--scratch", type=Path, metavar="DIR", help="where crawl files and runs go for a while")
    arguments = parser.parse_args()
    if arguments.repetitions < LEAST_REPETITIONS:
        parser.error(f"--repetitions {arguments.repetitions}: at least {LEAST_REPETITIONS}, or a range says nothing")
    return arguments


def _cases(sources: Sources, only: list[str] | None) -> Iterator[Case]:
    """The cases that have a row which is asked for, with those rows."""
    for module in CASES:
        for case in module.cases(sources):
            rows = [row for row in case.rows if _named(f"{case.group}: {row.name}, {case.name}", only)]
            if rows and (only or not (sources.quick and case.on_demand)):
                yield replace(case, rows=rows, sides=_used(case, rows))


def _used(case: Case, rows: list[Any]) -> dict[str, Any]:
    names = {name for row in rows for name in (row.side, *row.peers)}
    return {name: opener for name, opener in case.sides.items() if name in names}


def _named(name: str, only: list[str] | None) -> bool:
    return not only or any(part.lower() in name.lower() for part in only)


if __name__ == "__main__":
    main()
