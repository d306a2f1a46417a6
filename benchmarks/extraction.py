"""Main-text extraction against trafilatura's own gold snippets: precision, recall, F1 and pages per second.

    python benchmarks/extraction.py [--shared DIR] [--every N]

Scored as trafilatura's tests/evaluate.py does: a snippet that must be in the text is a true positive when
found, else a false negative; one that must not is a false positive when found. The set is trafilatura's own
and favours it; of its 990 pages those up to 220 kB are here, so figures are not comparable with those of the
whole set.
"""

import argparse
import io
import json
import logging
import time
from collections import Counter
from pathlib import Path

import zstandard
from fastwarc.warc import ArchiveIterator, WarcRecordType
from trafilatura import extract
from trafilatura.utils import decode_file

from corpusforge.stages.extract import Extractor


def pages(folder: Path) -> dict[str, str]:
    """URL -> decoded HTML."""
    found = {}
    with (folder / "trafilatura_eval.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            found[record.headers["WARC-Target-URI"]] = decode_file(record.reader.read())
    return found


def gold(folder: Path) -> list[dict]:
    """Rows with `url`, and snippets `with` and `without`; pages that nobody annotated are left out."""
    with (folder / "trafilatura_eval.gold.jsonl.zst").open("rb") as stream:
        text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
        return [row for row in map(json.loads, text) if row["with"] or row["without"]]


def score(texts: list[str | None], rows: list[dict]) -> str:
    """One line: precision, recall, F1."""
    count: Counter[str] = Counter()
    for text, row in zip(texts, rows, strict=True):
        for snippet in row["with"] or ():
            count["tp" if snippet in (text or "") else "fn"] += 1
        for snippet in row["without"] or ():
            count["fp" if snippet in (text or "") else "tn"] += 1
    precision = count["tp"] / (count["tp"] + count["fp"])
    recall = count["tp"] / (count["tp"] + count["fn"])
    f1 = 2 * precision * recall / (precision + recall)
    return f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"


def main() -> None:
    """Compare our stage, in its sandbox, with trafilatura called directly: same pages, same run."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--every", type=int, default=1, help="use every N-th page")
    arguments = parser.parse_args()
    folder = arguments.shared / "data" / "html_trafilatura"
    html = pages(folder)
    rows = [row for row in gold(folder) if html.get(row["url"])][:: arguments.every]
    inputs = [html[row["url"]] for row in rows]
    megabytes = sum(len(page.encode()) for page in inputs) / 1e6
    print(f"{len(inputs)} pages, {megabytes:.1f} MB of HTML")

    def show(name: str, texts: list[str | None], seconds: float) -> None:
        speed = f"{len(inputs) / seconds:6.1f} pages/s  {megabytes / seconds:5.1f} MB/s"
        print(f"{name:34} {score(texts, rows)}  {speed}")

    with Extractor() as extractor:
        extractor.extract(inputs[:3])  # the child starts
        start = time.perf_counter()
        ours = [extraction.text for extraction in extractor.extract(inputs)]
        show("corpusforge (precision, sandbox)", ours, time.perf_counter() - start)
    for name, settings in (
        ("trafilatura, precision, direct", {"favor_precision": True, "include_comments": False}),
        ("trafilatura, default, direct", {"include_comments": False}),
    ):
        start = time.perf_counter()
        theirs = [extract(page, **settings) for page in inputs]
        show(name, theirs, time.perf_counter() - start)


if __name__ == "__main__":
    main()
