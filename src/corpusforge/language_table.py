"""The table of all configured language-scripts, their names and labels, without reading every file.

Reading all of `language_configs/` takes 30 times as long as reading one table of names, so the importer also
writes `index.tsv`: one line per language-script with its names and labels. The files stay the truth: a line
without a file is ignored, and a file without a line (a language that a user added) is read.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpusforge.errors import UserError
from corpusforge.language_file import LanguageFile, read_file
from corpusforge.resources import folder as data_folder

COLUMNS = [
    "code",
    "iso639_1",
    "default_script",
    "documents",
    "english",
    "native",
    "other",
    "family",
    "macrolanguage",
    "related",
    "lid176",
    "glotlid",
    "openlid",
]
MODELS = ("lid176", "glotlid", "openlid")  # the models whose labels the table has
SEPARATOR = "|"  # between the items of one field
# How much text there is, by documents that FineWeb2 keeps: (group, least documents).
GROUPS = (("large", 1_000_000), ("medium", 10_000), ("small", 1_000), ("tiny", 1))
NO_GROUP = "unknown"


@dataclass(frozen=True)
class Entry:
    """A line of the index. `documents`: how many FineWeb2 keeps (0: not known); breaks ties between names.

    `openlid` has the labels of all its releases, the newest first.
    """

    code: str
    iso639_1: str | None
    default_script: bool
    documents: int
    english: str
    native: str | None
    other: tuple[str, ...]
    family: str | None
    macrolanguage: str | None
    related: tuple[str, ...]
    lid176: str | None
    glotlid: str | None
    openlid: tuple[str, ...]

    @property
    def group(self) -> str:
        """How much text of it there is on the web, as far as FineWeb2 tells: one of GROUPS, or NO_GROUP."""
        return next((name for name, least in GROUPS if self.documents >= least), NO_GROUP)

    def labels(self, model: str) -> tuple[str, ...]:
        """What one of MODELS calls the language: no label where it cannot emit it."""
        value = getattr(self, model)
        return value if isinstance(value, tuple) else (value,) if value else ()

    def row(self) -> list[str]:
        """The line of `index.tsv`, in the order of COLUMNS."""
        values = [getattr(self, column) for column in COLUMNS]
        return [SEPARATOR.join(value) if isinstance(value, tuple) else _text(value) for value in values]

    @classmethod
    def from_row(cls, row: list[str]) -> "Entry":
        """The entry of a line of `index.tsv`."""
        cells = dict(zip(COLUMNS, row, strict=True))
        return cls(
            code=cells["code"],
            iso639_1=cells["iso639_1"] or None,
            default_script=cells["default_script"] == "yes",
            documents=int(cells["documents"] or 0),
            english=cells["english"],
            native=cells["native"] or None,
            other=_items(cells["other"]),
            family=cells["family"] or None,
            macrolanguage=cells["macrolanguage"] or None,
            related=_items(cells["related"]),
            lid176=cells["lid176"] or None,
            glotlid=cells["glotlid"] or None,
            openlid=_items(cells["openlid"]),
        )

    @classmethod
    def from_file(cls, code: str, file: LanguageFile, documents: int = 0) -> "Entry":
        """The entry of a language file that has names."""
        if file.names is None:
            raise ValueError(f"{code} has no names")
        labels = {model: (lid.label, *lid.also) for model, lid in file.lid.items()}
        return cls(
            code=code,
            iso639_1=file.iso639_1,
            default_script=file.default_script,
            documents=documents,
            english=file.names.english,
            native=file.names.native,
            other=file.names.other,
            family=file.family,
            macrolanguage=file.macrolanguage,
            related=file.related,
            lid176=labels.get("lid176", (None,))[0],
            glotlid=labels.get("glotlid", (None,))[0],
            openlid=labels.get("openlid", ()),
        )


def language_files(root: Path) -> set[str]:
    """Codes of the language files in a folder."""
    return {path.stem for path in root.glob("[a-z][a-z][a-z]_[A-Z][a-z][a-z][a-z].yaml")}


def index_rows(root: Path) -> list[Entry]:
    """The lines of a folder's `index.tsv`, none where there is no such file. Raises UserError for another table."""
    index = root / "index.tsv"
    if not index.is_file():
        return []
    with index.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if next(rows, None) != COLUMNS:
            raise UserError(
                f"{index}:1: not the columns of a language index; write it anew with tools/import_fineweb2.py"
            )
        found = []
        for number, row in enumerate(rows, 2):
            try:
                found.append(Entry.from_row(row))
            except ValueError:
                raise UserError(
                    f"{index}:{number}: not a line of a language index; write it anew with tools/import_fineweb2.py"
                ) from None
    return found


def index_text(root: Path) -> str:
    """What `index.tsv` should be, from the files of a folder and the numbers of documents that the table has. Raises
    UserError.
    """
    documents = {entry.code: entry.documents for entry in index_rows(root)}
    found = [_read_entry(root, code, documents.get(code, 0)) for code in sorted(language_files(root))]
    return "".join("\t".join(row) + "\n" for row in [COLUMNS, *(entry.row() for entry in found)])


@lru_cache
def entries(folder: Path | None = None) -> tuple[Entry, ...]:
    """The index, sorted by code, read once per process and folder. Raises UserError for an invalid file."""
    root = folder or data_folder("language_configs")
    files = language_files(root)
    found = {entry.code: entry for entry in index_rows(root) if entry.code in files}
    found |= {code: _read_entry(root, code) for code in files - set(found)}
    return tuple(found[code] for code in sorted(found))


def all_codes(folder: Path | None = None) -> tuple[str, ...]:
    """Codes of all configured language-scripts, sorted."""
    return tuple(entry.code for entry in entries(folder))


def _read_entry(root: Path, code: str, documents: int = 0) -> Entry:
    file = read_file(root, code)
    if file.names is None:
        raise UserError(f"{root / code}.yaml:1: field 'names' is missing")
    return Entry.from_file(code, file, documents)


def _items(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(SEPARATOR)))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value in (None, 0) else str(value)
