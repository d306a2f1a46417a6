"""Identification by a sample of long texts beside identification by the whole: agreement, scores, speed.

    python -m benchmarks.identify_sample [--shared DIR] [--write docs/reference/identify-sample.md]

Every document of ../shared/data/docs_*; speed on the golden documents, beside the package fasttext-predict called as
datatrove calls fastText (one text at a time, three labels), in turns.
"""

import argparse
import io
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import polars as pl
import pyarrow as pa
import zstandard

from benchmarks.sources import default_folder
from corpusforge.models.model_files import model_path
from corpusforge.stages.identify import FIRST_LOOK, FIRST_WINDOWS, SAMPLE_WINDOWS, SURE, Identifier
from corpusforge.stages.options import Identify

BATCH = 2_000  # documents
REPETITIONS = 5
MINIMA = (0.5, 0.65)  # lid176's least scores, of most languages and of English
WORST = 12
ENOUGH = 10  # documents of a language in the list of the worst


@dataclass
class Agreement:
    """Counts over some documents. `longer`: with more bytes than the first look; `shift`: sum of score differences."""

    documents: int = 0
    longer: int = 0
    same_label: int = 0
    same_language: int = 0
    longer_same: int = 0
    shift: float = 0
    largest: float = 0
    below: Counter[float] = field(default_factory=Counter)  # least score -> documents that fall below it
    above: Counter[float] = field(default_factory=Counter)

    def add(self, whole: dict, sampled: dict, longer: bool) -> None:
        """Count one document."""
        same = (whole["language"], whole["language_script"]) == (sampled["language"], sampled["language_script"])
        self.documents += 1
        self.longer += longer
        self.same_label += whole["label"] == sampled["label"]
        self.same_language += same
        self.longer_same += same and longer
        before, after = whole["language_score"] or 0, sampled["language_score"] or 0
        self.shift += abs(before - after)
        self.largest = max(self.largest, abs(before - after)) if same else self.largest
        for least in MINIMA:
            self.below[least] += before >= least > after
            self.above[least] += after >= least > before

    def row(self, name: str) -> list[str]:
        """Cells of a table."""
        share = f"{self.longer_same / self.longer:.2%}" if self.longer else "-"
        crossed = [f"{self.below[least]:,} / {self.above[least]:,}" for least in MINIMA]
        return [
            name, f"{self.documents:,}", f"{self.longer:,}", f"{self.same_language / self.documents:.2%}", share,
            f"{self.shift / self.documents:.4f}", *crossed,
        ]  # fmt: skip


def documents(path: Path) -> Iterator[dict]:
    """Rows of a JSONL file that have a text."""
    with path.open("rb") as file:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
            row = json.loads(line)
            if row["text"]:
                yield row


def compare(folder: Path) -> tuple[Agreement, dict[str, Agreement], dict[str, Agreement]]:
    """Over all documents, by data set, and by the language that the data set says."""
    sample = Identify().sample
    assert sample is not None
    whole, sampled = Identifier("lid176"), Identifier("lid176", sample=sample)
    total, sets, languages = Agreement(), {}, {}
    for path in sorted(folder.glob("docs_*/*.zst")):
        rows = list(documents(path))
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            texts = pa.array([row["text"] for row in part], pa.large_string())
            for row, one, other in zip(part, whole(texts).to_pylist(), sampled(texts).to_pylist(), strict=True):
                longer = len(row["text"].encode()) > sample * FIRST_LOOK
                said = f"{row['lang']}_{row['script']}"
                for counts in (
                    total,
                    sets.setdefault(path.parent.name, Agreement()),
                    languages.setdefault(said, Agreement()),
                ):
                    counts.add(one, other, longer)
    return total, sets, languages


def speeds(folder: Path) -> list[list[str]]:
    """Rows: documents, mean bytes, MB per CPU second of the package, of ours on whole texts, of ours on samples."""
    import fasttext

    package = fasttext.load_model(str(model_path("lid176"))).f
    whole, sampled = Identifier("lid176"), Identifier("lid176", sample=Identify().sample)
    golden = pl.read_parquet(folder / "filters_golden.parquet", columns=["lang", "text"])
    rows = []
    for code in ("eng_Latn", "ukr_Cyrl", "hin_Deva", "jpn_Jpan", None):
        texts = (golden if code is None else golden.filter(pl.col("lang") == code))["text"].to_list()
        column = pa.array(texts, pa.large_string())
        size = sum(len(text.encode()) for text in texts)

        def library(texts: list[str] = texts) -> None:
            for text in texts:
                package.predict(text.replace("\n", " ") + "\n", 3, 0.0, "strict")

        ways: list[Callable[[], object]] = [library, lambda c=column: whole(c), lambda c=column: sampled(c)]
        seconds: list[list[float]] = [[] for _ in ways]
        for _ in range(REPETITIONS):
            for way, taken in zip(ways, seconds, strict=True):
                start = time.process_time()
                way()
                taken.append(time.process_time() - start)
        ratios = [
            median(theirs / ours for theirs, ours in zip(seconds[0], taken, strict=True)) for taken in seconds[1:]
        ]
        rates = [f"{size / median(taken) / 1e6:.1f}" for taken in seconds]
        name = code or "all 34 languages"
        rows.append(
            [name, f"{len(texts):,}", f"{size / len(texts):,.0f}", *rates, *(f"{ratio:.1f}x" for ratio in ratios)]
        )
    return rows


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; columns but the first are numbers."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def report(
    total: Agreement, sets: dict[str, Agreement], languages: dict[str, Agreement], timed: list[list[str]]
) -> str:
    """The whole page."""
    sample = Identify().sample
    assert sample is not None
    head = ["", "documents", f"over {sample * FIRST_LOOK:,.0f} bytes", "same language-script", "of the longer ones"]
    head += ["mean score difference", *(f"fall below / rise above {least}" for least in MINIMA)]
    often = [item for item in languages.items() if item[1].documents >= ENOUGH]
    worst = sorted(often, key=lambda item: item[1].same_language / item[1].documents)[:WORST]
    worst = [item for item in worst if item[1].same_language < item[1].documents]
    return "\n".join(
        [
            "# Identification by a sample, measured",
            "",
            f"`identify.sample` is {sample // 1024} KiB. Of a longer text the model looks at {FIRST_WINDOWS} windows, "
            f"{sample * FIRST_LOOK:,.0f} bytes together; where no",
            f"label gets {SURE}, at {SAMPLE_WINDOWS} windows, {sample // 1024} KiB together. The script is that of the whole "
            "text. `null` looks at the whole.",
            "",
            "    python -m benchmarks.identify_sample --write docs/reference/identify-sample.md",
            "",
            "## Agreement with the whole text",
            "",
            "Model lid176. Every document of `docs_*`; many are in languages that the model does not know, where its labels "
            "are guesses.",
            "",
            table(head, [total.row("**all**"), *(counts.row(name) for name, counts in sorted(sets.items()))]),
            "",
            f"Same label: {total.same_label / total.documents:.2%}. Largest score difference under the same language: "
            f"{total.largest:.2f}.",
            "",
            f"The languages, as the data sets name them, of {ENOUGH} documents or more and with least agreement:",
            "",
            table(head, [counts.row(name) for name, counts in worst]),
            "",
            "## Speed",
            "",
            f"MB of text per CPU second on the golden documents, medians of {REPETITIONS} repetitions in turns with the",
            "package fasttext-predict, which is called as datatrove calls fastText: a text at a time, three labels. Ours",
            "includes the script, all labels above 1%, and the table.",
            "",
            table(
                ["", "documents", "mean bytes", "package", "ours, whole", "ours, sample", "whole", "sample"],
                timed,
            ),
            "",
        ]
    )


def main() -> None:
    """Print the page; with --write, store it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    page = report(*compare(arguments.shared / "data"), speeds(arguments.shared / "golden"))
    print(page)
    if arguments.write:
        arguments.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
