"""Labelled text: JSONL (plain, .gz, .zst), Parquet or TSV files with a text and its language in columns."""

import csv
import html
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corpusforge.errors import UserError
from corpusforge.io.opened import opened
from corpusforge.models.label_rules import code_of
from corpusforge.text.scripts import script_of

COLUMNS = (("text", "lang", "script"), ("text", "language", "language_script"), ("tgt", "tgt_code", "tgt_script"),
           ("src", "src_lang", "src_script"))  # fmt: skip
"""Names of the columns of text, language and script, in the order in which they are looked for."""

UNKNOWN = frozenset({"und", "mul", "zxx", "mis"})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its language-script (`pan_Guru`; as configured where it is), its source and document."""

    text: str
    code: str
    source: str
    document: str


def expand(patterns: Iterable[str]) -> list[Path]:
    """The files of paths, directories (all data files below) and glob patterns, sorted. Raises UserError where there is
    none."""
    found: set[Path] = set()
    for pattern in patterns:
        path = Path(pattern)
        if path.is_file() and _kind(path) is None:
            raise UserError(f"{path}: labelled text must be .jsonl (.gz, .zst), .parquet or .tsv")
        base = Path(path.anchor) if path.is_absolute() else Path()
        matches = [path] if path.exists() else base.glob(str(path.relative_to(base)) if path.is_absolute() else pattern)
        below = [one for match in matches for one in (match.rglob("*") if match.is_dir() else [match])]
        files = [one for one in below if one.is_file() and _kind(one) is not None]
        if not files:
            raise UserError(f"{pattern}: no such file, or none that is .jsonl (.gz, .zst), .parquet or .tsv")
        found.update(files)
    return sorted(found)


def read_labelled(files: Iterable[Path], columns: tuple[str, str, str] | None = None) -> Iterator[Labelled]:
    """The texts of the files that have a language, in order.

    `columns`: names of those of text, language and script, instead of COLUMNS; without a script's, the text's own is
    taken. Texts without letters and languages UNKNOWN are passed over; character references are resolved. Raises
    UserError with file and line.
    """
    for file in files:
        chosen = None
        for number, row in _rows(file):
            if chosen is None:
                chosen = _columns(file, row, columns)
            text, language, script = row.get(chosen[0]), row.get(chosen[1]), row.get(chosen[2])
            if text is None or language is None or not isinstance(text, str) or not text.strip():
                continue
            if not isinstance(language, str) or not language:
                raise UserError(f"{file}:{number}: '{chosen[1]}' must be a language code, not {language!r}")
            if "&#" in text:
                text = html.unescape(text)
            script = script or script_of(text)
            if script is None or language in UNKNOWN:
                continue
            code = code_of(language, script)
            yield Labelled(
                text, code, str(row.get("source") or file.name), str(row.get("id") or f"{file.name}:{number}")
            )


def _kind(path: Path) -> str | None:
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    return next((kind for kind in ("jsonl", "tsv", "parquet") if name.endswith(f".{kind}")), None)


def _columns(file: Path, row: dict[str, Any], columns: tuple[str, str, str] | None) -> tuple[str, str, str]:
    for names in [columns] if columns else COLUMNS:
        if names[0] in row and names[1] in row:
            return names
    mend = "name them with --columns TEXT,LANGUAGE,SCRIPT"
    raise UserError(f"{file}: no columns of text and language (it has {', '.join(list(row)[:12])}); {mend}")


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    kind = _kind(file)
    if kind == "parquet":
        number = 0
        with pq.ParquetFile(file, pre_buffer=False) as parquet:
            for batch in parquet.iter_batches(1024, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
        return
    with io.TextIOWrapper(opened(file), encoding="utf-8", errors="replace", newline="") as lines:
        if kind == "tsv":
            for number, cells in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
                yield number, cells
            return
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise UserError(f"{file}:{number}: not JSON ({error})") from None
            if not isinstance(row, dict):
                raise UserError(f"{file}:{number}: not a JSON object")
            yield number, row
