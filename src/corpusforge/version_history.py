"""The versions of a corpus as its readers ask for them: a list, and what lies between two."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import polars as pl

from corpusforge.delta import compared, read_keys
from corpusforge.errors import UserError
from corpusforge.io.storage import Storage
from corpusforge.layers import read_rows
from corpusforge.plan.reasons import changes
from corpusforge.run_directory import RunDirectory
from corpusforge.versions import Version, Versions


def listed(url: str) -> list[dict[str, Any]]:
    """Every version of a run, oldest first, as plain data. Raises UserError where there is no run."""
    storage = _run(url)
    versions = Versions(storage)
    found = []
    before: Version | None = None
    for version in versions.all:
        stored = all(versions.place(version, file.path) is not None for file in version.files)
        settings = "" if before is None else changes(_choices(before), _choices(version))
        found.append(
            {
                "number": version.number,
                "made": version.made,
                "documents": sum(one["documents"] for one in version.languages.values()),
                "languages": sum(one["documents"] > 0 for one in version.languages.values()),
                "inputs": len(version.inputs),
                "changes": version.changes,
                "settings_changed": settings,
                "older_kept": version.older_kept,
                "stored": stored,
            }
        )
        before = version
    return found


def diff(before: str, after: str | None = None, code: str | None = None) -> dict[str, Any]:
    """Documents added, removed and changed between two versions, given as RUN or RUN@NUMBER.

    Returns {before, after, languages: {code: {why: {change: documents}}}, rows: [{change, key, language, why, twin}]}.
    Where one version follows the other in one run, `why` is what was written down when it was made; else it is
    what the keys tell. Raises UserError for a run or a version that does not exist.
    """
    older = _named(before)
    if after is None:
        number = older[1].number - 1
        if "@" in before or number < 1:
            raise UserError(f"{before}: give the newer version too: corpusforge diff {before} RUN@N")
        older, newer = (older[0], older[0].numbered(number), older[2]), older
    else:
        newer = _named(after)
    rows = _rows(older, newer, code)
    counted: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        kind = re.sub(r" \S+ -> \S+", "", row["why"])
        counted.setdefault(row["language"], {}).setdefault(kind, Counter())[row["change"]] += 1
    return {
        "before": f"{older[2]}@{older[1].number}",
        "after": f"{newer[2]}@{newer[1].number}",
        "languages": {
            language: {why: dict(found) for why, found in reasons.items()} for language, reasons in counted.items()
        },
        "rows": rows,
    }


def _choices(version: Version) -> dict[str, Any]:
    """The settings, less what is read: that is told by the documents that came and went."""
    settings = {name: value for name, value in version.settings.items() if name != "adds"}
    recipe = settings["recipe"]
    datasets = {name: {**dataset, "from": []} for name, dataset in recipe["datasets"].items()}
    return {**settings, "recipe": {**recipe, "datasets": datasets}}


_Named = tuple[Versions, Version, str]


def _rows(older: _Named, newer: _Named, code: str | None) -> list[dict[str, Any]]:
    frames = []
    if older[2] == newer[2] and newer[1].number == older[1].number + 1:
        storage = _run(newer[2])
        frames = [
            _with_language(pl.DataFrame(read_rows(storage, path)), language)
            for language, path in newer[0].delta(newer[1]).items()
            if code in (None, language)
        ]
    else:
        before, after = older[0].keys(older[1]), newer[0].keys(newer[1])
        old, new = _run(older[2]), _run(newer[2])
        for language in sorted(before.keys() | after.keys()):
            if code not in (None, language):
                continue
            rows = compared(read_keys(old, before.get(language)), read_keys(new, after.get(language)))
            rows = rows.with_columns(why=pl.coalesce("why", pl.lit("")), twin=pl.lit(None, pl.String))
            frames.append(_with_language(rows, language))
    return [row for frame in frames for row in frame.to_dicts()]


def _with_language(frame: pl.DataFrame, language: str) -> pl.DataFrame:
    return frame.with_columns(language=pl.lit(language)).sort("change", "key")


def _run(url: str) -> Storage:
    directory = RunDirectory(url)
    directory.description()
    return directory.storage


def _named(text: str) -> _Named:
    url, at, number = text.rpartition("@")
    if not at or not number.isdigit():
        url, number = text, ""
    versions = Versions(_run(url))
    if not number and versions.newest is None:
        raise UserError(f"{url}: no version yet; finish the run first")
    newest = versions.newest
    return versions, versions.numbered(int(number) if number else newest.number if newest else 0), url
