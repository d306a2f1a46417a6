"""Results as a Markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.figures import Ratio, Result, SideFigures

SHORT_HEADER = ("what", "peer", "ratio (range)", "target", "ours", "peer's")
SHORT = (
    "filters + signature",
    "signature, English",
    "per-language pass, English",
    "URL",
    "extraction",
    "WARC to kept,",
)
HEADER = ("what", "peer", "ratio (range)", "target", "ours", "peer's", "memory, MiB", "words, kept")


def lines(results: Iterable[Result]) -> list[str]:
    """The table: one line per row and peer."""
    rows = [row for result in results for row in _rows(result)]
    return [_line(HEADER), _line(["---"] * len(HEADER)), *map(_line, rows)]


def short_lines(results: Sequence[Result]) -> list[str]:
    """The table of the README: rows whose name begins as in SHORT and that have a peer, without memory and counts."""
    rows = [
        row[: len(SHORT_HEADER)]
        for start in SHORT
        for result in results
        if result.name.startswith(start) and len(result.sides) > 1
        for row in _rows(result)
    ]
    return [_line(SHORT_HEADER), _line(["---"] * len(SHORT_HEADER)), *map(_line, rows)]


def _rows(result: Result) -> list[Sequence[str]]:
    ours = result.sides[result.ours]
    peers = [name for name in result.sides if name != result.ours]
    if ours.missing:
        return [[result.name, "", f"ours cannot run: {ours.missing}", "", "", "", "", ""]]
    if not peers:
        return [[result.name, "", "", "", _speed(result, ours), "", _memory(ours), ""]]
    rows = []
    for name in peers:
        peer = result.sides[name]
        target = f"{result.target:g}x" if result.target and name == "datatrove" else ""
        if peer.missing:
            rows.append([result.name, name, f"cannot run: {peer.missing}", target, _speed(result, ours), "", "", ""])
            continue
        memory = f"{_memory(ours)} / {_memory(peer)}"
        counts = _counts(ours, peer)
        speeds = (_speed(result, ours), _speed(result, peer))
        rows.append([result.name, name, ratio_text(result.ratios[name]), target, *speeds, memory, counts])
    return rows


def ratio_text(ratio: Ratio) -> str:
    """`31.8x (24.4-36.7)`."""
    return f"{_short(ratio.median)}x ({_short(ratio.low)}-{_short(ratio.high)})"


def _speed(result: Result, side: SideFigures) -> str:
    assert side.mb_s is not None and side.docs_s is not None
    what = {"text": "docs", "HTML": "pages", "URLs": "URLs"}[result.unit]
    return f"{_short(side.mb_s)} MB/s, {_short(side.docs_s)} {what}/s"


def _memory(side: SideFigures) -> str:
    return "" if side.peak_mib is None else f"{side.peak_mib:,.0f}"


def _counts(ours: SideFigures, peer: SideFigures) -> str:
    pairs = [
        f"{_number(ours.counts[name])} / {_number(peer.counts[name])}{'' if name in ('words', 'kept') else ' ' + name}"
        for name in ours.counts
        if name in peer.counts
    ]
    return ", ".join(pairs)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.3f}"


def _short(value: float) -> str:
    """Three figures at most: 0.38, 7.1, 35, 28,000."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 20 else f"{value:.0f}"


def _line(cells: Iterable[Any]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
