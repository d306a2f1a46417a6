"""What methods relative to English need to know of English: of a reference given, or of the table that ships."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl

from corpusforge.calibrate.methods import English
from corpusforge.calibrate.rules import Tunable, measured
from corpusforge.languages import Language

TABLE = "english.tsv"
COLUMNS = ("threshold", "value", "documents", "mean", "std", "median", "kept")
_DECIMALS = 6


@dataclass(frozen=True)
class EnglishReference:
    """Statistics by the name of a threshold, and what they were computed from."""

    source: str
    statistics: Mapping[str, English]


def shipped() -> EnglishReference:
    """The table in the package; its first line says what it was computed from. The text itself does not ship."""
    text = (files("corpusforge.calibrate") / TABLE).read_text(encoding="utf-8")
    head, _, table = text.partition("\n")
    rows = csv.DictReader(table.splitlines(), delimiter="\t")
    found = {
        row["threshold"]: English(
            float(row["value"]),
            float(row["mean"]),
            float(row["std"]),
            float(row["median"]),
            float(row["kept"]),
            int(row["documents"]),
        )
        for row in rows
    }
    return EnglishReference(head.removeprefix("# "), found)


def english_statistics(
    frame: pl.DataFrame, language: Language, tunable: Sequence[Tunable], thresholds: Mapping[str, float | None]
) -> dict[str, English]:
    """Statistics of English documents, of every threshold that is on in English; rounded to 6 decimals.

    `thresholds` are those of English for the rules' other conditions.
    """
    found = {}
    for one in tunable:
        value = thresholds[one.name]
        values = measured(frame, one, thresholds)
        if value is None or len(values) == 0:
            continue
        kept = np.mean(one.sign * values <= one.sign * value)
        median = one.sign * np.quantile(one.sign * values, 0.5, method="inverted_cdf")
        numbers = (np.mean(values), np.std(values), median, kept)
        mean, std, middle, share = (round(float(number), _DECIMALS) for number in numbers)
        found[one.name] = English(value, mean, std, middle, share, len(values))
    return found


def as_table(source: str, found: Mapping[str, English]) -> str:
    """The text of the table."""
    lines = [f"# {source}", "\t".join(COLUMNS)]
    for name, one in sorted(found.items()):
        cells = (name, f"{one.threshold:g}", one.documents, one.mean, one.std, one.median, one.kept)
        lines.append("\t".join(map(str, cells)))
    return "\n".join(lines) + "\n"
