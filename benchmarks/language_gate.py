"""What the language gate loses and what it saves: each language takes its turn as the only one wanted.

    python -m benchmarks.language_gate [--shared DIR] [--run DIR] [--write docs/reference/language-gate.md]

1. Crawled pages: an ungated run (`--lang all`) over ../shared/data/html_* says which language each page is in, and which
   documents are kept at the end. Every language that it identifies on at least LEAST pages takes its turn. `--run` names
   a directory for that run; a finished one there is used again.
2. Texts as pages: documents of ../shared/data/docs_* and parallel_ntrex128, up to PER_LANGUAGE of each identified
   language, put into a plain page with an English menu and footer. Many languages, among them those that models confuse.
"""

import argparse
import html
import io
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import zstandard

from benchmarks.sources import default_folder
from corpusforge import api
from corpusforge.io.inputs import resolve
from corpusforge.io.readers import open_reader
from corpusforge.phases.ingest import Ingest
from corpusforge.stages.identify import Identifier
from corpusforge.stages.language_gate import LanguageGate
from corpusforge.stages.options import Identify
from corpusforge.stages.options import LanguageGate as Options
from corpusforge.stored_run import StoredRun

LEAST = 5  # pages of a language that takes its turn
PER_LANGUAGE = 25
BATCH = 160  # pages; about what a batch of ingest holds
ENGLISH = "eng_Latn"
MENU = (
    "Home",
    "News",
    "About us",
    "Contact",
    "Sign in",
    "Search the site",
    "Subscribe to our newsletter",
    "Privacy policy",
)
FOOTER = "All rights reserved. By using this website you agree to our terms and conditions and to the use of cookies."


@dataclass(frozen=True)
class Pages:
    """HTML, the language that the ungated way gives each page (None: none), and whether it is kept at the end."""

    html: pa.LargeStringArray
    code: np.ndarray
    kept: np.ndarray


@dataclass(frozen=True)
class Turn:
    """One language wanted: pages of it, those that go on, those of it kept at the end, those of them that go on; pages
    not of it, those that end at the gate."""

    code: str
    own: int
    passed: int
    kept: int
    kept_passed: int
    other: int
    skipped: int
    seconds: float

    @property
    def recall(self) -> float:
        """Share of the language's pages that go on."""
        return self.passed / self.own

    @property
    def skip(self) -> float:
        """Share of the other pages that are never extracted."""
        return self.skipped / self.other


def crawled(folder: Path, out: str) -> Pages:
    """The pages of `html_*`, with what an ungated run makes of them."""
    settings = api.build_settings("fineweb2-style", ("all",), (f"{folder}/html_*/*.warc.gz",))
    api.run(settings, out, workers=1)
    run = StoredRun(out)
    found = {row["key"]: row for table in run.records() for row in table.to_pylist()}
    kept = {key for code in run.codes for key in run.fates(code).filter(fate="kept")["key"].to_list()}
    pages: list[str] = []
    keys: list[str] = []
    for source in resolve(list(settings.dataset.from_)).inputs:
        ingest = Ingest(settings, source)
        for raw in open_reader(source, settings.dataset.options("read")).batches(1 << 24):
            rows = ingest._with_keys(raw)
            for key, page in zip(rows["key"].to_pylist(), rows["html"].to_pylist(), strict=True):
                if page is not None and found[key]["fate"] != "url_blocked":
                    keys.append(key)
                    pages.append(page)
    codes = [_code(found[key]) for key in keys]
    return Pages(pa.array(pages, pa.large_string()), np.array(codes, object), np.array([key in kept for key in keys]))


def _code(row: dict[str, Any]) -> str | None:
    return None if row["language"] is None else f"{row['language']}_{row['language_script']}"


def wrapped(folder: Path) -> Pages:
    """Texts of `docs_*` and `parallel_ntrex128` as pages, with the language that `identify` gives the text."""
    texts = [text for path in sorted(folder.glob("docs_*/*.zst")) for text in _texts(path)]
    texts += [text for path in sorted(folder.glob("parallel_ntrex128/*.zst")) for text in _texts(path)]
    identifier = Identifier("lid176", sample=Identify().sample)
    chosen: list[tuple[str, str]] = []
    taken: Counter[str] = Counter()
    for start in range(0, len(texts), 1000):
        part = texts[start : start + 1000]
        for text, row in zip(part, identifier(pa.array(part, pa.large_string())).to_pylist(), strict=True):
            code = _code(row)
            if code is not None and row["language_score"] >= 0.5 and taken[code] < PER_LANGUAGE:
                taken[code] += 1
                chosen.append((code, text))
    pages = pa.array([_page(text) for _, text in chosen], pa.large_string())
    return Pages(pages, np.array([code for code, _ in chosen], object), np.ones(len(chosen), bool))


def _texts(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
            text = json.loads(line)["text"]
            if len(text) > 300:
                yield text[:20_000]


def _page(text: str) -> str:
    links = "".join(f"<li><a href='/{number}'>{name}</a></li>" for number, name in enumerate(MENU))
    body = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
    return f"<!DOCTYPE html><html><body><ul>{links}</ul><article>{body}</article><p>{FOOTER}</p></body></html>"


def turns(pages: Pages) -> list[Turn]:
    """Every language of at least LEAST pages, wanted alone."""
    count = Counter(code for code in pages.code if code is not None)
    found = []
    for code in sorted(code for code, number in count.items() if number >= LEAST):
        gate = LanguageGate([code], "lid176", None, Options())
        gate(pages.html.slice(0, 2))
        start = time.process_time()
        ends = [
            end
            for at in range(0, len(pages.html), BATCH)
            for end in gate(pages.html.slice(at, BATCH))["ends"].to_pylist()
        ]
        seconds = time.process_time() - start
        goes_on = ~np.array(ends)
        own = pages.code == code
        kept = own & pages.kept
        found.append(
            Turn(
                code, int(own.sum()), int((own & goes_on).sum()), int(kept.sum()), int((kept & goes_on).sum()),
                int((~own).sum()), int((~own & ~goes_on).sum()), seconds,
            )
        )  # fmt: skip
    return found


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; columns but the first are numbers."""
    head = list(head)
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def summary(found: list[Turn]) -> dict[str, float]:
    """Pooled shares and means over languages, English apart."""
    others = [turn for turn in found if turn.code != ENGLISH]
    kept = [turn for turn in others if turn.kept]
    return {
        "languages": len(others),
        "pages": sum(turn.own for turn in others),
        "pooled": sum(turn.passed for turn in others) / sum(turn.own for turn in others),
        "mean": float(np.mean([turn.recall for turn in others])),
        "kept": sum(turn.kept for turn in kept),
        "kept_pooled": sum(turn.kept_passed for turn in kept) / sum(turn.kept for turn in kept),
        "kept_mean": float(np.mean([turn.kept_passed / turn.kept for turn in kept])),
        "skip_pooled": sum(turn.skipped for turn in others) / sum(turn.other for turn in others),
        "skip_mean": float(np.mean([turn.skip for turn in others])),
    }


def section(found: list[Turn], pages: int, every: bool) -> list[str]:
    """Lines about one set of pages; `every` language has a row, else only those that lose a page."""
    total = summary(found)
    worst = min(found, key=lambda turn: turn.recall)
    lost = f" The worst: {worst.code}, {worst.passed} of {worst.own}." if worst.recall < 1 else ""
    leaky = min((turn for turn in found if turn.code != ENGLISH), key=lambda turn: turn.skip)
    speed = sum(pages for _ in found) / sum(turn.seconds for turn in found)
    rows = [
        [
            turn.code,
            f"{turn.own:,}",
            f"{turn.recall:.2%}",
            *([f"{turn.kept:,}", f"{turn.kept_passed / turn.kept:.2%}" if turn.kept else "-"] if every else []),
            f"{turn.skip:.2%}",
        ]
        for turn in sorted(found, key=lambda turn: (-turn.own, turn.code))
        if every or turn.passed < turn.own
    ]
    head = ["wanted", "its pages", "go on", *(["kept at the end", "of these go on"] if every else []), "others skipped"]
    lines = [
        f"{pages:,} pages; {total['languages']:.0f} languages beside English, {total['pages']:,.0f} pages of them.",
        "",
        f"- Pages identified as the wanted language that go on: **{total['pooled']:.2%}** pooled, "
        f"**{total['mean']:.2%}** as a mean over languages.{lost}",
    ]
    if every:
        lines.append(
            f"- Documents kept at the end that go on: **{total['kept_pooled']:.2%}** of {total['kept']:,.0f} pooled, "
            f"**{total['kept_mean']:.2%}** as a mean."
        )
    lines += [
        f"- Pages in another language or none that are skipped: **{total['skip_pooled']:.2%}** pooled, "
        f"**{total['skip_mean']:.2%}** as a mean; least for {leaky.code}, {leaky.skip:.2%}.",
        f"- {speed:,.0f} pages per CPU second, all languages together.",
        "",
    ]
    if not every:
        lines += ["Languages that lose a page:", ""]
    return [*lines, table(head, rows)] if rows else [*lines[:-2], "None loses a page."]


def report(first: tuple[list[Turn], int], second: tuple[list[Turn], int]) -> str:
    """The whole page."""
    options = Options()
    return "\n".join(
        [
            "# The language gate, measured",
            "",
            "[Fates](../concepts/fates.md) says what the gate does. Here each language takes its turn as the only one",
            "wanted.",
            "",
            "    python -m benchmarks.language_gate --write docs/reference/language-gate.md",
            "",
            f"Options: `min_letters` {options.min_letters}, `min_script_letters` {options.min_script_letters}, `min_score` "
            f"{options.min_score}; model lid176. `go on`: are extracted. `others skipped`: share of all pages that the "
            "ungated run gave another language or none, those with hardly any text among them.",
            "",
            "## Crawled pages",
            "",
            f"What an ungated run identifies on {LEAST} pages or more.",
            "",
            *section(*first, every=True),
            "",
            "## Texts as pages",
            "",
            f"Up to {PER_LANGUAGE} texts of each language that the model is sure of (0.5), in a page with an English "
            "menu and footer.",
            "",
            *section(*second, every=False),
            "",
        ]
    )


def main() -> None:
    """Print the page; with --write, store it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--run", help="directory of the ungated run")
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    folder = arguments.shared / "data"
    with tempfile.TemporaryDirectory() as scratch:
        pages = crawled(folder, arguments.run or f"{scratch}/ungated")
    texts = wrapped(folder)
    page = report((turns(pages), len(pages.html)), (turns(texts), len(texts.html)))
    print(page)
    if arguments.write:
        arguments.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
