"""What a label of any model means, by the way it is written.

`xxx_Scrp` (or `xxx-Scrp`, `xx_Scrp`): a language in a script. `xxx`, `xx` (ISO 639-3, ISO 639-1) and either with a region
(`pt-BR`): a language in any script that is configured for it; the text's own script tells which. A macrolanguage (`zho`,
`sq`) means the largest of its languages that is configured, by documents in FineWeb2. Anything else means nothing: a
mapping file must say it.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from corpusforge.language_index import Entry, entries

# What other collections call the scripts that we count letters of as one.
SCRIPTS = {"Hans": "Hani", "Hant": "Hani", "Kore": "Hang", "Hira": "Jpan", "Kana": "Jpan", "Hrkt": "Jpan"}
# Individual languages that FineWeb2, and so `language_configs/`, files under another code: Iranian Persian under its
# macrolanguage, Malay under its standard, Tetun Dili under Tetum.
SAME = {"pes": "fas", "zlm": "zsm", "tdt": "tet"}
ALSO_WRITTEN_IN = {"Jpan": "Hani"}

_SCRIPTED = re.compile(r"([a-z]{2,3})[_-]([A-Z][a-z]{3})(?:[_-].*)?")
_BARE = re.compile(r"([a-z]{2,3})(?:[_-](?:[A-Z]{2}|[0-9]{3}))?")


@lru_cache
def language_code(name: str, folder: Path | None = None) -> str | None:
    """The ISO 639-3 code, as configured, that a language code means; None where none is."""
    index = entries(folder)
    if any(entry.code[:3] == name for entry in index):
        return name
    if name in SAME:
        return language_code(SAME[name], folder)
    named = [entry for entry in index if name in entry.other]
    within = [entry for entry in index if entry.macrolanguage == name]
    largest = max(named or within, key=_size, default=None)
    return None if largest is None else largest.code[:3]


def _size(entry: Entry) -> tuple[bool, int, str]:
    return entry.default_script, entry.documents, entry.code


@lru_cache
def _scripts(language: str, folder: Path | None = None) -> Mapping[str, str]:
    return {entry.code[4:]: entry.code for entry in entries(folder) if entry.code[:3] == language}


def meaning(label: str, folder: Path | None = None) -> dict[str, str]:
    """{script of a text: language-script} of a label; empty where it means no configured one."""
    if scripted := _SCRIPTED.fullmatch(label):
        script = SCRIPTS.get(scripted[2], scripted[2])
        language = language_code(scripted[1], folder)
        known = {} if language is None else _scripts(language, folder)
        return with_variants({script: known[script]} if script in known else {})
    bare = _BARE.fullmatch(label)
    language = language_code(bare[1], folder) if bare else None
    return with_variants({} if language is None else dict(_scripts(language, folder)))


def with_variants(codes: Mapping[str, str]) -> dict[str, str]:
    """{script: language-script} with the scripts added that a language is also written in alone: Han for Japanese."""
    also = {ALSO_WRITTEN_IN[script]: code for script, code in codes.items() if script in ALSO_WRITTEN_IN}
    return {**also, **codes}


def code_of(language: str, script: str, folder: Path | None = None) -> str:
    """The language-script of two columns of a labelled file: as configured where it is, else as written, without a
    region."""
    written = f"{re.split('[-_]', language)[0]}_{SCRIPTS.get(script, script)}"
    return next(iter(meaning(written, folder).values()), written)
