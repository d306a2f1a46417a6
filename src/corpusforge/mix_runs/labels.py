"""Which source of a mixture each document belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.mix.mixture import Match, Source

_COLUMN = {"source": "source", "input": "file_path", "dump": "dump", "host": "url"}
UNKNOWN = "unknown"


def columns_read(sources: Mapping[str, Source]) -> list[str]:
    """Columns of the corpus that `labels` reads."""
    given = {
        _COLUMN[field]
        for rule in sources.values()
        if rule.match is not None
        for field, pattern in rule.match.model_dump().items()
        if pattern is not None and field in _COLUMN
    }
    return sorted({"source"} | given)


def labels(table: pa.Table, sources: Mapping[str, Source], run: str) -> np.ndarray:
    """The source of each document, as text: the first of the mixture's sources that it matches; else what its column
    `source` says before a colon (web, synthetic), `unknown` where that is null."""
    head = pc.fill_null(pc.replace_substring_regex(table["source"], "(?s):.*", ""), UNKNOWN)
    found: np.ndarray = head.to_numpy(zero_copy_only=False).astype(object)
    for name, rule in reversed(list(sources.items())):
        match = rule.match
        if match is None:
            continue  # the column says it already
        found[_matches(table, match, run)] = name
    return found


def _matches(table: pa.Table, match: Match, run: str) -> np.ndarray:
    inside = np.ones(table.num_rows, bool)
    for field, pattern in match.model_dump(exclude_none=True).items():
        if field == "run":
            inside &= re.fullmatch(_regex(pattern), run) is not None
            continue
        regex = _host_regex(pattern) if field == "host" else f"(?s)^{_regex(pattern)}$"
        hit = pc.fill_null(pc.match_substring_regex(table[_COLUMN[field]], regex), False)
        inside &= hit.to_numpy(zero_copy_only=False)
    return inside


def _regex(pattern: str, star: str = ".*", one: str = ".") -> str:
    """A glob (`*`, `?`) as a regular expression that RE2 and `re` read alike."""
    return "".join(star if char == "*" else one if char == "?" else _escaped(char) for char in pattern)


def _escaped(char: str) -> str:
    return char if char.isalnum() or char == "_" or not char.isascii() else f"\\{char}"


def _host_regex(pattern: str) -> str:
    host = _regex(pattern, "[^/:?#@]*", "[^/:?#@]")
    return rf"(?i)^[a-z][a-z0-9+.\-]*://(?:[^/?#@]*@)?{host}(?::[0-9]*)?(?:[/?#]|$)"
