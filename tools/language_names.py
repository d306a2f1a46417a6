"""What languages are called, and which belong together: CLDR by langcodes and language_data, ISO 639-3 by
iso639-lang.

The packages are needed when language files are written, never by a run: `langcodes language_data iso639-lang
babel regex`.
"""

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import babel.localedata
import datatrove
import iso639
import langcodes
import regex

import retired

# Where CLDR has no name, or one that means something else.
ENGLISH = {"hbs": "Serbo-Croatian", "eml": "Emilian-Romagnol", "nah": "Nahuatl"}
NATIVE = {"cnr_Latn": "crnogorski", "pnb_Arab": "پنجابی", "hbs_Latn": "srpskohrvatski", "pbt_Arab": "پښتو"}
# What readers call a language beyond CLDR and ISO: codes of the whole (macro)language that this member stands
# for, and of individual languages that FineWeb2 has under it.
ALIASES = {
    "bho": ["bh"],
    "ckb": ["Sorani"],
    "cmn": ["Mandarin", "Chinese", "zh", "zho", "chi"],
    "fas": ["Farsi", "pes"],
    "fil": ["tl", "tgl", "Tagalog"],
    "gsw": ["Alemannic"],
    "hbs": ["sh"],
    "kmr": ["Kurmanji"],
    "nob": ["no", "nor", "Norwegian"],
    "pbt": ["ps", "pus", "Pashto"],
    "pnb": ["Shahmukhi", "Western Punjabi"],
    "tet": ["tdt"],
    "ydd": ["yid"],
    "zsm": ["zlm"],
}
# Languages that one name or one speaker joins and that no ISO 639-3 macrolanguage does.
RELATED = [("pan", "pnb"), ("hin", "urd")]

PUBLISHED_FAMILIES = "fineweb2@d0defb2, fineweb2-language-distribution.csv"
TOKENIZER_FAMILIES = "datatrove 0.10.1, assets/tokenizer_assignment.csv"
CLDR = f"CLDR (langcodes {version('langcodes')}, language_data {version('language_data')})"
ISO_639 = f"ISO 639-3 (iso639-lang {version('iso639-lang')})"


@dataclass(frozen=True)
class LanguageNames:
    """Names of a language-script."""

    english: str
    native: str | None
    other: tuple[str, ...]


@cache
def representative(iso3: str) -> str:
    """ISO 639-3 code of the macrolanguage that CLDR lets this one stand for (`arb` -> `ara`), else itself."""
    tag = langcodes.standardize_tag(iso3, macro=True)
    return langcodes.Language.get(tag).to_alpha3() if len(tag) in (2, 3) and iso3 not in ENGLISH else iso3


@cache
def macrolanguage(iso3: str) -> str | None:
    """The ISO 639-3 macrolanguage that a language belongs to (a macrolanguage belongs to itself), or None."""
    try:
        language = iso639.Lang(iso3)
    except (iso639.exceptions.InvalidLanguageValue, iso639.exceptions.DeprecatedLanguageValue):
        return None
    if language.individuals():
        return iso3
    macro = language.macro()
    return macro.pt3 if macro else None


@cache
def members(iso3: str) -> tuple[str, ...]:
    """ISO 639-3 codes of the languages that a macrolanguage covers; none for another language."""
    try:
        return tuple(sorted(language.pt3 for language in iso639.Lang(iso3).individuals() if language.pt3))
    except (iso639.exceptions.InvalidLanguageValue, iso639.exceptions.DeprecatedLanguageValue):
        return ()


def families(published: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """(family, source) by language-script, and by ISO 639-3 code for a language's further scripts. `published` first."""
    found = {code: (family, PUBLISHED_FAMILIES) for code, family in published.items()}
    path = Path(datatrove.__file__).parent / "assets" / "tokenizer_assignment.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["family"]:
                found.setdefault(f"{row['code_3']}_{row['script']}", (row["family"], TOKENIZER_FAMILIES))
    for code in sorted(found):
        found.setdefault(code[:3], (found[code][0], f"{found[code][1]}, {code}"))
    return found


def related(iso3: str) -> tuple[str, ...]:
    """ISO 639-3 codes that a reader may have meant instead, beyond the members of the same macrolanguage."""
    return tuple(sorted({other for pair in RELATED for other in pair if iso3 in pair} - {iso3}))


def two_letter(iso3: str) -> str | None:
    """The ISO 639-1 code, or None."""
    try:
        return iso639.Lang(iso3).pt1 or None
    except (iso639.exceptions.InvalidLanguageValue, iso639.exceptions.DeprecatedLanguageValue):
        return None


def has_own_names(code: str) -> bool:
    """Whether a language-script has names that no list gives: ENGLISH, NATIVE, ALIASES."""
    return code[:3] in ENGLISH or code[:3] in ALIASES or code in NATIVE


def names(iso3: str, script: str, default_script: bool, published: str | None) -> LanguageNames:
    """Names of a language-script; `published` is the name that FineWeb2's table gives."""
    english = _english(iso3) or _clean(published or "") or iso3
    whole = representative(iso3)
    candidates = [published, *_iso_names(iso3), *ALIASES.get(iso3, ())]
    candidates += [two_letter(iso3), _bibliographic(iso3), *retired.two_letter_codes(iso3, whole)]
    if whole != iso3:
        candidates += [_english(whole), whole, two_letter(whole), _bibliographic(whole)]
    native = NATIVE.get(f"{iso3}_{script}") or _native(iso3, script, default_script)
    other: list[str] = []
    known = {english.casefold(), iso3, (native or "").casefold()}
    for candidate in map(_clean, filter(None, candidates)):
        if candidate and candidate.casefold() not in known:
            known.add(candidate.casefold())
            other.append(candidate)
    return LanguageNames(english, native, tuple(other))


def _clean(name: str) -> str:
    """Without a remark in parentheses: `Swahili (individual language)` -> `Swahili`. NFC."""
    return unicodedata.normalize("NFC", name.split(" (")[0].strip())


def _english(iso3: str) -> str | None:
    if iso3 in ENGLISH:
        return ENGLISH[iso3]
    name = langcodes.Language.get(iso3).display_name()
    return None if name.startswith("Unknown language") else _clean(name)


def _iso_names(iso3: str) -> list[str]:
    try:
        language = iso639.Lang(iso3)
    except (iso639.exceptions.InvalidLanguageValue, iso639.exceptions.DeprecatedLanguageValue):
        return []
    # Names with a comma are the index form of a name that is there already: `Quechua, Cusco`.
    return [name for name in [language.name, *sorted(language.other_names())] if "," not in name]


def _bibliographic(iso3: str) -> str | None:
    try:
        code = iso639.Lang(iso3).pt2b
    except (iso639.exceptions.InvalidLanguageValue, iso639.exceptions.DeprecatedLanguageValue):
        return None
    return code if code and code != iso3 else None


def _native(iso3: str, script: str, default_script: bool) -> str | None:
    """The CLDR name in the language itself, if CLDR has one in this script."""
    family = {"Jpan": r"\p{Han}\p{Hiragana}\p{Katakana}", "Hani": r"\p{Han}", "Hang": r"\p{Hangul}"}
    try:
        letters = regex.compile(f"[{family.get(script, chr(92) + 'p{Script=' + script + '}')}]")
    except regex.error:
        return None
    tag = langcodes.standardize_tag(iso3, macro=True)
    tag = iso3 if "-" in tag else tag  # `cnr` is the Serbian of Montenegro to CLDR: a name of its own it has not
    for candidate in [tag, f"{tag}-{script}"] if default_script else [f"{tag}-{script}"]:
        autonym = langcodes.Language.get(candidate).autonym()
        name = unicodedata.normalize("NFC", autonym.split(" (")[0].split("（")[0])
        # langcodes falls back to English where CLDR has no name in the language.
        in_english = name.casefold() == (_english(iso3) or "").casefold() or "[" in name
        fallback = in_english and not (default_script and babel.localedata.exists(tag))
        if letters.search(name) and not fallback:
            return name
    return None
