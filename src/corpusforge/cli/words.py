"""Make the word lists of the stage `precision`: the words that (nearly) only one language uses.

From labelled text of yours, or from FineWeb2's published tables, which do not ship with corpusforge.
"""

import argparse
import json
from pathlib import Path

from corpusforge.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge words`."""
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument(
        "--labelled",
        metavar="FILE",
        nargs="+",
        help="rows with `text`, and `lang` with `script`, or `language` as pan_Guru: JSON Lines (.gz, .zst) or Parquet",
    )
    given.add_argument(
        "--published", metavar="DIR", type=Path, help="folder with FineWeb2's precision filtering tables"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the file of lists (Parquet)")
    parser.add_argument(
        "--share",
        metavar="SHARE",
        type=float,
        default=0.85,
        help="how much of a word's occurrences must be in the language (default: 0.85)",
    )
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Make the lists, write them, and say how long they are."""
    from corpusforge.calibrate.word_lists import derived, published
    from corpusforge.stages.precision_lists import write_lists

    if not 0.5 < args.share <= 1:
        raise UserError(f"--share {args.share}: above 0.5, so that a word has one language, and at most 1")
    if args.published is not None:
        left_out: dict[str, str] = {}
        lists = published(args.published, args.share)
    else:
        lists, left_out = derived(args.labelled, args.share)
    if not lists:
        raise UserError("no language has a word of its own; give text in more than one language, and more of it")
    write_lists(args.out, lists)
    sizes = {code: len(one.words) for code, one in lists.items()}
    if args.json:
        print(
            json.dumps({"written": str(args.out), "words": sizes, "left_out": left_out}, ensure_ascii=False, indent=1)
        )
        return 0
    shortest = sorted(sizes, key=lambda code: (sizes[code], code))[:8]
    print(f"{len(lists):,} languages, {sum(sizes.values()):,} words")
    print(f"shortest lists: {', '.join(f'{code} {sizes[code]:,}' for code in shortest)}")
    for code, why in list(left_out.items())[:8]:
        print(f"left out: {code}: {why}")
    if len(left_out) > 8:
        print(f"and {len(left_out) - 8:,} more (--json lists all)")
    print(f"written  {args.out}")
    print(f"use it:  stage `precision: {{lists: {args.out}}}` and filter set `precision` in a recipe of your own")
    return 0
