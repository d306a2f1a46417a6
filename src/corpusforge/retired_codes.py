"""Codes of languages that a standard has withdrawn, and those that took their place: `iw` is `heb` now.

`retired.tsv` beside the language files has them: those of ISO 639-3's list of retirements and of ISO 639-1's that a
configured language has inherited. Written by tools/import_fineweb2.py.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpusforge.errors import UserError
from corpusforge.resources import folder as data_folder

COLUMNS = ["code", "means", "name", "since"]


@dataclass(frozen=True)
class RetiredCode:
    """A code of ISO 639-1 or 639-3, the ISO 639-3 codes that it stood for, the name it had, and the date it was withdrawn."""

    code: str
    means: tuple[str, ...]
    name: str
    since: str

    def __str__(self) -> str:
        return f"'{self.code}' is a retired code ({self.name}, until {self.since})"


@lru_cache
def retired_codes(folder: Path | None = None) -> dict[str, RetiredCode]:
    """All of them, by code; none where there is no table. Raises UserError for a file that is not one."""
    path = (folder or data_folder("language_configs")) / "retired.tsv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    if rows[:1] != [COLUMNS] or any(len(row) != len(COLUMNS) for row in rows):
        raise UserError(f"{path}:1: not a table of retired codes; write it anew with tools/import_fineweb2.py")
    return {code: RetiredCode(code, tuple(means.split("|")), name, since) for code, means, name, since in rows[1:]}
