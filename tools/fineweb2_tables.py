"""FineWeb2's published parameters in our words: threshold names, what "off" is, stop words, languages."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import langcodes
import pyarrow.parquet as pq
import zstandard

import language_names

ENGLISH = "eng_Latn"
FINEWEB2 = "published: fineweb2@d0defb2"
FIXED = "default: fineweb2@d0defb2 uses it for every language"
FINEWEB = "published: FineWeb (2024), the defaults of datatrove 0.10.1"
GOPHER_WORDS = "published: Gopher (2021), the stop words of datatrove 0.10.1"

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
ENGLISH_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")

# FineWeb2 has one code for scripts that data sets tell apart.
SCRIPTS = {"Hans": "Hani", "Hant": "Hani", "Kore": "Hang", "Hrkt": "Jpan"}


@dataclass(frozen=True)
class Values:
    """Thresholds and stop words of one language-script, as published."""

    provenance: str
    thresholds: dict[str, float | None]
    stop_words_provenance: str
    stop_words: tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """FineWeb2's tables: `rows` of thresholds.parquet by code, documents kept and English name by code."""

    rows: dict[str, dict[str, Any]]
    documents: dict[str, int]
    names: dict[str, str]

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


def read_published(reference: Path) -> Published:
    """Read thresholds.parquet and fineweb2-language-distribution.csv."""
    rows = {row["code"]: row for row in pq.read_table(reference / "thresholds.parquet").to_pylist()}
    documents, names = {}, {}
    with (reference / "fineweb2-language-distribution.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["split"] == "train" and not row["subset"].endswith("_removed"):
                documents[row["subset"]] = int(row["documents"])
                names[row["subset"]] = row["name"]
    return Published(rows, documents, names)


def clean_words(words: list[str]) -> tuple[str, ...]:
    """Stop words without invisible characters that no word of a text has, each once, in the published order.

    Format characters (category Cf: direction marks, byte order marks, soft hyphens) go; the joiners U+200C
    and U+200D stay inside a word, where Persian and Indic spelling needs them.
    """
    cleaned = []
    for word in words:
        kept = "".join(char for char in word if unicodedata.category(char) != "Cf" or char in "\u200c\u200d")
        cleaned.append(kept.strip("\u200c\u200d \t\u00a0"))
    return tuple(dict.fromkeys(filter(None, cleaned)))


def occurring(data: Path, published: Published) -> set[str]:
    """Codes with a row in the table that occur in the `*/*.jsonl.zst` files below `data`."""
    stands_for: dict[str, str] = {}
    for iso3 in sorted({code[:3] for code in published.rows}):
        stands_for.setdefault(language_names.representative(iso3), iso3)
    found = set()
    for language, script in _pairs(data):
        script = SCRIPTS.get(script, script)
        iso3 = langcodes.Language.get(language).to_alpha3() if len(language) == 2 else language
        whole = language_names.macrolanguage(iso3)
        for candidate in (iso3, stands_for.get(language_names.representative(iso3)), whole):
            if f"{candidate}_{script}" in published.rows:
                found.add(f"{candidate}_{script}")
                break
    return found


def _pairs(data: Path) -> set[tuple[str, str]]:
    pairs = set()
    for path in sorted(data.glob("*/*.jsonl.zst")):
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
            for line in io.TextIOWrapper(stream, encoding="utf-8"):
                pairs.update(_row_pairs(json.loads(line)))
    return {(language, script) for language, script in pairs if language != "und"}


def _row_pairs(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for language, script in (("lang", "script"), ("src_lang", "src_script"), ("tgt_code", "tgt_script")):
        if row.get(language) and row.get(script):
            yield row[language].split("-")[0], row[script]
