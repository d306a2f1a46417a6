"""Run a recipe: crawl files in, a clean, deduplicated corpus out, one known fate for every record.

Killed or interrupted, the same command goes on where it stopped.
"""

import argparse
import json
import os
import shlex
import signal
import sys
import time
from collections import Counter
from importlib.resources import files
from types import FrameType

from corpusforge.cli.recipe_arguments import add_recipe_arguments, settings_from
from corpusforge.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge run`."""
    add_recipe_arguments(parser)
    parser.add_argument(
        "--workers",
        metavar="N",
        type=int,
        default=len(os.sched_getaffinity(0)),
        help="processes (default: one per core)",
    )


def run(args: argparse.Namespace) -> int:
    """Run, report, and say where everything is."""
    from corpusforge.engines.lean_start import start_without_pandas

    start_without_pandas()
    from corpusforge.cli.progress import progress
    from corpusforge.report.build import build_report
    from corpusforge.report.crawls import crawl_figures
    from corpusforge.run import run as run_recipe
    from corpusforge.stored_run import StoredRun

    if args.workers < 1:
        raise UserError(f"--workers {args.workers}: at least 1")
    settings, out = settings_from(args)
    if _first_run():
        print("first run here: each worker compiles its kernels, which takes about a minute, once", file=sys.stderr)
    began = time.monotonic()
    stop = _Stop()
    with progress(args.json) as listener:
        summary = run_recipe(settings, out, args.workers, listener, stop.asked)
    if summary.interrupted:
        print(f"stopped; `corpusforge {shlex.join(sys.argv[1:])}` goes on from here", file=sys.stderr)
        return summary.exit_code
    index = build_report(out)
    result = {
        "run": out,
        "seconds": round(time.monotonic() - began, 1),
        "read": summary.read,
        "counted_only": sum(sum(receipt.counted_only.values()) for receipt in summary.receipts),
        "fates": dict(summary.fates.most_common()),
        "corpus": {
            r.unit: {"documents": r.read, "chars": r.notes["chars"]} for r in summary.receipts if r.phase == "write"
        },
        "crawls": crawl_figures(StoredRun(out)),
        "version": summary.version and {"number": summary.version.number, "changes": summary.version.changes},
        "report": index,
        "skipped": [{"file": file, "reason": reason} for file, reason in summary.skipped],
        "quarantined": [
            {"unit": node.label, "phase": node.phase, "error": error} for node, error in summary.quarantined
        ],
    }
    if args.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        print(_text(result, out))
    return summary.exit_code


def _first_run() -> bool:
    """Whether no kernel was compiled into this installation; never where they are kept elsewhere."""
    folder = files("corpusforge.text") / "__pycache__"
    elsewhere = "NUMBA_CACHE_DIR" in os.environ or not os.access(str(files("corpusforge.text")), os.W_OK)
    return not elsewhere and not (folder.is_dir() and any(one.name.endswith(".nbi") for one in folder.iterdir()))


class _Stop:
    """Ctrl-C once: finish what is at work. Twice: stop at once."""

    def __init__(self) -> None:
        self._asked = False
        signal.signal(signal.SIGINT, self._signal)
        signal.signal(signal.SIGTERM, self._signal)

    def asked(self) -> bool:
        return self._asked

    def _signal(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        print("\nfinishing the units at work; once more stops at once (the run can be resumed)", file=sys.stderr)


def _text(result: dict, out: str) -> str:  # type: ignore[type-arg]
    read, fates = result["read"], result["fates"]
    kept = fates.get("kept", 0)
    width = max((len(fate) for fate in fates), default=0)
    lines = [f"{read:,} records, {kept:,} kept, {read - kept:,} ended ({result['seconds']:g} s)"]
    lines += [f"  {fate:<{width}}  {count:>9,}" for fate, count in fates.items()]
    if result["quarantined"]:
        lines += ["", "not finished (the next run tries again):"]
        lines += [
            f"  {q['unit']} in {q['phase']}: {q['error'].strip().splitlines()[-1]}" for q in result["quarantined"]
        ]
    full = [(code, corpus) for code, corpus in result["corpus"].items() if corpus["documents"]]
    full.sort(key=lambda one: (-one[1]["documents"], one[0]))
    lines += [""]
    for code, corpus in full[:12]:
        noun = "document" if corpus["documents"] == 1 else "documents"
        lines.append(f"corpus   {out}/data/{code}  {corpus['documents']:,} {noun}, {corpus['chars']:,} characters")
    if len(full) > 12:
        lines.append(f"         and {len(full) - 12} more languages in {out}/data/")
    if not full:
        lines.append("corpus   nothing was kept; the report says why")
    lines += [f"crawl    {_crawl(crawl)}" for crawl in result["crawls"]]
    lines += _version(result, out)
    lines.append(f"report   {result['report']}")
    lines.append(f"removed  corpusforge export {out} --fate removed")
    return "\n".join(lines)


def _version(result: dict, out: str) -> list[str]:  # type: ignore[type-arg]
    """What the run changed, where the corpus is not the first one."""
    version = result["version"]
    if not version or version["number"] == 1:
        return []
    total: Counter[str] = Counter()
    for counts in version["changes"].values():
        total.update(counts)
    said = ", ".join(f"{count:,} {change}" for change, count in sorted(total.items()))
    return [f"version  {version['number']}: {said}   (corpusforge diff {out})"]


def _crawl(crawl: dict) -> str:  # type: ignore[type-arg]
    named, rest, missed = crawl["named"], crawl["rest"], crawl["missed"]
    said = (
        f"{crawl['crawl']}: {named['records']:,} records named by the index, {named['documents']:,} of them documents"
    )
    if not rest["share"]:
        return said
    said += f"; random rest: {rest['records']:,} records, {rest['documents']:,} documents"
    if missed:
        low, high = missed["interval"]
        said += f", so it misses about {missed['documents']:,} ({low:,} to {high:,})"
    return said
