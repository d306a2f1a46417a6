"""Finding a language by any of its names, without reading every file.
 Reading all of `language_configs/` takes 30 times as long as reading one table of names, so the importer also
writes `index.tsv`: one line per language-script with its names and labels. The files stay the truth: a line
without a file is ignored, and a file without a line (a language that a user added) is read.
"""

import csv
import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpusforge.errors import UserError
from corpusforge.resources import folder as data_folder

COLUMNS = [
    "code",
    "default_script",
    "documents",
    "english",
    "native",
    "other",
    "macrolanguage",
    "related",
    "lid176",
    "glotlid",
]
SEPARATOR = "|"  # between the items of one field
MOST_RELATED = 5  # related languages that a message names


@dataclass(frozen=True)
class Entry:
    """A line of the index. `documents`: how many FineWeb2 keeps (0: not known); breaks ties between names."""

    code: str
    default_script: bool
    documents: int
    english: str
    native: str | None
    other: tuple[str, ...]
    macrolanguage: str | None
    related: tuple[str, ...]
    lid176: str | None
    glotlid: str | None

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
            default_script=cells["default_script"] == "yes",
            documents=int(cells["documents"] or 0),
            english=cells["english"],
            native=cells["native"] or None,
            other=tuple(filter(None, cells["other"].split(SEPARATOR))),
            macrolanguage=cells["macrolanguage"] or None,
            related=tuple(filter(None, cells["related"].split(SEPARATOR))),
            lid176=cells["lid176"] or None,
            glotlid=cells["glotlid"] or None,
        )


@dataclass(frozen=True)
class Resolution:
    """The language-script that a query names, and others that the reader may have meant: the same language in
    other scripts first, then languages related to it.

    `scripted`: the query names the script, so that there was no choice. `region`: the part of the query that made
    no difference (`US` of `en-US`), or empty.
    """

    code: str
    others: tuple[str, ...]
    scripted: bool = False
    region: str = ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value in (None, 0) else str(value)


@lru_cache
def entries(folder: Path | None = None) -> tuple[Entry, ...]:
    """The index, sorted by code, read once per process and folder. Raises UserError for an invalid file."""
    root = folder or data_folder("language_configs")
    files = {path.stem for path in root.glob("[a-z][a-z][a-z]_[A-Z][a-z][a-z][a-z].yaml")}
    found: dict[str, Entry] = {}
    index = root / "index.tsv"
    if index.is_file():
        with index.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if next(rows, None) != COLUMNS:
                mend = "write it anew with tools/import_fineweb2.py"
                raise UserError(f"{index}:1: not the columns of a language index; {mend}")
            found = {row[0]: Entry.from_row(row) for row in rows if row[0] in files}
    found |= {code: _read_entry(root, code) for code in files - set(found)}
    return tuple(found[code] for code in sorted(found))


def all_codes(folder: Path | None = None) -> tuple[str, ...]:
    """Codes of all configured language-scripts, sorted."""
    return tuple(entry.code for entry in entries(folder))


def resolve(query: str, folder: Path | None = None) -> Resolution:
    """The language-script meant by a code, a name in English or in the language itself, in any case.

    `pan_Guru`, `pan-Guru`, `pa-Guru`, `pan`, `pa`, `Punjabi`, `Panjabi`, `ਪੰਜਾਬੀ` all mean pan_Guru. Without
    a script the most used script is taken, whichever of its scripts a name is written for; when languages share
    a name, the one that bears it as its first name, then the one with more documents in FineWeb2. A region
    (`en-US`, `es-419`) is ignored. Raises UserError, with suggestions, for a name that no language bears.
    """
    index = entries(folder)
    wanted, region = _fold(query), ""
    ranked = _ranked(index, wanted)
    if not ranked:
        wanted, region = _without_region(wanted)
        ranked = _ranked(index, wanted)
    if not ranked:
        raise UserError(f"unknown language '{query}': {suggestion(query, folder)} `corpusforge languages` lists all")
    chosen = ranked[0]
    shared = [entry for entry in ranked if entry != chosen]
    others = [*_other_scripts(index, chosen), *shared, *_kin(index, chosen)]
    scripted = wanted.endswith(f"_{chosen.code[4:].casefold()}")
    return Resolution(chosen.code, tuple(dict.fromkeys(entry.code for entry in others)), scripted, region.upper())


def suggestion(query: str, folder: Path | None = None) -> str:
    """A sentence on what may be meant by a name that is no code of a configured language-script.

    A known language in a script that is not configured (`pan_Cyrl`) gives the scripts that are, and related
    languages; anything else the languages with the nearest names.
    """
    index = entries(folder)
    wanted = _fold(query)
    if _ranked(index, wanted):
        return f"did you mean {_named(_ranked(index, wanted)[0])}?"
    language, _, script = _without_region(wanted)[0].rpartition("_")
    if len(script) == 4 and (ranked := _ranked(index, language)):
        own = [ranked[0], *_other_scripts(index, ranked[0])]
        kin = ", ".join(map(_named, _kin(index, ranked[0])[:MOST_RELATED]))
        scripts = " or ".join(entry.code for entry in own)
        return f"did you mean {scripts} ({own[0].english})?" + (f" Related: {kin}." if kin else "")
    names: dict[str, Entry] = {}
    for entry in sorted(index, key=lambda entry: not entry.default_script):
        for name in (entry.code, entry.english, entry.native or "", *entry.other):
            names.setdefault(_fold(name), entry)
    meant = dict.fromkeys(_named(names[name]) for name in difflib.get_close_matches(wanted, names, n=3, cutoff=0.7))
    return f"did you mean {' or '.join(meant)}?" if meant else "write an ISO 639 code or an English name."


def _read_entry(root: Path, code: str) -> Entry:
    from corpusforge.language_file import read_file

    file = read_file(root, code)
    if file.names is None:
        raise UserError(f"{root / code}.yaml:1: field 'names' is missing")
    label = {model: lid.label for model, lid in file.lid.items()}
    return Entry(
        code,
        file.default_script,
        0,
        file.names.english,
        file.names.native,
        file.names.other,
        file.macrolanguage,
        file.related,
        label.get("lid176"),
        label.get("glotlid"),
    )


def _fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace("-", "_").split())


def _without_region(wanted: str) -> tuple[str, str]:
    """`en_us` -> ('en', 'us'): a folded name without its region (ISO 3166 or UN M.49), and the region."""
    found = re.fullmatch(r"(.+)_([a-z]{2}|[0-9]{3})", wanted)
    return (found[1], found[2]) if found else (wanted, "")


def _ranked(index: tuple[Entry, ...], wanted: str) -> list[Entry]:
    """The entries that bear a folded name, the one meant first.

    All scripts of a language count as its best one: `Arabic` is the native name of arb_Latn and a further name of
    arb_Arab, and means arb_Arab.
    """
    ranks = {entry: rank for entry in index if (rank := _rank(entry, wanted)) is not None}
    best: dict[str, int] = {}
    for entry, rank in ranks.items():
        best[entry.code[:3]] = min(rank, best.get(entry.code[:3], rank))
    return sorted(
        ranks, key=lambda entry: (best[entry.code[:3]], not entry.default_script, -entry.documents, entry.code)
    )


def _rank(entry: Entry, wanted: str) -> int | None:
    """How directly an entry bears a folded name: 0 code, 1 ISO 639-3, 2 English, 3 native, 4 otherwise."""
    code = entry.code.casefold()
    if wanted in (code, code[:3]):
        return 0 if wanted == code else 1
    name, _, script = wanted.rpartition("_")
    if name and script == code[4:]:  # `pa_Guru`: the script is said, the rest is a name
        wanted = name
    for rank, names in ((2, (entry.english,)), (3, (entry.native or "",)), (4, entry.other)):
        if wanted in map(_fold, names):
            return rank
    return None


def _other_scripts(index: tuple[Entry, ...], chosen: Entry) -> list[Entry]:
    same = [entry for entry in index if entry.code[:3] == chosen.code[:3] and entry != chosen]
    return sorted(same, key=lambda entry: not entry.default_script)


def _kin(index: tuple[Entry, ...], chosen: Entry) -> list[Entry]:
    return [entry for entry in index if _related(chosen, entry)]


def _related(one: Entry, other: Entry) -> bool:
    if one.code[:3] == other.code[:3]:
        return False
    same_macrolanguage = one.macrolanguage is not None and one.macrolanguage == other.macrolanguage
    return same_macrolanguage or other.code[:3] in one.related


def _named(entry: Entry) -> str:
    return f"{entry.code} ({entry.english})"
