"""The arguments that `run` and `plan` share: a recipe, languages, inputs, changes."""

import argparse
import re
import sys
from typing import Any

from corpusforge import yaml12
from corpusforge.crawl.request import CONNECTIONS, ROOT, build_request
from corpusforge.errors import UserError
from corpusforge.languages import Resolution, resolve
from corpusforge.settings import ALL, Settings, build_settings


def add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    """RECIPE, --lang, --input, --out, --sample, --set."""
    parser.add_argument("recipe", metavar="RECIPE", help="name of a recipe (fineweb2-style), or a YAML file")
    parser.add_argument(
        "--lang", metavar="LANG[,LANG]", help="languages: pan, pa, Punjabi, pan_Guru; several with commas; 'all'"
    )
    parser.add_argument(
        "--input",
        metavar="GLOB|URL|@LIST",
        action="append",
        nargs="+",
        help="crawl files: WARC, ARC, WET, JSONL, Parquet; local, s3://, https://, hf://; NAME=GLOB names the input",
    )
    parser.add_argument(
        "--crawl",
        metavar="ID[,ID]",
        help="fetch from Common Crawl only the records that its index names in the languages: CC-MAIN-2025-30, a range "
        "CC-MAIN-2025-05..CC-MAIN-2025-30, 'latest'",
    )
    parser.add_argument(
        "--crawl-root", metavar="DIR|URL", help=f"where the crawls are: {ROOT} (default), s3://commoncrawl, a mirror"
    )
    parser.add_argument(
        "--crawl-rest",
        metavar="SHARE",
        help="also fetch this random share of the other pages, to measure what the index misses (default: 0)",
    )
    parser.add_argument(
        "--crawl-codes", metavar="CODE[,CODE]", help="select by these language codes of the index instead of ours"
    )
    parser.add_argument(
        "--crawl-connections",
        metavar="N",
        help=f"connections to the host at a time, from all processes of this machine (default: {CONNECTIONS})",
    )
    parser.add_argument(
        "--crawl-digests",
        metavar="WHERE",
        help="check payloads against the digest in their own 'record' (default), or also against that of the 'index'",
    )
    parser.add_argument(
        "--languages",
        metavar="DIR",
        help="language files of your own, in the place of the packaged ones of their names",
    )
    parser.add_argument(
        "--add",
        action="store_true",
        help="add the inputs to those that the run has read before, which need not be there any more",
    )
    parser.add_argument("--out", metavar="DIR", help="directory of the run (default: runs/RECIPE-LANG)")
    parser.add_argument("--sample", metavar="SHARE", type=float, default=1.0, help="work on this share of the records")
    parser.add_argument(
        "--set",
        metavar="PATH=VALUE",
        action="append",
        default=[],
        help="change an option (extract.watchdog_s=30) or a threshold (pan_Guru.max_list_ratio=0.3, null is off)",
    )
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def settings_from(args: argparse.Namespace) -> tuple[Settings, str]:
    """Settings, and the directory of the run. Says on stderr what it chose where the user left a choice.

    Raises UserError, naming the flag, for a value that is empty: a shell variable that is not set.
    """
    inputs = tuple(pattern for group in args.input or [] for pattern in group)
    for flag, values in (("--input", inputs), ("--out", [] if args.out is None else [args.out])):
        if not all(value.strip() for value in values):
            raise UserError(f"{flag}: the value is empty (a shell variable that is not set?); give one, or no {flag}")
    crawl = _crawl_pattern(args)
    inputs = inputs if crawl is None else (*inputs, crawl)
    languages = None if args.lang is None else languages_of(args.lang)
    changes = changes_of(args.set)
    settings = build_settings(args.recipe, languages, inputs or None, args.sample, changes, args.languages, args.add)
    if not inputs and settings.dataset.from_ == ("sample://",):
        print("no --input: using the bundled sample crawl (corpusforge sample DIR writes it out)", file=sys.stderr)
    return settings, args.out or default_out(settings)


def _crawl_pattern(args: argparse.Namespace) -> str | None:
    """`--crawl` and its flags as an input pattern, or None."""
    given = {name: getattr(args, f"crawl_{name}") for name in ("root", "rest", "codes", "connections", "digests")}
    if args.crawl is None:
        for name, value in given.items():
            if value is not None:
                raise UserError(f"--crawl-{name}: belongs to --crawl; name the crawl, such as --crawl CC-MAIN-2025-30")
        return None
    return build_request(args.crawl, **given).pattern()


def default_out(settings: Settings) -> str:
    """`runs/<recipe>-<languages>`: one directory per question asked, so that runs do not replace each other."""
    languages = list(settings.recipe.languages)
    shown = "-".join(languages[:4]) + (f"-and-{len(languages) - 4}-more" if len(languages) > 4 else "")
    return f"runs/{settings.recipe.recipe}-{shown}"


def languages_of(text: str) -> tuple[str, ...]:
    """`pan,Hindi` -> ('hin_Deva', 'pan_Guru'). Raises UserError with suggestions."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise UserError("--lang: name a language, such as pan, Punjabi or pan_Guru, or 'all'")
    if ALL in map(str.lower, names):
        return (ALL,)
    codes = []
    for name in names:
        found = _resolve(name)
        codes.append(found.code)
        remarks = [found.note] if found.note else []
        if found.region:
            remarks.append(f"its texts are not told apart by region ({found.region})")
        if found.others and not found.scripted:
            remarks.append(f"there are also {', '.join(found.others)}")
        if remarks:
            print(f"--lang {name}: taking {found.code}; {'; '.join(remarks)}", file=sys.stderr)
    return tuple(sorted(set(codes)))


def _resolve(name: str) -> Resolution:
    try:
        return resolve(name)
    except UserError:
        several = [part for part in re.split(r"[;|/+\s]+", name) if part]
        if ";" in name or (len(several) > 1 and all(map(_known, several))):
            raise UserError(f"--lang '{name}': write a comma between languages: --lang {','.join(several)}") from None
        raise


def _known(name: str) -> bool:
    try:
        return bool(resolve(name))
    except UserError:
        return False


def changes_of(texts: list[str]) -> dict[str, Any]:
    """`--set a.b=1` -> {'a.b': 1}; values are YAML."""
    changes: dict[str, Any] = {}
    for text in texts:
        path, equals, value = text.partition("=")
        if not equals or not path:
            raise UserError(f"--set {text}: write PATH=VALUE")
        changes[path] = yaml12.loads(value, f"--set {path}").data
    return changes
