"""Finding a language by any of its names or codes."""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpusforge.errors import UserError
from corpusforge.language_table import Entry, all_codes, entries
from corpusforge.retired_codes import RetiredCode, retired_codes

__all__ = ["Entry", "Resolution", "all_codes", "entries", "resolve", "search", "suggestion"]

MOST_RELATED = 5  # related languages that a message names
# Scripts that BCP 47 tells apart and no language file does, and what holds them.
SCRIPTS = {
    "Hans": "Hani",
    "Hant": "Hani",
    "Kore": "Hang",
    "Hrkt": "Jpan",
    "Hira": "Jpan",
    "Kana": "Jpan",
    "Aran": "Arab",
}
_SCRIPTS = {special.casefold(): whole.casefold() for special, whole in SCRIPTS.items()}


@dataclass(frozen=True)
class Resolution:
    """The language-script that a query names, and others that the reader may have meant: the same language in
    other scripts first, then languages related to it.

    `scripted`: the query names the script, so that there was no choice. `region`: the part of the query that made
    no difference (`US` of `en-US`), or empty. `note`: what a reader should know about the code that was used, or empty.
    """

    code: str
    others: tuple[str, ...]
    scripted: bool = False
    region: str = ""
    note: str = ""


def resolve(query: str, folder: Path | None = None) -> Resolution:
    """The language-script meant by a code, a name in English or in the language itself, in any case.

    `pan_Guru`, `pan-Guru`, `pa-Guru`, `pan`, `pa`, `Punjabi`, `Panjabi`, `ਪੰਜਾਬੀ` all mean pan_Guru. Without
    a script the most used script is taken, whichever of its scripts a name is written for; when languages share
    a name, the one that bears it as its first name, then the one with more documents in FineWeb2. A region
    (`en-US`, `es-419`) is ignored. A retired code means the language that took its place. Raises UserError, with
    suggestions, for a name that no language bears, and for a retired code that several languages share now.
    """
    index = entries(folder)
    wanted, region, note = _fold(query), "", ""
    if not wanted:
        raise UserError("the name of a language is empty (a shell variable that is not set?)")
    subtag, _, _ = wanted.partition("_")
    if (retired := retired_codes(folder).get(subtag)) is not None:
        note = _note(index, retired)
        if not _bearers(index, subtag):
            wanted = "_".join([_successor(index, retired), *wanted.split("_")[1:]])
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
    codes = tuple(dict.fromkeys(entry.code for entry in others))
    return Resolution(chosen.code, codes, scripted, region.upper(), note or _macrolanguage_note(chosen, wanted))


def search(query: str, folder: Path | None = None) -> list[Entry]:
    """Language-scripts that bear a name or code, those whose names begin with it, then those whose names contain it.

    Also those that took the place of a retired code, and the members of a macrolanguage.
    """
    index = entries(folder)
    wanted = _fold(query)
    if not wanted:
        return list(index)
    bearing = _ranked(index, wanted)
    retired = retired_codes(folder).get(wanted)
    bearing += [entry for code in (retired.means if retired else ()) for entry in _ranked(index, code)]
    bearing += [entry for entry in index if entry.macrolanguage == wanted]
    names = {entry: [_fold(name) for name in _names(entry)] for entry in index}
    beginning = [entry for entry in index if any(name.startswith(wanted) for name in names[entry])]
    # Nearly every name contains nearly every two letters.
    containing = [entry for entry in index if len(wanted) > 2 and any(wanted in name for name in names[entry])]
    return list(dict.fromkeys([*bearing, *(beginning if len(wanted) > 2 else []), *containing]))


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
        for name in _names(entry):
            names.setdefault(_fold(name), entry)
    meant = dict.fromkeys(_named(names[name]) for name in difflib.get_close_matches(wanted, names, n=3, cutoff=0.7))
    return f"did you mean {' or '.join(meant)}?" if meant else "write an ISO 639 code or an English name."


def _bearers(index: tuple[Entry, ...], iso639_3: str) -> list[Entry]:
    """The language-scripts whose own code begins so."""
    return [entry for entry in index if entry.code[:3] == iso639_3]


def _note(index: tuple[Entry, ...], retired: RetiredCode) -> str:
    if not _bearers(index, retired.code):
        return f"{retired}; now {' or '.join(retired.means)}"
    return f"{retired}, which language identification models still use; ISO 639-3 has {' and '.join(retired.means)} instead"


def _successor(index: tuple[Entry, ...], retired: RetiredCode) -> str:
    """The one code that took the place of another. Raises UserError where there are several."""
    if len(retired.means) == 1:
        return retired.means[0]
    configured = {code: [entry.code for entry in _ranked(index, code)] for code in retired.means}
    choices = [code for codes in configured.values() for code in codes]
    # The group itself, where it is configured: hbs_Latn for `sh`.
    group = [entry for entry in index if retired.code in entry.other and entry.code not in choices]
    choices += [f"{entry.code} ({entry.english})" for entry in group]
    missing = [code for code, codes in configured.items() if not codes]
    rest = f" ({', '.join(missing)}: not configured)" if missing else ""
    raise UserError(
        f"{retired} that stands for several languages: write one of {', '.join(dict.fromkeys(choices))}{rest}"
    )


def _macrolanguage_note(chosen: Entry, wanted: str) -> str:
    subtag = wanted.partition("_")[0]
    plain = re.fullmatch("[a-z]{2,3}", subtag) is not None
    if chosen.macrolanguage is None or not plain or subtag in (chosen.iso639_1, chosen.code[:3]):
        return ""
    if subtag != chosen.macrolanguage and len(subtag) == 3:
        return ""  # a further code of the language itself
    return f"'{subtag}' names a macrolanguage ({chosen.macrolanguage}), of which this is the member with most text"


def _names(entry: Entry) -> Iterator[str]:
    yield entry.code
    yield entry.english
    if entry.native:
        yield entry.native
    yield from entry.other


@lru_cache(maxsize=1 << 16)
def _fold(name: str) -> str:
    words = " ".join(unicodedata.normalize("NFC", name).casefold().replace("-", "_").split())
    first, *rest = words.split("_")
    return "_".join([first, *(_SCRIPTS.get(part, part) for part in rest)])


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
    """How directly an entry bears a folded name: 0 code, 1 ISO 639, 2 English, 3 native, 4 otherwise."""
    code = entry.code.casefold()
    if wanted in (code, code[:3]):
        return 0 if wanted == code else 1
    name, _, script = wanted.rpartition("_")
    if name and script == code[4:]:  # `pa_Guru`: the script is said, the rest is a name
        wanted = name
    if wanted == entry.iso639_1 or (wanted == entry.macrolanguage and wanted in entry.other):
        return 1
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
