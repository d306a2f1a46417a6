"""Prove that every record of a run has exactly one fate, and that every file is what was written.

With --inputs the inputs are recounted with other libraries (warcio, plain json, pyarrow). Exit 1 with the difference if
a single record is missing, doubled, or a hash is wrong.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from corpusforge.terminal import plain

if TYPE_CHECKING:
    from corpusforge.verify import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge verify`."""
    parser.add_argument("run", metavar="RUN", help="directory of a run")
    parser.add_argument(
        "--inputs",
        metavar="GLOB",
        nargs="*",
        help="recount the inputs too (default: the patterns that the run was given)",
    )
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Verify and print."""
    from corpusforge.verify import verify

    verdict = verify(args.run, args.inputs)
    if args.json:
        print(json.dumps({**vars(verdict), "passed": verdict.passed}, ensure_ascii=False, indent=1))
        return 0 if verdict.passed else 1
    if verdict.counted:
        _print_counts(verdict)
    if args.inputs is not None and verdict.counted:
        _print_recount(verdict.recounted)
    for one in verdict.skipped:
        print(f"skipped {plain(one['file'])}: {plain(one['reason'])}")
    for name in verdict.unaccounted:
        print(f"unaccounted: {plain(name)}: its unit is not finished; run the recipe again")
    for name in verdict.unfinished:
        print(f"unfinished: {plain(name)}; run the recipe again to finish it")
    for problem in verdict.problems:
        print(f"WRONG {plain(problem)}")
    print("verified" if verdict.passed else "NOT verified")
    return 0 if verdict.passed else 1


def _print_counts(verdict: Verdict) -> None:
    total = sum(verdict.fates.values())
    print(f"{verdict.files:,} files match their receipts")
    finished = not (verdict.unaccounted or verdict.unfinished)
    said = "=" if finished and verdict.read + verdict.derived == total else "so far, and"
    print(f"{verdict.read:,} records read + {verdict.derived:,} derived {said} {total:,} fates")
    for fate, count in verdict.fates.most_common():
        print(f"  {plain(fate):<40} {count:>10,}")
    if verdict.counted_only:
        print("only counted: " + ", ".join(f"{count:,} {kind}" for kind, count in sorted(verdict.counted_only.items())))


def _print_recount(recounted: list[dict[str, Any]]) -> None:
    whole = [one for one in recounted if one["complete"] and not one["damage"]]
    equal = sum(one["equal"] for one in whole)
    print(f"{len(recounted):,} inputs recounted by other libraries; {equal:,} of {len(whole):,} undamaged ones equal")
    for one in recounted:
        if one["equal"] and not one["damage"]:
            continue
        damage = {0: "no damage", 1: "1 damaged range"}.get(one["damage"], f"{one['damage']} damaged ranges")
        ended = "reads to the end" if one["complete"] else "stops at an error"
        print(f"  {plain(one['input'])}: {damage}")
        print(f"    ours    {_counts(one['ours'])}")
        print(f"    theirs  {_counts(one['theirs'])} ({ended})")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items())) or "nothing"
