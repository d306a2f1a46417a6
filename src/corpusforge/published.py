"""What FineWeb2 and FineWeb publish per language, in our words: threshold names, what "off" is, stop words, weights.

The tables are FineWeb2's repository at commit d0defb2 (`configs/*.yml`, `misc/rehydration`, `misc/precision_filtering`,
`fineweb2-language-distribution.csv`), gathered in one folder as Parquet and CSV.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import xxhash

from corpusforge.errors import UserError
from corpusforge.hashing import canonical
from corpusforge.language_file import LanguageFile
from corpusforge.text.stop_words import clean_words

ENGLISH = "eng_Latn"
FINEWEB2 = "published: fineweb2@d0defb2"
FINEWEB = "published: FineWeb (2024), the defaults of datatrove 0.10.1"
GOPHER_WORDS = "published: Gopher (2021), the stop words of datatrove 0.10.1"
SOURCES = (FINEWEB2, FINEWEB, GOPHER_WORDS)
FIXED = "default: fineweb2@d0defb2 uses it for every language"
TABLES = (
    "thresholds.parquet",
    "fineweb2-language-distribution.csv",
    "rehydration_weights.parquet",
    "contamination_scores.parquet",
)
# The weights are published for at most 3 to 10 copies of a document: files carry one, `Published.weights` has all.
MAX_REPEATS = 10

# Published column -> our threshold, and the values that mean "off". datatrove tests `if threshold and ...`
# for these, so 0 is off; a line punctuation ratio is never below 0 or -1. `max_non_alpha_words_ratio` is a
# minimum despite its name.
COLUMNS: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("dup_line_frac", "max_dup_line_frac", (0,)),
    *((f"top_{n}_gram", f"max_top_{n}_gram_frac", ()) for n in (2, 3, 4)),
    *((f"dup_{n}_gram", f"max_dup_{n}_gram_frac", ()) for n in range(5, 11)),
    ("line_punct_thr", "min_line_punct_ratio", (0, -1)),
    ("new_line_ratio", "max_list_ratio", ()),
    ("min_avg_word_length", "min_avg_word_length", (0,)),
    ("max_avg_word_length", "max_avg_word_length", (0,)),
    ("max_non_alpha_words_ratio", "min_alpha_word_ratio", (0,)),
)
PER_LANGUAGE = tuple(name for _, name, _ in COLUMNS)

FIXED_VALUES: dict[str, float | None] = {
    "max_dup_para_frac": None,  # published 0
    "max_dup_para_char_frac": None,  # published 0
    "max_dup_line_char_frac": None,  # published 0
    "max_short_line_ratio": None,  # published 999
    "max_char_dup_ratio": 0.1,
    "min_words": 50,
    "max_words": 100000,
    "max_hash_ratio": 0.1,
    "max_ellipsis_ratio": 0.1,
    "max_bullet_line_ratio": 0.9,
    "max_end_ellipsis_ratio": 0.3,
    "min_stop_words": 2,
}
ENGLISH_VALUES: dict[str, float | None] = {
    "max_dup_para_frac": 0.3,
    "max_dup_para_char_frac": 0.2,
    "max_dup_line_frac": 0.3,
    "max_dup_line_char_frac": 0.2,
    "max_top_2_gram_frac": 0.2,
    "max_top_3_gram_frac": 0.18,
    "max_top_4_gram_frac": 0.16,
    "max_dup_5_gram_frac": 0.15,
    "max_dup_6_gram_frac": 0.14,
    "max_dup_7_gram_frac": 0.13,
    "max_dup_8_gram_frac": 0.12,
    "max_dup_9_gram_frac": 0.11,
    "max_dup_10_gram_frac": 0.1,
    "min_line_punct_ratio": 0.12,
    "max_short_line_ratio": 0.67,
    "max_char_dup_ratio": 0.01,
    "max_list_ratio": 0.3,
    "min_avg_word_length": 3,
    "max_avg_word_length": 10,
    "min_alpha_word_ratio": 0.8,
}
ENGLISH_MIN_SCORE = 0.65  # FineWeb, of lid.176
ENGLISH_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")


@dataclass(frozen=True)
class Values:
    """Thresholds and stop words of one language-script, as published."""

    provenance: str
    thresholds: dict[str, float | None]
    stop_words_provenance: str
    stop_words: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """FineWeb2's tables, by language-script.

    `rows` of thresholds.parquet; `documents` kept, English name, family and share of Bible text (0 to 1) from
    fineweb2-language-distribution.csv; `weights` by greatest number of copies: {cluster size from: copies}; `contamination`
    (0 to 1): the share of other languages' words.
    """

    rows: dict[str, dict[str, Any]]
    documents: dict[str, int]
    names: dict[str, str]
    families: dict[str, str] = field(default_factory=dict)
    bible: dict[str, float] = field(default_factory=dict)
    weights: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)
    contamination: dict[str, float] = field(default_factory=dict)

    def scripts(self) -> dict[str, list[str]]:
        """ISO 639-3 code -> scripts, most documents first."""
        found: dict[str, list[str]] = {ENGLISH[:3]: [ENGLISH[4:]]}
        for code in sorted(self.rows, key=lambda code: (-self.documents.get(code, 0), code)):
            found.setdefault(code[:3], []).append(code[4:])
        return found

    def language(self, code: str) -> Values:
        """Published values of a language-script; empty for one that the table does not have."""
        if code == ENGLISH:
            return Values(FINEWEB, ENGLISH_VALUES, GOPHER_WORDS, ENGLISH_WORDS)
        row = self.rows.get(code)
        if row is None:
            return Values("", {}, "", ())
        values = {name: None if row[column] in off else row[column] for column, name, off in COLUMNS}
        return Values(FINEWEB2, values, FINEWEB2, clean_words(row["stopwords"]))

    def fields(self, code: str, max_repeats: int = MAX_REPEATS) -> dict[str, Any]:
        """Every published value of a language-script, by the name of its field in a language file; the weights for at
        most `max_repeats` copies (3 to 10).
        """
        values = self.language(code)
        numbers = {name: None if value is None else float(value) for name, value in values.thresholds.items()}
        found: dict[str, Any] = {f"thresholds.{name}": value for name, value in numbers.items()}
        if values.stop_words:
            found["stop_words"] = list(values.stop_words)
        if code in self.rows:
            found["lid.glotlid.min_score"] = self.rows[code]["language_score"]
        if code == ENGLISH:
            found["lid.lid176.min_score"] = ENGLISH_MIN_SCORE
        if weights := self.weights.get((code, max_repeats)):
            found["rehydration.repeats"] = [list(step) for step in weights.items()]
        if code in self.contamination:
            found["contamination.value"] = self.contamination[code]
        return found


def read_published(reference: Path) -> Published:
    """Read the tables of a folder. Raises UserError for a folder without them."""
    missing = [name for name in TABLES if not (reference / name).is_file()]
    if missing:
        raise UserError(f"{reference}: is no folder of FineWeb2's tables; it lacks {', '.join(missing)}")
    return _read(reference)


def _read(reference: Path) -> Published:
    rows = {row["code"]: row for row in _rows(reference / "thresholds.parquet")}
    published = Published(rows, {}, {})
    with (reference / "fineweb2-language-distribution.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["split"] != "train" or row["subset"].endswith("_removed"):
                continue
            code = row["subset"]
            published.documents[code] = int(row["documents"])
            published.names[code] = row["name"]
            if row["family"]:
                published.families[code] = row["family"]
            if row["bible_ratio"] not in ("", "-"):
                published.bible[code] = float(row["bible_ratio"])
    for row in _rows(reference / "rehydration_weights.parquet"):
        steps = zip(row["cluster_size_from"], row["repeat"], strict=True)
        published.weights[row["code"], row["max_reps"]] = dict(steps)
    for row in _rows(reference / "contamination_scores.parquet"):
        published.contamination[row["code"]] = row["contamination_score"]
    return published


def _rows(path: Path) -> list[dict[str, Any]]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        found: list[dict[str, Any]] = file.read(use_threads=False).to_pylist()
    return found


def checksum(value: Any) -> str:
    """4 hex digits of XXH3-64 of a published value: enough to notice that somebody edited it."""
    return xxhash.xxh3_64_hexdigest(canonical(value))[:4]


def checksum_table(fields: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """The rows of `published.tsv`, its columns first: the checksum of every published value by language-script and field."""
    columns = sorted({name for values in fields.values() for name in values})
    cells = {
        code: [checksum(values[name]) if name in values else "" for name in columns] for code, values in fields.items()
    }
    return [["code", *columns], *([code, *cells[code]] for code in sorted(cells) if any(cells[code]))]


def fields_of(file: LanguageFile) -> dict[str, Any]:
    """The values of a language file that say they are one of SOURCES, named as by `Published.fields`."""
    found: dict[str, Any] = {}
    for block in file.thresholds:
        if block.provenance in SOURCES:
            found |= {f"thresholds.{name}": value for name, value in block.values.items()}
    for words in file.stop_words:
        if words.provenance in SOURCES:
            found["stop_words"] = list(words.words)
    for model, lid in file.lid.items():
        if lid.provenance in SOURCES:
            found[f"lid.{model}.min_score"] = lid.min_score
    if file.rehydration is not None and file.rehydration.provenance in SOURCES:
        found["rehydration.repeats"] = [list(step) for step in file.rehydration.repeats.items()]
    if file.contamination is not None and file.contamination.provenance in SOURCES:
        found["contamination.value"] = file.contamination.value
    return found
