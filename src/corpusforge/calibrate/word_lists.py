"""Lists of words that only one language uses: from labelled text, or from FineWeb2's published tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpusforge.calibrate.stop_words import letters_only
from corpusforge.errors import UserError
from corpusforge.io.inputs import resolve
from corpusforge.io.readers import open_reader
from corpusforge.languages import all_codes, load_language
from corpusforge.phases.portions import portions
from corpusforge.stages.precision_lists import WordList
from corpusforge.text.segment import segmenter

SHARE = 0.85  # of a word's occurrences that must be in the language
FREQUENT = 0.95  # quantile of the counts of a language's words that a word must be above
_TABLES = ("precision_wordlists.parquet", "contamination_scores.parquet", "url_whitelist.json")
_BATCH = 16 << 20
_HELD = 16 << 20  # characters of one language held before they are counted


def derived(files: Sequence[str], share: float = SHARE) -> tuple[dict[str, WordList], dict[str, str]]:
    """Lists from labelled rows (`text`, and `lang` with `script`, or `language` as `pan_Guru`), and what was left out:
    language-script -> why.

    A word of letters is listed for a language when its count there is above the FREQUENT quantile of the counts of that
    language's words, and is at least `share` of its count in all languages together (fineweb-2 d0defb2,
    misc/precision_filtering; the segmenters are ours). Every language of the files takes part in the comparison; larger
    ones weigh more. Raises UserError for files without a label.
    """
    counts = _counted(_labelled(files))
    left_out = {code: "no language file" for code in counts if code not in set(all_codes())}
    everywhere: Counter[str] = Counter()
    for own in counts.values():
        everywhere.update(own)
    found = {}
    for code, own in counts.items():
        if code in left_out:
            continue
        least = float(np.quantile(list(own.values()), FREQUENT, method="inverted_cdf")) if own else 0.0
        words = frozenset(word for word, count in own.items() if count > least and count >= share * everywhere[word])
        if words:
            found[code] = WordList(words, (), None)
        else:
            left_out[code] = "no word is frequent enough and the language's own"
    return dict(sorted(found.items())), dict(sorted(left_out.items()))


def published(folder: Path, share: float = SHARE) -> dict[str, WordList]:
    """FineWeb2's lists, contamination and URL words, as its tables hold them. Raises UserError for a missing table, and for
    another share than the two that are published."""
    column = {0.85: "in_085", 0.95: "in_095"}.get(share)
    if column is None:
        raise UserError(f"--share {share}: published are 0.85 and 0.95")
    for name in _TABLES:
        if not (folder / name).is_file():
            raise UserError(f"{folder / name}: no such file; FineWeb2's tables are {', '.join(_TABLES)}")
    url_words: dict[str, list[str]] = json.loads((folder / _TABLES[2]).read_text(encoding="utf-8"))
    scores = {row["code"]: row["contamination_score"] for row in _rows(folder / _TABLES[1])}
    found = {}
    for row in _rows(folder / _TABLES[0]):
        chosen = frozenset(word for word, there in zip(row["words"], row[column], strict=True) if there)
        if chosen:
            found[row["code"]] = WordList(chosen, tuple(url_words.get(row["code"][:3], ())), scores.get(row["code"]))
    return dict(sorted(found.items()))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for batch in pq.ParquetFile(path, pre_buffer=False).iter_batches(64, use_threads=False):
        yield from batch.to_pylist()


def _labelled(files: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(language-script, text) of each row."""
    rows = unlabelled = 0
    for source in resolve(files).inputs:
        for table in open_reader(source).batches(_BATCH):
            for text, meta in zip(table["text"].to_pylist(), table["meta"].to_pylist(), strict=True):
                if text is None:
                    continue
                rows += 1
                code = _code(json.loads(meta or "{}"))
                if code is None:
                    unlabelled += 1
                else:
                    yield code, text
    if rows == unlabelled:
        raise UserError(
            f"{' '.join(files)}: {rows:,} texts, none with a label; rows need `lang` and `script`, or `language` (pan_Guru)"
        )


def _code(meta: dict[str, Any]) -> str | None:
    if isinstance(meta.get("lang"), str) and isinstance(meta.get("script"), str):
        return f"{meta['lang']}_{meta['script']}"
    language = meta.get("language")
    return language if isinstance(language, str) and len(language) == 8 and language[3] == "_" else None


def _counted(rows: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    """Counts of words of letters, by language; one without a file is cut by the default segmenter."""
    configured = set(all_codes())
    counts: dict[str, Counter[str]] = {}
    held: dict[str, list[str]] = {}
    sizes: Counter[str] = Counter()

    def count(code: str) -> None:
        use = load_language(code).segmenter if code in configured else "unicode"
        split = segmenter(use, code)
        for part in portions(pa.array(held.pop(code), pa.large_string())):
            for words in split.words(part).to_lists():
                counts.setdefault(code, Counter()).update(word for word in words if letters_only(word))
        del sizes[code]

    for code, text in rows:
        held.setdefault(code, []).append(text)
        sizes[code] += len(text)
        if sizes[code] > _HELD:
            count(code)
    for code in sorted(held):
        count(code)
    return counts
