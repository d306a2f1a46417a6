"""Ratios as an SVG bar chart on a logarithmic axis: medians, ranges, targets. No plotting library, no fonts of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any

from benchmarks.figures import Result

ROWS = ("filters + signature", "per-language pass", "WARC to kept,")  # names that begin so
LABEL, PLOT, VALUE, LINE, TOP, BOTTOM = 520, 420, 70, 24, 46, 40
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.dim{fill:#59636e;font-size:11px}.bar{fill:#2f6f9f}"
    ".grid{stroke:#d0d7de}.range{stroke:#1f2328;stroke-width:1.5}.target{stroke:#cf222e;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9198a1}.bar{fill:#539bcd}.grid{stroke:#3d444d}"
    ".range{stroke:#e6edf3}.target{stroke:#ff7b72}}"
)


def chart(results: Sequence[Result], facts: dict[str, Any], peer: str = "datatrove") -> str:
    """An SVG document: one bar per row of ROWS that has a ratio against the peer."""
    with_peer = [one for one in results if peer in one.ratios]
    shown = [one for start in ROWS for one in with_peer if one.name.startswith(start)]
    axis = _Axis([one.ratios[peer].high for one in shown] + [one.target or 1 for one in shown])
    height = TOP + LINE * len(shown) + BOTTOM
    width = LABEL + PLOT + VALUE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>CPU time of {escape(peer)} / ours, same documents, one core</title><style>{_STYLE}</style>",
        f'<text x="8" y="20">How many times {escape(peer)}\'s CPU time is ours (red: target)</text>',
    ]
    for value in axis.ticks:
        x = LABEL + axis(value)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{height - BOTTOM}"/>')
        parts.append(f'<text class="dim" x="{x:.1f}" y="{height - BOTTOM + 14}" text-anchor="middle">{value:g}x</text>')
    for number, result in enumerate(shown):
        parts += _bar(result, peer, axis, TOP + LINE * number)
    where = facts["machine"]
    said = f"{where['cpu']}, Python {where['python']}, revision {where['revision']}"
    parts.append(f'<text class="dim" x="8" y="{height - 8}">{escape(said)}</text></svg>')
    return "\n".join(parts) + "\n"


def _bar(result: Result, peer: str, axis: _Axis, y: float) -> list[str]:
    found = result.ratios[peer]
    low, middle, high = (LABEL + axis(value) for value in (found.low, found.median, found.high))
    start, centre = LABEL + axis(1), y + LINE / 2 - 2
    left, length = min(start, middle), abs(middle - start)
    parts = [
        f'<text x="{LABEL - 8}" y="{centre + 4:.1f}" text-anchor="end">{escape(result.name)}</text>',
        f'<rect class="bar" x="{left:.1f}" y="{y + 3:.1f}" width="{length:.1f}" height="{LINE - 10}"/>',
        f'<line class="range" x1="{low:.1f}" x2="{high:.1f}" y1="{centre:.1f}" y2="{centre:.1f}"/>',
    ]
    if result.target:
        x = LABEL + axis(result.target)
        parts.append(f'<line class="target" x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{y + LINE - 4:.1f}"/>')
    parts.append(f'<text x="{LABEL + PLOT + 8}" y="{centre + 4:.1f}">{found.median:.3g}x</text>')
    return parts


class _Axis:
    """From a ratio to a distance; from 1, or less where a bar is less, to the next power of ten."""

    def __init__(self, values: Sequence[float]) -> None:
        self._low = min(0, floor(log10(min(values, default=1))))
        self._high = max(1, ceil(log10(max(values, default=10))))

    def __call__(self, value: float) -> float:
        return PLOT * (log10(value) - self._low) / (self._high - self._low)

    @property
    def ticks(self) -> list[float]:
        """1, 3, 10, 30, ..."""
        powers = range(self._low, self._high + 1)
        return [10.0**power * times for power in powers for times in (1, 3) if times == 1 or power < self._high]
