"""What methods relative to English need to know of English: of a reference given, or of the table that ships."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl

from corpusforge.calibrate.methods import English
from corpusforge.calibrate.rules import Tunable, measured, tunables
from corpusforge.calibrate.threshold import LEAST_DOCUMENTS
from corpusforge.settings import Settings

TABLE = "english.tsv"
COLUMNS = ("rule", "threshold", "value", "documents", "mean", "std", "median", "kept")
_DECIMALS = 6


Key = tuple[str, str]  # rule, threshold


@dataclass(frozen=True)
class EnglishReference:
    """Statistics by rule and threshold, and what they were computed from."""

    source: str
    statistics: Mapping[Key, English]

    def of(self, one: Tunable) -> English | None:
        """Statistics for a threshold; None where the rule is off in English, or its signal was not measured."""
        return self.statistics.get((one.rule, one.name))


def shipped() -> EnglishReference:
    """The table in the package; its first line says what it was computed from. The text itself does not ship."""
    text = (files("corpusforge.calibrate") / TABLE).read_text(encoding="utf-8")
    head, _, table = text.partition("\n")
    found = {}
    for row in csv.DictReader(table.splitlines(), delimiter="\t"):
        value, mean, std, median, kept = (float(row[name]) for name in ("value", "mean", "std", "median", "kept"))
        found[row["rule"], row["threshold"]] = English(value, mean, std, median, kept, int(row["documents"]))
    return EnglishReference(head.removeprefix("# "), found)


def english_statistics(frame: pl.DataFrame, settings: Settings, code: str) -> dict[Key, English]:
    """Statistics of English documents, rounded to 6 decimals: of every threshold of the recipe that is on in English and
    whose rule can judge at least LEAST_DOCUMENTS of them."""
    rules = settings.dataset.options("decide").rules
    thresholds = settings.thresholds(code, rules)
    found = {}
    for one in tunables(settings.filter_sets(rules)):
        value = thresholds[one.name]
        values = measured(frame, one, thresholds)
        if value is None or len(values) < LEAST_DOCUMENTS:
            continue
        kept = np.mean(one.sign * values <= one.sign * value)
        median = one.sign * np.quantile(one.sign * values, 0.5, method="inverted_cdf")
        numbers = (np.mean(values), np.std(values), median, kept)
        mean, std, middle, share = (round(float(number), _DECIMALS) for number in numbers)
        found[one.rule, one.name] = English(value, mean, std, middle, share, len(values))
    return found


def as_table(source: str, found: Mapping[Key, English]) -> str:
    """The text of the table."""
    lines = [f"# {source}", "\t".join(COLUMNS)]
    for key, one in sorted(found.items()):
        cells = (*key, f"{one.threshold:g}", one.documents, one.mean, one.std, one.median, one.kept)
        lines.append("\t".join(map(str, cells)))
    return "\n".join(lines) + "\n"
