"""Re-try thresholds on stored signals, in seconds and without reading text, and list who moves."""

import argparse
import json

from corpusforge.cli.recipe_arguments import changes_of
from corpusforge.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge whatif`."""
    parser.add_argument("run", metavar="RUN", help="directory of a run")
    parser.add_argument(
        "--set",
        metavar="LANG.THRESHOLD=VALUE",
        action="append",
        default=[],
        help="pan_Guru.max_list_ratio=0.3; null is off",
    )
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Compute and print."""
    from corpusforge.whatif import whatif

    if not args.set:
        raise UserError("whatif: give at least one --set LANGUAGE.THRESHOLD=VALUE")
    result = whatif(args.run, changes_of(args.set))
    if args.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return 0
    for code, found in result["languages"].items():
        print(
            f"{code}: {found['documents']:,} documents; kept {found['kept_before']:,} -> {found['kept_after']:,}; "
            f"{len(found['moved']):,} move"
        )
        for move in found["moves"]:
            print(f"  {move['documents']:>8,}  {move['before']} -> {move['after']}")
        for document in found["moved"][:50]:
            mark = "  (approximate: clusters are kept as stored)" if document["approximate"] else ""
            print(f"  {document['key']}  {document['before']} -> {document['after']}{mark}")
        if len(found["moved"]) > 50:
            print(f"  and {len(found['moved']) - 50:,} more (--json lists all)")
    return 0
