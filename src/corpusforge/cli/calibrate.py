"""Compute a language's thresholds and stop words from reference text, with what they would change. Nothing is written
without --out.

The published thresholds come without the program that made them, and many can never fire. This is a program: the same text
and seed give the same file.
"""

import argparse
import json
import shlex
import sys

from corpusforge.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge calibrate`."""
    parser.add_argument("--lang", metavar="LANG", required=True, help="one language: pan, Punjabi, pan_Guru")
    parser.add_argument(
        "--reference",
        metavar="FILE",
        nargs="+",
        action="append",
        required=True,
        help="clean text in the language: JSON Lines (.gz, .zst), Parquet, or .txt with one document each; globs, folders",
    )
    parser.add_argument(
        "--web",
        metavar="FILE|RUN",
        nargs="+",
        action="append",
        help="what the thresholds will meet: files of web text, or the directory of a run",
    )
    parser.add_argument(
        "--english",
        metavar="FILE",
        nargs="+",
        action="append",
        help="English text of the same kind as the reference, for methods relative to English (default: a table of news)",
    )
    parser.add_argument(
        "--method",
        metavar="[RULE=]METHOD",
        action="append",
        default=[],
        help="10Tail, MeanStd, Quantile, MedianRatio, English, keep, off: for all thresholds or one rule; may be repeated",
    )
    parser.add_argument("--out", metavar="FILE|DIR", help="write the language file here (DIR/pan_Guru.yaml)")
    parser.add_argument("--replace", action="store_true", help="write over a file that stands there with other values")
    parser.add_argument("--model", metavar="NAME", help="whose language score (default: the recipe's)")
    parser.add_argument("--recipe", metavar="RECIPE", default="fineweb2-style", help="whose rules are calibrated")
    parser.add_argument(
        "--stop-words",
        metavar="SHARE",
        type=float,
        help="words that make up at least this share of all words are stop words (default: 0.004); at least 8 are taken",
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of the bootstrap (default: 0)")
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Calibrate, print, and write where asked."""
    from corpusforge.calibrate.as_json import as_json
    from corpusforge.calibrate.calibration import calibrate
    from corpusforge.calibrate.shown import shown
    from corpusforge.calibrate.stop_words import FREQUENCY
    from corpusforge.calibrate.written_file import write_file
    from corpusforge.cli.recipe_arguments import languages_of

    codes = languages_of(args.lang)
    if len(codes) != 1 or codes == ("all",):
        raise UserError(f"--lang {args.lang}: one language at a time")
    if args.seed < 0:
        raise UserError(f"--seed {args.seed}: a whole number from 0")
    files = [[one for group in given or [] for one in group] for given in (args.reference, args.web, args.english)]
    if not all(one.strip() for given in files for one in given):
        raise UserError("a file's name is empty (a shell variable that is not set?)")
    reference, web, english = files
    if args.stop_words is not None and not 0 < args.stop_words < 1:
        raise UserError(f"--stop-words {args.stop_words}: a share above 0 and below 1")
    share = args.stop_words or FREQUENCY
    found = calibrate(
        codes[0], reference, web, english, methods_of(args.method), args.recipe, args.model, args.seed, share
    )
    path = write_file(found, args.out, args.replace) if args.out else None
    if args.json:
        print(json.dumps({**as_json(found), "written": path and str(path)}, ensure_ascii=False, indent=1))
        return 0
    print("\n".join(shown(found)))
    print()
    if path is None:
        print(f"write it:   corpusforge {shlex.join(sys.argv[1:])} --out my-languages")
        return 0
    where = shlex.quote(str(path.parent))
    print(f"written     {path}")
    print(f"use it:     corpusforge run {args.recipe} --lang {codes[0]} --languages {where}")
    return 0


def methods_of(texts: list[str]) -> dict[str, str]:
    """`--method list_ratio=10Tail` -> {'list_ratio': '10Tail'}; `--method MeanStd` -> {'': 'MeanStd'}."""
    methods: dict[str, str] = {}
    for text in texts:
        rule, equals, method = text.rpartition("=")
        if not method or (equals and not rule):
            raise UserError(f"--method {text}: write METHOD or RULE=METHOD")
        if rule in methods:
            raise UserError(f"--method {text}: {rule or 'a method for all rules'} is given twice")
        methods[rule] = method
    return methods
