"""Main-text extraction: F1 against human gold text by engine, source and language, and pages per second.

    python -m benchmarks.extraction [--shared DIR] [--quick] [--json FILE]

Every engine sees the same decoded pages. F1 is that of the multiset of words (characters, for scripts without spaces),
by page, then averaged over pages. `blocks` is scored on held-out sites only: registrable domains that its shipped model
was never trained on (benchmarks/gold_pages.py says which). Snippets, where no whole gold text exists, are scored apart,
as trafilatura's tests/evaluate.py does. Speed is CPU seconds of one core, child processes included: our stage as a run
calls it (sandbox and all), and the libraries called directly, interleaved, several repetitions, the median.
"""

import argparse
import json
import logging
import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.gold_pages import SNIPPETS, Page, read_pages, score, snippet_score
from benchmarks.sources import default_folder
from corpusforge.stages.extract import Extractor

Extract = Callable[[Sequence[str]], list[str]]
OURS = "blocks"
PEER = "trafilatura precision"
REPETITIONS = 5
RESAMPLES = 2_000


def engines(stack: ExitStack) -> dict[str, tuple[Extract, Callable[[], float]]]:
    """Name -> (texts of pages, CPU seconds so far)."""
    import trafilatura
    from resiliparse.extract.html2text import extract_plain_text

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    found: dict[str, tuple[Extract, Callable[[], float]]] = {}
    for engine in (OURS, "trafilatura", "resiliparse"):
        extractor = stack.enter_context(Extractor(engine=engine))  # type: ignore[arg-type]
        name = engine if engine == OURS else f"our stage, {engine}"
        found[name] = (_stage(extractor), _clock(extractor))
    direct: dict[str, Callable[[str], str | None]] = {
        PEER: lambda html: trafilatura.extract(html, favor_precision=True, include_comments=False, deduplicate=False),
        "trafilatura precision, deduplicate": lambda html: trafilatura.extract(
            html, favor_precision=True, include_comments=False, deduplicate=True
        ),
        "trafilatura fast": lambda html: trafilatura.extract(html, include_comments=False, fast=True),
        "resiliparse main content": lambda html: extract_plain_text(html, main_content=True, alt_texts=False),
    }
    for name, function in direct.items():
        found[name] = (lambda pages, function=function: [function(page) or "" for page in pages], time.process_time)
    return found


def measure(shared: Path, quick: bool = False) -> dict[str, Any]:
    """Scores, speeds, and the difference to trafilatura on held-out sites with its bootstrap interval."""
    data = shared / "data"
    gold, snippets = read_pages(data), read_pages(data, SNIPPETS)
    if quick:
        gold, snippets = [page for page in gold if page.is_test], [page for page in snippets if page.is_test][::2]
    timed = [page.html for page in gold + snippets][::2]
    with ExitStack() as stack:
        named = engines(stack)
        for extract, _ in named.values():
            extract(timed[:3])  # children start, kernels are compiled or loaded
        texts = {name: extract([page.html for page in gold]) for name, (extract, _) in named.items()}
        speeds = _speeds(named, timed, 3 if quick else REPETITIONS)
        held_out = [page for page in snippets if page.is_test]
        found = {name: extract([page.html for page in held_out]) for name, (extract, _) in named.items()}
    scores = {name: [score(text, page.gold or "") for text, page in zip(of, gold, strict=True)]
              for name, of in texts.items()}  # fmt: skip
    test = [row for row, page in enumerate(gold) if page.is_test]
    return {
        "pages": {"gold": len(gold), "gold_held_out": len(test), "snippets_held_out": len(held_out), "timed": len(timed)},
        "versions": {name: version(name) for name in ("trafilatura", "lxml", "resiliparse", "numba")},
        "held_out": {name: _mean([of[row] for row in test]) for name, of in scores.items()},
        "all_pages": {name: _mean(of) for name, of in scores.items() if name != OURS},
        "by_source": _by(gold, test, scores, "source"),
        "by_language": _by(gold, test, scores, "language"),
        "snippets": {name: dict(zip(("precision", "recall", "f1"), snippet_score(of, held_out), strict=True))
                     for name, of in found.items()},
        "difference": _difference([scores[OURS][row][2] - scores[PEER][row][2] for row in test]),
        "speed": speeds,
    }  # fmt: skip


def _stage(extractor: Extractor) -> Extract:
    return lambda pages: [one.text or "" for one in extractor.extract(pages)]


def _clock(extractor: Extractor) -> Callable[[], float]:
    """CPU seconds of this process and of the extractor's child."""

    def seconds() -> float:
        child = extractor._sandbox.pid if extractor._sandbox else None
        if child is None:
            return time.process_time()
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    return seconds


def _speeds(
    named: dict[str, tuple[Extract, Callable[[], float]]], pages: list[str], repetitions: int
) -> dict[str, dict[str, float]]:
    seconds: dict[str, list[float]] = {name: [] for name in named}
    for _ in range(repetitions):
        for name, (extract, clock) in named.items():
            start = clock()
            extract(pages)
            seconds[name].append(clock() - start)
    megabytes = sum(len(page.encode("utf-8", "replace")) for page in pages) / 1e6
    ratios = {name: statistics.median(p / own for p, own in zip(seconds[PEER], of, strict=True))
              for name, of in seconds.items()}  # fmt: skip
    return {
        name: {
            "pages_per_s": len(pages) / statistics.median(of),
            "mb_per_s": megabytes / statistics.median(of),
            "ratio_to_trafilatura": ratios[name],
        }
        for name, of in seconds.items()
    }


def _mean(scores: list[tuple[float, float, float]]) -> dict[str, float]:
    means = np.array(scores).mean(axis=0) if scores else np.full(3, np.nan)
    return dict(zip(("precision", "recall", "f1"), map(float, means), strict=True))


def _by(gold: list[Page], test: list[int], scores: dict[str, list[tuple[float, float, float]]], field: str) -> Any:
    """F1 on held-out sites by a field of the pages, with the number of pages."""
    groups: dict[str, list[int]] = {}
    for row in test:
        groups.setdefault(getattr(gold[row], field), []).append(row)
    return {
        name: {"pages": len(rows)} | {engine: statistics.mean(of[row][2] for row in rows) for engine, of in
                                      scores.items()}
        for name, rows in sorted(groups.items(), key=lambda item: -len(item[1]))
    }  # fmt: skip


def _difference(differences: list[float]) -> dict[str, float]:
    """Mean difference of F1 to the peer, page by page, and its 95% interval: 2,000 resamples of the pages, seeded."""
    values = np.array(differences)
    picks = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(values[picks].mean(axis=1), (0.025, 0.975))
    return {"mean": float(values.mean()), "low": float(low), "high": float(high)}


def table(found: dict[str, Any]) -> str:
    """The result as text."""
    pages, difference = found["pages"], found["difference"]
    lines = [f"held-out sites: {pages['gold_held_out']} pages with gold text", ""]
    lines.append(
        f"{'engine':36} {'precision':>9} {'recall':>7} {'F1':>7} {'snippet F1':>10} {'pages/s':>8} {'MB/s':>6}"
    )
    for name, one in found["held_out"].items():
        speed = found["speed"][name]
        lines.append(
            f"{name:36} {one['precision']:9.4f} {one['recall']:7.4f} {one['f1']:7.4f} "
            f"{found['snippets'][name]['f1']:10.4f} {speed['pages_per_s']:8.0f} {speed['mb_per_s']:6.1f}"
        )
    interval = f"[{difference['low']:+.4f}, {difference['high']:+.4f}]"
    lines += ["", f"{OURS} - {PEER}, held-out sites: {difference['mean']:+.4f}, 95% {interval}"]
    for field in ("by_source", "by_language"):
        lines += ["", f"{field.replace('_', ' ')}: pages, F1 of {OURS}, {PEER}, resiliparse main content"]
        for name, one in found[field].items():
            of = "  ".join(f"{one[engine]:.4f}" for engine in (OURS, PEER, "resiliparse main content"))
            lines.append(f"  {name:18} {one['pages']:4}  {of}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--quick", action="store_true", help="held-out pages only, 3 repetitions")
    parser.add_argument("--json", type=Path, help="write everything to this file")
    arguments = parser.parse_args()
    found = measure(arguments.shared, arguments.quick)
    print(table(found))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
