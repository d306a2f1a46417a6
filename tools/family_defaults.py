"""Defaults for languages about which nothing is published: medians of those of their script or family that are on the web."""

import math
import re
import statistics
from collections.abc import Iterable, Mapping

from corpusforge.published import PER_LANGUAGE, Published

LEAST_LANGUAGES = 5  # a median of fewer says little
LEAST_DOCUMENTS = 1_000
MOST_BIBLE = 0.5  # share of Bible text: thresholds made from one book say nothing about other text
NO_FAMILY = {"Language isolate", "Mixed language", "Artificial Language"}
PROVENANCE = "default: median of the "

Values = dict[str, float | None]


def on_the_web(published: Published) -> list[str]:
    """Language-scripts whose published thresholds come from enough text that is not mostly the Bible."""
    return [
        code
        for code in sorted(published.rows)
        if published.documents.get(code, 0) >= LEAST_DOCUMENTS and published.bible.get(code, 0.0) < MOST_BIBLE
    ]


def medians(published: Published, groups: Mapping[str, str]) -> dict[str, tuple[str, Values]]:
    """Group -> (provenance, medians), for groups with enough languages. `groups`: language-script -> its group."""
    members: dict[str, list[str]] = {}
    for code in on_the_web(published):
        if code in groups:
            members.setdefault(groups[code], []).append(code)
    return {
        group: (_provenance(len(codes)), {name: _median(published, codes, name) for name in PER_LANGUAGE})
        for group, codes in sorted(members.items())
        if len(codes) >= LEAST_LANGUAGES
    }


def family_file(family: str | None, script: str) -> str | None:
    """Name of the file of a family in a script: `family/Turkic-Cyrl`; None where there is no family."""
    if family is None or family in NO_FAMILY:
        return None
    return f"family/{re.sub('[^A-Za-z-]+', '_', family)}-{script}"


def _provenance(count: int) -> str:
    return (
        f"{PROVENANCE}{count} languages here with {LEAST_DOCUMENTS:,} documents, not mostly Bible, in fineweb2@d0defb2"
    )


def _median(published: Published, codes: Iterable[str], name: str) -> float | None:
    # A rule that is off is looser than any number.
    off = math.inf if name.startswith("max_") else -math.inf
    values = [published.language(code).thresholds[name] for code in codes]
    middle = statistics.median(off if value is None else value for value in values)
    return None if math.isinf(middle) else round(middle, 3)
