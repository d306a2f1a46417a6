"""Write `docs/reference/` from the code: stages, signals, filter sets, fates, mixtures, commands, schemas of a run.

    python tools/make_reference.py
    python tools/make_reference.py --check

The pages are a function of the code: run it again after a change there, never edit them by hand. `--check` writes
nothing and exits 1 when a page is stale. The output is the same under every supported Python: arguments are read from
the parsers' actions, because `argparse` lays out its help differently from version to version.
"""

import argparse
import importlib
import inspect
import math
import re
import sys
import types
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from corpusforge import documents
from corpusforge.cli.main import COMMANDS
from corpusforge.crawl import fetch, scan
from corpusforge.dedup.identity import IDENTITY
from corpusforge.mix import mixture, mixture_file
from corpusforge.receipt import File, Receipt, Slice
from corpusforge.report.fate_words import INGEST_STEPS, fate_words, rule_words
from corpusforge.report.signal_words import signal_words
from corpusforge.rules import filter_set
from corpusforge.rules.known_signals import KNOWN_SIGNALS, KnownSignal
from corpusforge.stages import options
from corpusforge.stages.options import C4_STATISTICS, EVIDENCE_STATISTICS, STAGES, STATISTICS, StageOptions
from corpusforge.text.c4 import c4_statistics
from corpusforge.text.evidence import evidence
from corpusforge.text.statistics import statistics

TOOL = "tools/make_reference.py"
ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "docs" / "reference"
HEAD = f"<!-- Written by {TOOL}: change the code, then run it. -->"

_FATES_AFTER_INGEST = (documents.EMPTY_AFTER_CLEAN, documents.KEPT)
_STAGE_ERRORS = ("stage_error/extract", "stage_error/timeout")
_SIZES = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))
_BOUNDS = (("gt", "above"), ("ge", "at least"), ("lt", "below"), ("le", "at most"))


def generate() -> dict[str, str]:
    """Contents of every page, by file name below `docs/reference/`."""
    pages = {
        "stages.md": _page("Stages and their options", _stages()),
        "signals.md": _page("Signals", _signals()),
        "filter-sets.md": _page("Filter sets and rules", _filter_sets()),
        "fates.md": _page("Fates", _fates()),
        "mixtures.md": _page("Mixtures", _mixtures()),
        "command-line.md": _page("Command line", _command_line()),
        "run-directory.md": _page("Files of a run", _run_directory()),
    }
    return dict(sorted(pages.items()))


def _page(title: str, lines: Iterator[str]) -> str:
    text = "\n".join([HEAD, f"# {title}", "", *lines])
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(header)} |"
    yield f"|{'|'.join(' --- ' for _ in header)}|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _code(value: object) -> str:
    return f"`{value}`"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_code, names)) or "no column"


def _doc(thing: object) -> str:
    """A docstring, cut back to the margin: Python 3.13 does that when it compiles, older ones do not."""
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


# Stages


def _stages() -> Iterator[str]:
    yield "A recipe lists stages in this order; which of them may be left out says [write a recipe][recipe]. An option"
    yield "stands in the recipe, or on the command line: `--set extract.watchdog_s=30`. Sizes are bytes, or text such as"
    yield "`512 MiB`."
    yield ""
    yield "[recipe]: ../guides/write-a-recipe.md"
    for name, model in STAGES.items():
        yield ""
        yield f"## `{name}`"
        yield ""
        yield _doc(model)
        yield ""
        barrier = (
            "All rows of a language meet here: it begins when every unit is done." if model.mode == "exchange" else ""
        )
        yield f"Needs {_listed(model.requires)}; gives {_listed(model.provides)}. {barrier}".rstrip()
        if model.libraries:
            yield ""
            by_option = model.output_libraries is not StageOptions.output_libraries
            which = ", if the engine is one of them or uses it," if by_option else ""
            yield f"Work is done again when the installed version of {_listed(model.libraries)}{which} changes."
        rows = [
            (
                _code(field.alias or key),
                _type(field.annotation, field.metadata),
                _default(field),
                _bounds(_constraints(field)),
            )
            for key, field in model.model_fields.items()
        ]
        yield from _table(("option", "type", "default", "bounds"), rows)


def _type(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """An option's type in words: `Literal['a', 'b']` -> `a` or `b`."""
    if any(isinstance(one, BeforeValidator) and one.func is options.parse_bytes for one in metadata):
        return "size"
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return " or ".join(map(_code, inside))
    if origin is tuple:
        return f"list of {_type(inside[0])}"
    if origin is typing.Annotated:
        return _type(inside[0], inside[1:])
    if origin is dict:
        return f"mapping of names to {_type(inside[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type(one) for one in inside)
    return {str: "text", int: "number", float: "number", bool: "true or false", types.NoneType: "null"}[annotation]


def _bounds(metadata: Sequence[Any]) -> str:
    found = [
        (word, getattr(one, name)) for one in metadata for name, word in _BOUNDS if getattr(one, name, None) is not None
    ]
    return " and ".join(f"{word} {value:g}" for word, value in found)


def _constraints(field: FieldInfo) -> list[Any]:
    """Bounds of an option, also those that stand inside `Annotated[...] | None`."""
    inner = [one for part in typing.get_args(field.annotation) for one in typing.get_args(part)[1:]]
    return [*field.metadata, *(bound for one in inner for bound in getattr(one, "metadata", [one]))]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None:
        return "`null`"
    if value in ((), {}, ""):
        return "none"
    if isinstance(value, bool):
        return _code(str(value).lower())
    if _type(field.annotation, field.metadata).startswith("size"):
        return _code(_size(value))
    return _code(
        f"[{', '.join(value)}]" if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else value
    )


def _size(value: int) -> str:
    return next((f"{value // unit} {name}" for unit, name in _SIZES if value % unit == 0), str(value))


# Signals


def _signals() -> Iterator[str]:
    yield "What rules may read. Each is stored for every document, kept or not. A share lies between 0 and 1 unless the"
    yield "table says otherwise; a value that is not defined (a ratio to zero words) is null, and a rule over it is not"
    yield "evaluated."
    rows = []
    for signal in _ordered():
        words = signal_words(signal.name)
        about = "" if words == signal.name else words
        rows.append((_code(signal.name), signal.kind, _range(signal), _code(_giver(signal.name)), about))
    yield from _table(("signal", "kind", "values", "stage", "what it measures"), rows)
    yield "## Formulas"
    yield ""
    summary, _, formulas = _doc(statistics).partition("\n\n")
    module = inspect.getmodule(statistics)
    yield " ".join(_doc(module).split("\n\n", 1)[1].split())
    yield ""
    yield f"{summary}"
    yield ""
    yield "```text"
    yield formulas.split("\n\n")[0]
    yield "```"
    yield ""
    summary, formulas, note, *_ = _doc(c4_statistics).split("\n\n")
    yield f"Those of C4, computed where a filter set that `signals.sets` names reads one. {' '.join(summary.split())}"
    yield ""
    yield "```text"
    yield formulas
    yield "```"
    yield ""
    yield " ".join(note.split())
    yield ""
    _, formulas = _doc(evidence).split("\n\n", 1)
    yield "Those of evidence, computed where a filter set that `signals.sets` names reads one"
    yield "([why](../concepts/evidence.md))."
    yield ""
    yield "```text"
    yield formulas
    yield "```"


def _ordered() -> list[KnownSignal]:
    listed = (*STATISTICS, *EVIDENCE_STATISTICS, *C4_STATISTICS)
    own = [KNOWN_SIGNALS[name] for name in listed if name in KNOWN_SIGNALS]
    return own + [signal for name, signal in KNOWN_SIGNALS.items() if name not in listed]


def _range(signal: KnownSignal) -> str:
    if signal.kind != "number":
        return "true or false" if signal.kind == "flag" else ""
    if math.isinf(signal.high):
        return f"{signal.low:g} or more"
    return f"{signal.low:g} to {signal.high:g}" if signal.attained else f"{signal.low:g} to below {signal.high:g}"


def _giver(column: str) -> str:
    return next((name for name, model in STAGES.items() if column in model.provides), "")


# Mixtures

_MIXTURE_PARTS = ("Mixture", "Shares", "Relatives", "Stage", "Source", "Match", "Rehydrate", "Order")


def _mixtures() -> Iterator[str]:
    yield "The fields of a mixture file. What they mean together says [mixing](../concepts/mixing.md)."
    for name in _MIXTURE_PARTS:
        model: type[BaseModel] = getattr(mixture, name)
        yield ""
        yield f"## {name}"
        yield ""
        yield _doc(model)
        rows = [
            (_code(key), _type(field.annotation, field.metadata), _default(field), _bounds(_constraints(field)))
            for key, field in model.model_fields.items()
        ]
        yield from _table(("field", "type", "default", "bounds"), rows)
    yield "## Mixtures that ship with corpusforge"
    rows_ = [(_code(name), mixture_file.load_mixture(name).mixture.about) for name in mixture_file.names()]
    yield from _table(("mixture", "what it is"), rows_)


# Filter sets


def _filter_sets() -> Iterator[str]:
    yield "The sets that ship with corpusforge, in `filters/`. A rule is broken where its condition is true. `$name` is the"
    yield "threshold of the document's language: its own value, or else the default of the set. A null threshold turns a"
    yield "rule off."
    for name in filter_set.names():
        one = filter_set.load_filter_set(name)
        yield ""
        yield f"## `{name}`"
        yield ""
        about = _first_comment(name)
        if about:
            yield about
            yield ""
        yield f"Source: {one.source}."
        if one.defaults:
            yield from _table(
                ("threshold", "default"),
                [(_code(key), "off" if value is None else f"{value:g}") for key, value in one.defaults.items()],
            )
        rows = [
            (
                _code(rule.rule),
                _code(rule.condition),
                _code(one.fate_of(rule)) if rule.action == "drop" else rule.action,
            )
            for rule in one.rules
        ]
        yield from _table(("rule", "broken if", "fate"), rows)


def _first_comment(name: str) -> str:
    """The comment that a filter set's file begins with."""
    from corpusforge.resources import folder

    lines = (folder("filters") / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    return " ".join(
        line.removeprefix("# ") for line in lines[: next(i for i, one in enumerate(lines) if one[:1] != "#")]
    )


# Fates


def _fates() -> Iterator[str]:
    yield "Every record has exactly one. [Fates](../concepts/fates.md) says how they come about."
    yield ""
    yield "## While inputs are read"
    yield ""
    yield "No text of these records is stored."
    rows = [(_code(fate), _code(step.name), fate_words(fate)) for step in INGEST_STEPS for fate in step.fates]
    rows += [(_code(fate), _code("failed"), fate_words(fate)) for fate in _STAGE_ERRORS]
    yield from _table(("fate", "step", "meaning"), rows)
    yield "A stage that fails on a record gives `stage_error/<stage>`, whichever stage it is."
    yield ""
    yield "## By rules over signals"
    yield ""
    yield "The first broken rule, in the order of the recipe, names the fate; the others are recorded beside it."
    loaded = [filter_set.load_filter_set(name) for name in filter_set.names()]
    ruled = [
        (_code(one.fate_of(rule)), _code(rule.condition), fate_words(one.fate_of(rule), loaded))
        for one in loaded
        for rule in one.rules
        if rule.action == "drop" and rule_words(rule)
    ]
    yield from _table(("fate", "broken if", "meaning"), ruled)
    yield "## At the end"
    yield from _table(("fate", "meaning"), [(_code(fate), fate_words(fate)) for fate in _FATES_AFTER_INGEST])


# Command line


def _command_line() -> Iterator[str]:
    yield "Results go to standard output, progress and messages to standard error. `--json` is for programs. A language is"
    yield "named by a code or a name: `pan_Guru`, `pan`, `pa`, `Punjabi`."
    yield from _table(
        ("exit code", "meaning"),
        [
            ("0", "done; for `plan`: nothing to do"),
            ("1", "an error of the user, said on standard error; for `verify`: not verified"),
            ("2", "`plan`: there is work to do"),
            ("3", "`run`: finished, but some units could not be finished and are unaccounted for"),
            ("4", "`run`, `prune`, `mix build`: another corpusforge works in this directory"),
            ("130", "interrupted; the same command resumes"),
        ],
    )
    for name, about in COMMANDS.items():
        module = importlib.import_module(f"corpusforge.cli.{name}")
        parser = argparse.ArgumentParser(prog=f"corpusforge {name}", add_help=False)
        module.add_arguments(parser)
        yield from _command(parser, _doc(module) or about)


def _command(parser: argparse.ArgumentParser, about: str) -> Iterator[str]:
    """A command, and those of its second words."""
    seconds = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    actions = [action for action in parser._actions if action not in seconds and action.dest != "help"]
    yield ""
    yield f"## `{parser.prog}`"
    yield ""
    yield about
    if actions:
        yield ""
        yield "```text"
        yield " ".join([parser.prog, *(_usage(action) for action in sorted(actions, key=_positional_first))])
        yield "```"
        yield from _table(
            ("argument", "meaning"), [(_code(_spelled(action)), (action.help or "").strip()) for action in actions]
        )
    for second in seconds:
        for parser_ in second.choices.values():
            yield from _command(parser_, (parser_.description or "").strip())


def _positional_first(action: argparse.Action) -> bool:
    return bool(action.option_strings)


def _spelled(action: argparse.Action) -> str:
    """`--input GLOB ...`, `RUN`, `--json`."""
    value = "" if action.nargs == 0 else _metavar(action)
    more = " ..." if action.nargs in ("+", "*") else ""
    return f"{', '.join(action.option_strings)} {value}{more}".strip()


def _usage(action: argparse.Action) -> str:
    spelled = _spelled(action)
    optional = not action.required or (not action.option_strings and action.nargs in ("?", "*"))
    return f"[{spelled}]" if optional else spelled


def _metavar(action: argparse.Action) -> str:
    chosen = action.metavar if isinstance(action.metavar, str) else None
    if chosen is None and action.choices is not None:
        chosen = "|".join(map(str, action.choices))
    return chosen or action.dest.upper()


# Files of a run

_LAYERS = (
    (
        "records/<unit>-<tag>-<n>.parquet",
        "RECORDS",
        "One row per record that is not only counted, in the order of the input.",
    ),
    (
        "documents/<unit>-<tag>-<n>.parquet",
        "DOCUMENTS",
        "What became a document, sorted by language and position, with its text as extracted: removed ones too, until "
        "`corpusforge prune`.",
    ),
    ("fates/<phase>/...parquet", "FATES", "One row per document that ended in the phase `admit`, `decide` or `clean`."),
    ("clusters/<language>/<tag>.parquet", "CLUSTERS", "One row per admitted document."),
    (
        "copies/<language>/<tag>.parquet",
        "COPIES",
        "Documents with a copy by text or URL, where the recipe has `exact`; the others of the language have no row.",
    ),
    (
        "lines/<language>/<tag>.parquet",
        "REPEATED",
        "Lines that many documents repeat, where the recipe has `lines`, in order of scope and line.",
    ),
    (
        "edits/<stage>@1/<unit>-<tag>-<n>.parquet",
        "EDITS",
        "What `clean` changes, and `lines` before it. Rows count in the documents file with the unit's name and this "
        "number; the bytes of `clean` in the text that `lines` left.",
    ),
    ("data/<language>/part-<n>.parquet", "PUBLISHED", "The corpus, its text read through the edits."),
)
_PARTS = ("ORIGIN", "POSITION", "LANGUAGE")


def _run_directory() -> Iterator[str]:
    yield "What each file holds. How they hang together says [layers and keys](../concepts/layers-and-keys.md)."
    yield ""
    yield _doc(documents).split("\n\n", 1)[1]
    comments = _comments()
    for path, name, about in _LAYERS:
        schema: pa.Schema = getattr(documents, name)
        yield ""
        yield f"## `{path}`"
        yield ""
        yield about
        rows = [
            (
                _code(field.name),
                _arrow(field.type) + ("" if field.nullable else ", never null"),
                next((comments[part, field.name] for part in (name, *_PARTS) if (part, field.name) in comments), ""),
            )
            for field in schema
        ]
        yield from _table(("column", "type", "note"), rows)
    yield from _side_cars()
    yield from _crawls()
    yield from _receipts()


def _side_cars() -> Iterator[str]:
    yield "## `signals/<stage>@1/<unit>-<tag>-<n>.parquet`"
    yield ""
    yield "Beside each documents file: the same rows in the same order, without a key column."
    listed: list[type[StageOptions]] = [STAGES["signals"], STAGES["signature"]]
    names = [name for name, model in STAGES.items() if model in listed]
    rows = [(_code(f"signals/{name}@1"), _listed(STAGES[name].provides)) for name in names]
    rows += [
        (_code("signals/exact@1"), _listed(IDENTITY.names)),
        (_code("signals/lines@1"), _listed(("host", "lines"))),
        (_code("signals/boilerplate@1"), _listed(STAGES["lines"].provides)),
    ]
    yield from _table(("layer", "columns"), rows)


def _crawls() -> Iterator[str]:
    comments = _comments(fetch) | _comments(scan)
    layers = (
        ("crawl/<crawl>-<identity>.parquet", "SELECTED", scan.SELECTED, "Records of a crawl that were selected."),
        ("fetched/<unit>-<identity>-<n>.parquet", "FETCHED", fetch.FETCHED, "Records of a crawl as they came."),
    )
    for path, name, schema, about in layers:
        yield ""
        yield f"## `{path}`"
        yield ""
        yield f"{about} Only with [`--crawl`](../guides/one-language-crawl.md)."
        rows = [
            (
                _code(field.name),
                _arrow(field.type) + ("" if field.nullable else ", never null"),
                comments.get((name, field.name), ""),
            )
            for field in schema
        ]
        yield from _table(("column", "type", "note"), rows)


def _receipts() -> Iterator[str]:
    yield "## `ledger/<n>.parquet`"
    yield ""
    yield "Receipts, one row per unit of a phase: `phase`, `unit`, `key`, and `receipt` as JSON."
    for model in (Receipt, File, Slice):
        yield ""
        yield f"**{model.__name__}**. {_doc(model)}"
        fields = model.__dataclass_fields__.values()
        yield ""
        yield f"Fields: {_listed([field.name for field in fields])}."
    yield ""
    yield "## `run.json`"
    yield ""
    yield "The resolved recipe with every default written out, the languages, sample and changed thresholds, the"
    yield "inputs (name, format, compression, size, identity), and the versions of corpusforge and of the libraries that"
    yield "decide on results."


def _comments(module: types.ModuleType = documents) -> dict[tuple[str, str], str]:
    """Comments behind the fields of a module's schemas, by (list or schema, field)."""
    found = {}
    block = ""
    for line in inspect.getsource(module).splitlines():
        begun = re.match(r"([A-Z]+) = ", line)
        block = begun[1] if begun else block
        field = re.search(r'pa\.field\("(\w+)".*?\),?\s+#\s*(.*)$', line)
        if field:
            found[block, field[1]] = field[2]
    return found


def _arrow(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_arrow(kind.value_type)}"
    return str(kind)


def main() -> int:
    """Write or check; returns the exit code."""
    parser = argparse.ArgumentParser(description=_doc(sys.modules[__name__]).splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    args = parser.parse_args()
    pages = generate()
    # Other tools write pages here too: only those that begin with our line are ours.
    present = {path.name for path in args.output.glob("*.md") if _read(path).startswith(HEAD)}
    stale = [name for name, text in pages.items() if name not in present or _read(args.output / name) != text]
    strange = sorted(present - set(pages))
    if args.check:
        for name in [*stale, *strange]:
            print(f"{args.output / name}: not what {TOOL} writes; run it")
        return 1 if stale or strange else 0
    args.output.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (args.output / name).write_text(pages[name], encoding="utf-8")
    for name in strange:
        (args.output / name).unlink()
    print(f"{len(pages)} pages, {len(stale)} written, {len(strange)} removed", file=sys.stderr)
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
