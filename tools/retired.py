"""The table of retired codes: ISO 639's own list, as far as it leads to configured languages."""

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import iso639

from corpusforge.language_table import Entry
from corpusforge.retired_codes import COLUMNS

# What the list says in a sentence only. `sh` was the code of a macrolanguage, `bh` of a group.
SENTENCES = {"mo": ["ron"], "sh": ["bos", "hrv", "srp"], "bh": ["bho", "mag", "mai"]}


def table(entries: Iterable[Entry]) -> list[list[str]]:
    """The rows of `retired.tsv`, the names of its columns first."""
    found = list(entries)
    configured = {code for entry in found for code in (entry.code[:3], *entry.other)}
    # A name that a language bears today is not taken from it.
    names = {name.casefold() for entry in found for name in (entry.english, entry.native or "")}
    rows = []
    for code, entry in sorted(_listed().items()):
        means = _successors(code)
        if means and configured & {code, *means} and code not in names:
            rows.append([code, "|".join(means), entry["name"], entry["effective"]])
    return [COLUMNS, *rows]


def two_letter_codes(*iso639_3: str) -> list[str]:
    """Retired codes of ISO 639-1 that stood for one of these alone: old pages still call their language so."""
    alone = {code: means[0] for code in sorted(_listed()) if len(code) == 2 and len(means := _successors(code)) == 1}
    return [code for code, meant in alone.items() if meant in iso639_3]


def _successors(code: str) -> list[str]:
    """ISO 639-3 codes: the one that a code became, or those that it was split into (`... Emilian [egl] and ...`)."""
    entry = _listed()[code]
    if code in SENTENCES:
        return SENTENCES[code]
    if not entry["change_to"]:
        return re.findall(r"\[([a-z]{3})\]", entry["ret_remedy"])
    return [iso639.Lang(entry["change_to"]).pt3] if len(entry["change_to"]) == 2 else [entry["change_to"]]


@cache
def _listed() -> dict[str, dict[str, str]]:
    text = files("iso639").joinpath("data/iso-639_deprecated.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)["id"]
    return found
