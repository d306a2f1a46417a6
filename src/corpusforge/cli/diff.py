"""What changed between two versions of a corpus: documents added, removed and changed, and why.

A version is RUN@NUMBER; RUN alone is its newest. With one RUN and nothing else: its newest version against the one before.
"""

import argparse
import json
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge diff`."""
    parser.add_argument("before", metavar="RUN[@N]", help="the older version")
    parser.add_argument("after", metavar="RUN[@N]", nargs="?", help="the newer version")
    parser.add_argument("--lang", metavar="LANG", help="one language only")
    parser.add_argument("--list", action="store_true", help="every document, a line each: change, key, why, twin")
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Compare and print."""
    from corpusforge.languages import resolve
    from corpusforge.version_history import diff

    code = None if args.lang is None else resolve(args.lang).code
    found = diff(args.before, args.after, code)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    elif args.list:
        for row in found["rows"]:
            print("\t".join(str(row[name] or "") for name in ("change", "key", "language", "why", "twin")))
    else:
        print("\n".join(_text(found)))
    return 0


def _text(found: dict[str, Any]) -> list[str]:
    lines = [f"{found['before']} -> {found['after']}"]
    if not found["languages"]:
        return [*lines, "  nothing changed"]
    for code, reasons in found["languages"].items():
        lines.append(f"  {code}")
        width = max(len(why) for why in reasons)
        lines += [
            f"    {change:<8} {why:<{width}}  {count:>9,}"
            for why, changes in reasons.items()
            for change, count in changes.items()
        ]
    return lines
