"""Write out the records of a fate as JSON lines: a fate, a filter set, `kept`, or `removed` (every document not kept)."""

import argparse
import json
import sys
from contextlib import ExitStack
from typing import IO


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge export`."""
    parser.add_argument("run", metavar="RUN", help="directory of a run")
    parser.add_argument(
        "--fate", metavar="FATE", required=True, help="duplicate, gopher_quality, url_blocked, removed, kept ..."
    )
    parser.add_argument("--lang", metavar="LANG[,LANG]", help="only these languages")
    parser.add_argument("--to", metavar="FILE", help="write here instead of standard output (.zst compresses)")
    parser.add_argument("--no-text", action="store_true", help="do not read inputs again for text that is not stored")


def run(args: argparse.Namespace) -> int:
    """Export, one JSON object per line."""
    from corpusforge.cli.recipe_arguments import languages_of
    from corpusforge.export import export

    languages = () if args.lang is None else languages_of(args.lang)
    rows = export(args.run, args.fate, () if languages == ("all",) else languages, not args.no_text)
    count = 0
    with ExitStack() as stack:
        sink = _sink(args.to, stack)
        for row in rows:
            # Lone escapes for control characters: JSON is read by programs, and a terminal must survive it too.
            sink.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    print(f"{count:,} records", file=sys.stderr)
    return 0


def _sink(path: str | None, stack: ExitStack) -> IO[str]:
    if path is None:
        return sys.stdout
    if path.endswith(".zst"):
        import zstandard

        return stack.enter_context(zstandard.open(path, "wt", encoding="utf-8"))
    return stack.enter_context(open(path, "w", encoding="utf-8"))
