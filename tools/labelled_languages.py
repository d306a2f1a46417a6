"""Which languages labelled data sets hold, as language-scripts."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import iso639
import langcodes
import zstandard

import language_names
from corpusforge.language_index import SCRIPTS

# A language is written in a script if this share of its rows in a data set is: a stray row says nothing.
LEAST_SHARE = 0.2
# Individual languages that FineWeb2 has under another code: Malay under its standard, Tetun Dili under Tetum.
SAME = {"tdt": "tet", "zlm": "zsm"}


def labelled(data: Path, scripts: dict[str, list[str]]) -> set[str]:
    """Language-scripts of the `*/*.jsonl.zst` files below `data` that `scripts` does not have.

    `scripts`: ISO 639-3 code -> scripts, of the languages known without the data. Labels that are no language of ISO 639-3
    are left out, and macrolanguages of which a member is known in the script.
    """
    stands_for: dict[str, str] = {}
    for iso3 in sorted(scripts):
        stands_for.setdefault(language_names.representative(iso3), iso3)
    known = {f"{iso3}_{script}" for iso3, several in scripts.items() for script in several}
    found = set()
    for label, script in sorted(_pairs(data)):
        iso3 = _iso639_3(label)
        if iso3 is None or script.startswith("Z"):
            continue
        standing = stands_for.get(language_names.representative(iso3))
        iso3 = SAME.get(iso3, iso3)
        if iso3 not in scripts and standing is not None:
            iso3 = standing
        members = {iso3, standing, *language_names.members(iso3)}
        if not any(f"{member}_{script}" in known for member in members):
            found.add(f"{iso3}_{script}")
    return found


def _iso639_3(label: str) -> str | None:
    subtag = label.replace("_", "-").split("-")[0]
    code = langcodes.Language.get(subtag).to_alpha3() if len(subtag) == 2 else subtag
    try:
        return iso639.Lang(code).pt3 or None
    except (iso639.exceptions.InvalidLanguageValue, iso639.exceptions.DeprecatedLanguageValue):
        return None


def _pairs(data: Path) -> set[tuple[str, str]]:
    """(label, script) of the data sets, without scripts that are stray in a language of a data set."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for path in sorted(data.glob("*/*.jsonl.zst")):
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
            for line in io.TextIOWrapper(stream, encoding="utf-8"):
                for label, script in _row_pairs(json.loads(line)):
                    counts.setdefault((path.parent.name, label), Counter())[SCRIPTS.get(script, script)] += 1
    return {
        (label, script)
        for (_, label), several in counts.items()
        for script, count in several.items()
        if count >= LEAST_SHARE * several.total() and label != "und"
    }


def _row_pairs(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for language, script in (("lang", "script"), ("src_lang", "src_script"), ("tgt_code", "tgt_script")):
        if row.get(language) and row.get(script):
            yield row[language], row[script]
