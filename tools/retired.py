"""The table of retired codes: ISO 639's own list, as far as it leads to configured languages."""

import json
import re
from collections.abc import Iterable
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
    listed = json.loads(files("iso639").joinpath("data/iso-639_deprecated.json").read_text(encoding="utf-8"))["id"]
    rows = []
    for code, entry in sorted(listed.items()):
        means = SENTENCES.get(code) or _successors(entry["change_to"], entry["ret_remedy"])
        if means and configured & {code, *means} and code not in names:
            rows.append([code, "|".join(means), entry["name"], entry["effective"]])
    return [COLUMNS, *rows]


def _successors(change_to: str, remedy: str) -> list[str]:
    """ISO 639-3 codes: the one that a code became, or those that it was split into (`... Emilian [egl] and ...`)."""
    if not change_to:
        return re.findall(r"\[([a-z]{3})\]", remedy)
    return [iso639.Lang(change_to).pt3] if len(change_to) == 2 else [change_to]
