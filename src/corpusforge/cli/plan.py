"""Show what a run would do: phases, units, bytes, columns, and why each node will run. Exit 0: nothing to do; 2: work."""

import argparse
import json
import sys
from collections import Counter
from typing import Any

from corpusforge.cli.crawl_lines import crawl_lines
from corpusforge.cli.recipe_arguments import add_recipe_arguments, settings_from
from corpusforge.terminal import plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge plan`."""
    add_recipe_arguments(parser)
    parser.add_argument("--all", action="store_true", help="list every node, also those with nothing to do")


def run(args: argparse.Namespace) -> int:
    """Plan, print, exit 2 when there is work."""
    from corpusforge.api import plan_run

    settings, out = settings_from(args)
    planned = plan_run(settings, out, lambda text: print(plain(text), file=sys.stderr, flush=True))
    if args.json:
        print(json.dumps(planned, ensure_ascii=False, indent=1))
    else:
        print(_text(planned, args.all))
    return 2 if planned["to_do"] else 0


def _text(planned: dict[str, Any], everything: bool) -> str:
    lines = [f"run {planned['run']}"]
    for crawl in planned["crawls"]:
        lines += ["", *crawl_lines(crawl)]
    for phase in planned["phases"]:
        nodes = phase["nodes"]
        reads = "reads text" if phase["reads_text"] else "reads no text"
        lines.append("")
        lines.append(
            f"{phase['phase']:<12} {phase['to_do']:,} of {len(nodes):,} units to do, "
            f"{phase['bytes']:,} {phase['measure']}; {reads}"
        )
        for stage, columns in phase["stages"].items():
            lines.append(f"    {stage:<13} {_columns(columns)}")
        shown = [node for node in nodes if everything or node["reason"]]
        same = Counter(node["reason"] for node in shown)
        for node in shown[:20] if not everything else shown:
            lines.append(
                f"  {'run ' if node['reason'] else 'keep'} {plain(node['label'])}: {plain(node['reason'] or 'up to date')}"
            )
        if len(shown) > 20 and not everything:
            lines.append(
                f"  and {len(shown) - 20:,} more ({', '.join(f'{n:,} {plain(reason)}' for reason, n in same.most_common(3))})"
            )
    for code, rules in planned["inactive"].items():
        lines += ["", f"{code}: rules that cannot fire"] + [f"  {rule}: {reason}" for rule, reason in rules]
    for file in planned["skipped"]:
        lines.append(f"skipped {plain(file['file'])}: {plain(file['reason'])}")
    lines += ["", "nothing to do" if not planned["to_do"] else f"{planned['to_do']:,} units to do"]
    return "\n".join(lines)


def _columns(columns: dict[str, list[str]]) -> str:
    if columns["off"]:
        return f"off: {columns['off']}"
    return f"needs {_few(columns['requires']) or 'nothing'}; gives {_few(columns['provides']) or 'fates'}"


def _few(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
