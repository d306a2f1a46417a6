"""`corpusforge languages --check`: whether the language files are valid, agree with one another and with their sources.

A published value is never edited: `published.tsv` has a checksum of each, so an edit is seen without the source too. What
somebody measured or chose stands in blocks of their own provenance, which are not compared with anything.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from corpusforge.errors import UserError, nearest
from corpusforge.language_file import Fact, LanguageFile, rank, read_document
from corpusforge.language_table import COLUMNS, Entry, index_rows, language_files
from corpusforge.languages import load_language
from corpusforge.published import MAX_REPEATS, Published, checksum, fields_of
from corpusforge.rules import filter_set
from corpusforge.rules.known_signals import KNOWN_SIGNALS
from corpusforge.text.segment import REFERENCE, SEGMENTERS
from corpusforge.yaml12 import Document

REWRITE = "write the files anew with tools/import_fineweb2.py"
REINDEX = "`corpusforge languages --index` mends the table"
OWN_BLOCK = (
    "a published value is not edited: leave it, and put yours in a block of its own (provenance: calibrated: ...)"
)


def check_languages(root: Path, published: Published | None = None) -> list[str]:
    """Every fault of the files in a folder, as `file:line: what is wrong; the mend`, in the order of the files' names.

    `published`: the sources, to compare every published value with; without them, checksums are compared.
    """
    faults: list[str] = []
    found: dict[str, LanguageFile] = {}
    sums = _checksums(root, faults)
    codes = language_files(root)
    for path in sorted(root.rglob("*.yaml")):
        name = path.relative_to(root).as_posix().removesuffix(".yaml")
        try:
            document, file = read_document(root, name)
            if name in codes:
                load_language(name, root)
        except UserError as error:
            faults.extend(str(error).splitlines())
            continue
        found[name] = file
        faults += [f"{document.where(place)}: {what}" for place, what in _file_faults(name, file)]
        if name in codes:
            wanted = None if published is None else published.fields(name, _max_repeats(file))
            faults += _published_faults(document, file, sums.get(name, {}), wanted)
            if wanted is not None and sums.get(name, {}) != {field: checksum(value) for field, value in wanted.items()}:
                faults.append(f"{root}/published.tsv: {name}: not the checksums of the source; {REWRITE}")
    languages = {name: found[name] for name in sorted(codes & set(found))}
    for name in sorted(set(sums) - codes):
        faults.append(f"{root / name}.yaml: missing, though published.tsv has its values; {REWRITE}")
    for name in sorted(set(published.rows) - codes if published else ()):
        faults.append(f"{root / name}.yaml: missing, though its values are published; {REWRITE}")
    faults += _together(root, languages)
    faults += _index_faults(root, languages, published)
    return list(dict.fromkeys(faults))


def _max_repeats(file: LanguageFile) -> int:
    return MAX_REPEATS if file.rehydration is None else file.rehydration.max_repeats


def _checksums(root: Path, faults: list[str]) -> dict[str, dict[str, str]]:
    """The checksums of `published.tsv` by language-script and field."""
    path = root / "published.tsv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        columns, *rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)) or [[]]
    if columns[:1] != ["code"] or any(len(row) != len(columns) for row in rows):
        faults.append(f"{path}:1: not a table of checksums; {REWRITE}")
        return {}
    return {row[0]: {name: cell for name, cell in zip(columns[1:], row[1:], strict=True) if cell} for row in rows}


def _file_faults(name: str, file: LanguageFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with one file beyond its shape: (place in the file, fault)."""
    if file.segmenter is not None and file.segmenter.use not in (known := sorted([*SEGMENTERS, REFERENCE])):
        use = file.segmenter.use
        yield ("segmenter", "use"), f"unknown segmenter '{use}'{nearest(use, known)}; known: {', '.join(known)}"
    used = _threshold_names()
    for index, block in enumerate(file.thresholds):
        for threshold in block.values:
            if threshold not in used:
                what = f"unknown threshold '{threshold}'{nearest(threshold, used)}: no rule and no signal has it"
                yield ("thresholds", index, "values", threshold), what
        least = {n.removeprefix("min_"): v for n, v in block.values.items() if n.startswith("min_") and v is not None}
        for signal, value in least.items():
            most = block.values.get(f"max_{signal}")
            if most is not None and most < value:
                place = ("thresholds", index, "values", f"max_{signal}")
                yield place, f"max_{signal} {most:g} is below min_{signal} {value:g}: every document breaks one of them"
    for model in file.lid:
        if file.code is None:
            yield ("lid", model), "labels belong to a language-script, not to what it inherits from"
    for fact in get_args(Fact):
        if getattr(file, fact) and fact not in file.provenance:
            yield (fact,), f"{fact}: says no source; write it to the field provenance: {{{fact}: ...}}"
    if file.code is not None and file.inherits is not None and not file.inherits.endswith(name[4:]):
        yield ("inherits",), f"a language in the script {name[4:]} inherits from a file of that script"


def _threshold_names() -> set[str]:
    named = {name for one in filter_set.names() for name in filter_set.load_filter_set(one).thresholds}
    return named | {f"{bound}_{signal}" for bound in ("min", "max") for signal in KNOWN_SIGNALS}


def _published_faults(
    document: Document, file: LanguageFile, sums: dict[str, str], wanted: dict[str, Any] | None
) -> Iterator[str]:
    present = fields_of(file)
    calibrated = {f"lid.{model}.min_score" for model, lid in file.lid.items() if rank(lid.provenance) == 2}
    expected = wanted if wanted is not None else sums
    for name in sorted({*present, *expected}):
        where = document.where(_place(file, name))
        if name not in present:
            if name not in calibrated:
                yield f"{where}: {name}: its published value is missing; {OWN_BLOCK}, or {REWRITE}"
        elif name not in expected:
            yield f"{where}: {name}: is called published, and the source has no such value; correct its provenance"
        elif wanted is not None and present[name] != wanted[name]:
            yield f"{where}: {name}: {_shown(present[name])}, and the source has {_shown(wanted[name])}; {REWRITE}"
        elif wanted is None and checksum(present[name]) != sums[name]:
            yield f"{where}: {name}: {_shown(present[name])} is not what was published; {OWN_BLOCK}"


def _place(file: LanguageFile, name: str) -> tuple[str | int, ...]:
    """Where a published field stands in a language file."""
    head, _, rest = name.partition(".")
    if head == "thresholds":
        blocks = [index for index, block in enumerate(file.thresholds) if rest in block.values]
        return ("thresholds", blocks[0], "values", rest) if blocks else ("thresholds",)
    return (head, *rest.split(".")) if rest else (head,)


def _shown(value: Any) -> str:
    text = "null" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _together(root: Path, languages: dict[str, LanguageFile]) -> Iterator[str]:
    """Labels that two language-scripts share, and languages without one script that is meant where none is named."""
    bearers: dict[tuple[str, str, str], str] = {}
    defaults: dict[str, list[str]] = {}
    for code, file in languages.items():
        defaults.setdefault(code[:3], []).extend([code] if file.default_script else [])
        for model, lid in file.lid.items():
            for label in (lid.label, *lid.also):
                other = bearers.setdefault((model, label, code[4:]), code)
                if other != code:
                    yield f"{root / code}.yaml: lid.{model}: the label '{label}' is that of {other} too; a label means one"
    for iso3, several in defaults.items():
        if len(several) > 1:
            yield f"{root / several[1]}.yaml: default_script: {several[0]} is the default of '{iso3}' too; mark one of them"


def _index_faults(root: Path, languages: dict[str, LanguageFile], published: Published | None) -> Iterator[str]:
    """Lines of `index.tsv` that do not say what the files say."""
    index = root / "index.tsv"
    try:
        rows = {entry.code: (line, entry) for line, entry in enumerate(index_rows(root), 2)}
    except UserError as error:
        yield str(error)
        return
    if not rows:
        return
    for code, file in languages.items():
        if code not in rows:
            yield f"{index}: no line for {code}: {REINDEX}"
            continue
        line, entry = rows[code]
        documents = entry.documents if published is None else published.documents.get(code, 0)
        made = Entry.from_file(code, file, documents)
        for column in COLUMNS:
            if getattr(made, column) != getattr(entry, column):
                ours, theirs = getattr(entry, column), getattr(made, column)
                yield f"{index}:{line}: {code}: {column} is {ours!r}, and in its file {theirs!r}: {REINDEX}"
    for code in sorted(set(rows) - set(languages)):
        if not (root / f"{code}.yaml").is_file():
            yield f"{index}:{rows[code][0]}: {code} has no file: {REINDEX}"
