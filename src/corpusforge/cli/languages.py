"""`corpusforge languages`: the configured languages, or all that is known of one and where it comes from."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpusforge.cli.language_page import page, page_data
from corpusforge.errors import UserError, nearest
from corpusforge.language_index import Entry, entries, resolve, search
from corpusforge.language_table import GROUPS, MODELS, NO_GROUP, index_text
from corpusforge.languages import load_language
from corpusforge.resources import folder

_WIDTHS = {"code": 10, "lid176": 8, "glotlid": 10, "openlid": 10, "text": 9}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="show one: its code or a name (pan_Guru, pa, Punjabi)")
    parser.add_argument("--search", metavar="TEXT", help="list those with a name or code that contains this")
    parser.add_argument("--script", metavar="SCRP", help="list those written in a script (Guru)")
    parser.add_argument("--family", metavar="NAME", help="list those of a family (Turkic)")
    parser.add_argument("--model", metavar="MODEL", help=f"list those that a model can emit: {', '.join(MODELS)}")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    parser.add_argument("--check", action="store_true", help="check the language files; exit 1 when one is wrong")
    parser.add_argument(
        "--source", metavar="DIR", help="with --check: compare with FineWeb2's tables in this directory"
    )
    parser.add_argument("--index", action="store_true", help="write the table of names anew from the language files")
    parser.add_argument("--files", metavar="DIR", help="with --check or --index: the language files of this directory")


def run(args: argparse.Namespace) -> int:
    """Print the answer to stdout and return the exit code. Raises UserError for what is unknown."""
    filters = [flag for flag in ("search", "script", "family", "model") if getattr(args, flag) is not None]
    tasks = [flag for flag in ("check", "index") if getattr(args, flag)]
    _check_flags(args, filters, tasks)
    root = Path(args.files) if args.files else folder("language_configs")
    if args.check:
        return _check(root, args.source)
    if args.index:
        (root / "index.tsv").write_text(index_text(root), encoding="utf-8")
        print(f"{root / 'index.tsv'}: written", file=sys.stderr)
        return 0
    if args.name is not None:
        resolution = resolve(args.name)
        if resolution.note:
            print(f"{args.name}: {resolution.note}", file=sys.stderr)
        language = load_language(resolution.code)
        print(_json(page_data(language, resolution)) if args.json else "\n".join(page(language, resolution)))
        return 0
    found = _filtered(args)
    print(_json([_entry_data(entry) for entry in found]) if args.json else "\n".join(_list(found)))
    return 0 if found or args.json else 1


def _check_flags(args: argparse.Namespace, filters: list[str], tasks: list[str]) -> None:
    if args.name is not None and (filters or tasks):
        flag = (filters + tasks)[0]
        raise UserError(f"'{args.name}' shows one language, and --{flag} is about many: give one of the two")
    if len(tasks) > 1 or (tasks and filters):
        raise UserError(f"--{tasks[0]} goes with no --{(filters + tasks[1:])[0]}")
    for flag, value, wants in (("source", args.source, ["check"]), ("files", args.files, ["check", "index"])):
        if value is not None and not set(tasks) & set(wants):
            raise UserError(f"--{flag} goes with --{' or --'.join(wants)}")
    if args.files is not None and not Path(args.files).is_dir():
        raise UserError(f"--files {args.files}: is no directory; give one with files such as pan_Guru.yaml")


def _check(root: Path, source: str | None) -> int:
    from corpusforge.language_check import check_languages
    from corpusforge.language_table import language_files
    from corpusforge.published import read_published

    published = None if source is None else read_published(Path(source))
    faults = check_languages(root, published)
    print("\n".join(faults), end="\n" if faults else "")
    compared = "their published values are those of the source" if source else "their published values are unedited"
    count = f"{len(language_files(root)):,} language files"
    verdict = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}" if faults else f"valid, and {compared}"
    print(f"{count}: {verdict}", file=sys.stderr)
    return 1 if faults else 0


def _filtered(args: argparse.Namespace) -> list[Entry]:
    found = list(entries()) if args.search is None else search(args.search)
    if args.search is not None and not found:
        raise UserError(f"--search {args.search}: no name or code contains it; `corpusforge languages` lists all")
    if args.script is not None:
        known = {entry.code[4:].casefold(): entry.code[4:] for entry in entries()}
        script = _known("script", args.script, known)
        found = [entry for entry in found if entry.code[4:] == script]
    if args.family is not None:
        families = {entry.family.casefold(): entry.family for entry in entries() if entry.family}
        family = _known("family", args.family, families)
        found = [entry for entry in found if entry.family == family]
    if args.model is not None:
        model = _known("model", args.model, {name: name for name in MODELS})
        found = [entry for entry in found if entry.labels(model)]
    return found


def _known(flag: str, value: str, known: dict[str, str]) -> str:
    if value.casefold() not in known:
        some = f"; known: {', '.join(known)}" if len(known) < 10 else ""
        raise UserError(f"--{flag} {value}: no language has it{nearest(value, known.values())}{some}")
    return known[value.casefold()]


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _entry_data(entry: Entry) -> dict[str, Any]:
    fields = ("code", "iso639_1", "english", "native", "other", "default_script", "family", "macrolanguage")
    models = {model: getattr(entry, model) for model in MODELS}
    return {**{field: getattr(entry, field) for field in fields}, **models, "documents": entry.documents}


def _list(found: list[Entry]) -> Iterator[str]:
    # Names come last: their width on a terminal is anyone's guess.
    yield _line(_WIDTHS, "name")
    for entry in found:
        name = entry.english if entry.native in (None, entry.english) else f"{entry.english}  {entry.native}"
        labels = {model: next(iter(entry.labels(model)), "-") for model in MODELS}
        yield _line({"code": entry.code, **labels, "text": entry.group}.values(), name)
    yield ""
    yield from _summary(found)


def _line(cells: Iterable[str], name: str) -> str:
    padded = (f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS.values(), strict=True))
    return f"{''.join(padded)}{name}"


def _summary(found: list[Entry]) -> Iterator[str]:
    counts = Counter(entry.group for entry in found)
    bounds = {name: f"{least:,} documents or more" if least > 1 else "fewer" for name, least in GROUPS}
    bounds[NO_GROUP] = "not in FineWeb2"
    shown = ", ".join(f"{counts[name]:,} {name} ({bounds[name]})" for name in bounds if counts[name])
    yield f"{len(found):,} language-scripts; text in FineWeb2: {shown}" if found else "no language-script"
    emitted = (f"{model} {sum(bool(entry.labels(model)) for entry in found):,}" for model in MODELS)
    yield f"models can emit: {', '.join(emitted)}"
