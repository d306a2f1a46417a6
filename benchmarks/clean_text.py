"""What filters remove of clean reference text, and of noise: the published rules, datatrove itself, and our rules.

    python -m benchmarks.clean_text [--data DIR] [--most N] [--no-datatrove] [--write docs/reference/clean-text.md]

Rules see the documents one by one, as after deduplication. Needs the extra `reference` for datatrove's words.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa

from benchmarks import clean_page
from benchmarks.boilerplate import pages
from benchmarks.clean_sources import NEWS, TALKS, Clean, clean_texts
from benchmarks.noise import KINDS, Maker
from benchmarks.protocol import Missing
from benchmarks.sources import default_folder
from corpusforge.languages import load_language
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import FilterSet, load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.text.segment import segmenter
from corpusforge.text.statistics import statistics

PUBLISHED = ("gopher_repetition", "fineweb_quality", "gopher_quality")
OURS = ("repetition", "prose", "quality")


@dataclass
class Verdicts:
    """What one side says of a number of documents: removed, by the first rule broken (`first`), and all rules broken."""

    documents: int = 0
    removed: int = 0
    first: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)  # rules that are the only one that a document breaks

    @property
    def share(self) -> float:
        """Of the documents, removed."""
        return self.removed / self.documents

    def __add__(self, other: Verdicts) -> Verdicts:
        return Verdicts(
            self.documents + other.documents,
            self.removed + other.removed,
            self.first + other.first,
            self.broken + other.broken,
            self.alone + other.alone,
        )


@dataclass
class Measured:
    """A language's documents of one group or kind. `datatrove` is None where it has no tokenizer for the language."""

    code: str
    group: str
    published: Verdicts
    ours: Verdicts
    datatrove: Verdicts | None = None


def judged(code: str, texts: Sequence[str]) -> tuple[Verdicts, Verdicts]:
    """By the published rules with our words, and by our rules."""
    language = load_language(code)
    column = pa.array(texts, pa.large_string())
    words = segmenter(language.segmenter, code).words(column)
    signals = pl.DataFrame(statistics(column, words, language.stop_words, words))
    found = []
    for names in (PUBLISHED, OURS):
        sets = [load_filter_set(name) for name in names]
        found.append(_verdicts(signals, sets, resolve_thresholds(sets, language.thresholds, code)))
    return found[0], found[1]


def _verdicts(signals: pl.DataFrame, sets: list[FilterSet], thresholds: dict[str, float | None]) -> Verdicts:
    decided = evaluate(signals, sets, thresholds)
    broken = [[name.partition("/")[2] for name in row] for row in decided["broken"].to_list()]
    return Verdicts(
        len(broken),
        sum(bool(row) for row in broken),
        Counter(row[0] for row in broken if row),
        Counter(name for row in broken for name in row),
        Counter(row[0] for row in broken if len(row) == 1),
    )


def datatrove(code: str, texts: Sequence[str]) -> Verdicts | None:
    """datatrove's own filters and words; None where it cannot cut the language into words."""
    from datatrove.data import Document

    from benchmarks.peers.datatrove import filters

    try:
        chain = filters(code)
    except Missing as error:
        print(f"datatrove: {error}", file=sys.stderr)
        return None
    found = Verdicts(len(texts))
    for text in texts:
        document = Document(text=text, id="")
        for one in chain:
            verdict = one.filter(document)
            if verdict is not True:
                found.removed += 1
                found.first[verdict[1]] += 1
                break
    return found


def main() -> None:
    """Measure, print, write."""
    arguments = _arguments()
    clean: list[Measured] = []
    for group in (NEWS, TALKS):
        for one in clean_texts(arguments.data, group, arguments.most):
            clean.append(_clean(one, arguments.datatrove and group == NEWS))
            print(clean_page.progress(clean[-1]), file=sys.stderr)
    noise = _noise(arguments.data)
    lines = clean_page.page(clean, noise, NEWS, TALKS)
    print("\n".join(lines))
    if arguments.write:
        arguments.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _clean(one: Clean, peer: bool) -> Measured:
    published, ours = judged(one.code, one.texts)
    return Measured(one.code, one.group, published, ours, datatrove(one.code, one.texts) if peer else None)


def _noise(data: Path) -> list[Measured]:
    """Every kind of noise, for each language of the news."""
    around = pages(data)
    found = []
    for one in clean_texts(data, NEWS):
        maker = Maker(one.code, one.texts, around)
        found += [Measured(one.code, kind, *judged(one.code, list(maker.documents(kind)))) for kind in KINDS]
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.clean_text", description=__doc__.partition("\n")[0])
    folder = default_folder()
    parser.add_argument(
        "--data",
        type=Path,
        default=folder / "data" if folder else None,
        required=folder is None,
        metavar="DIR",
        help="folder of docs_* and html_* (default: data/ in $CORPUSFORGE_SHARED or ../shared)",
    )
    parser.add_argument("--most", type=int, metavar="N", help="clean documents of a language (default: all)")
    parser.add_argument(
        "--no-datatrove", dest="datatrove", action="store_false", help="leave datatrove out: minutes less"
    )
    parser.add_argument("--write", type=Path, metavar="MD", help="write the page of the documentation")
    arguments = parser.parse_args()
    if not any(True for _ in arguments.data.glob("docs_*")):
        parser.error(f"--data {arguments.data}: no folder docs_* there")
    return arguments


if __name__ == "__main__":
    main()
