"""Where the parts of a histogram stand on the page, in units of its SVG. Pages draw them; nothing is counted here."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

from corpusforge.report.formats import number_text

WIDTH, PLOT, AXIS, LABEL = 320.0, 84.0, 17.0, 14.0
_LEAST = 1.5  # height of the smallest bar that stands for something
_LETTER = 5.6  # width of a digit of the labels


def histogram_chart(figure: dict[str, Any], rules: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Geometry of a histogram with the thresholds of `rules`; None without values."""
    edges = figure["edges"]
    if not edges:
        return None
    scale = _Scale(edges, figure["scale"] == "log")
    marks = _marks(scale, [rule for rule in rules if rule["inactive"] is None and rule["bound"] is not None])
    top = LABEL * (max((mark["row"] for mark in marks), default=0) + 1) + 2
    tallest = figure["tallest"]
    bars = []
    for left, right, kept, removed in zip(edges, edges[1:], figure["kept"], figure["removed"], strict=False):
        if kept + removed == 0:
            continue
        x, width = scale(left), scale(right) - scale(left)
        low, high = _height(kept, tallest), _height(removed, tallest)
        bars.append(
            {
                "x": _short(x + 0.4),
                "width": _short(max(0.6, width - 0.8)),
                "kept": {"y": _short(top + PLOT - low), "height": _short(low)},
                "removed": {"y": _short(top + PLOT - low - high), "height": _short(high)},
                "counts": (kept, removed),
                "range": (left, right),
            }
        )
    return {
        "width": _short(WIDTH),
        "height": _short(top + PLOT + AXIS),
        "top": _short(top),
        "base": _short(top + PLOT),
        "plot": _short(PLOT),
        "bars": bars,
        "marks": marks,
        "ticks": scale.ticks(),
    }


class _Scale:
    """From values to horizontal positions."""

    def __init__(self, edges: Sequence[float], logarithmic: bool) -> None:
        self._log = logarithmic
        self._low, self._high = self._flat(edges[0]), self._flat(edges[-1])

    def __call__(self, value: float) -> float:
        return WIDTH * (self._flat(value) - self._low) / (self._high - self._low)

    def holds(self, value: float) -> bool:
        """Whether the value lies on the chart."""
        return not (self._log and value <= 0) and self._low - 1e-12 <= self._flat(value) <= self._high + 1e-12

    def ticks(self) -> list[dict[str, Any]]:
        """Labels of the axis: powers of ten, or about four round numbers."""
        if self._log:
            values = [10.0**power for power in range(ceil(self._low - 1e-9), floor(self._high + 1e-9) + 1)]
            if len(values) < 2:
                values = [
                    factor * 10.0**power for power in range(floor(self._low), ceil(self._high)) for factor in (1, 2, 5)
                ]
            values = [value for value in values if self.holds(value)]
        else:
            span = self._high - self._low
            power = 10.0 ** floor(log10(span / 4))
            step = next(f * power for f in (1, 2, 2.5, 5, 10) if f * power * 5 >= span)
            first, last = ceil(self._low / step - 1e-9), floor(self._high / step + 1e-9)
            values = [round(k * step, 10) for k in range(first, last + 1)]
        return [_label(self(value), number_text(value), value, "middle") for value in values]

    def _flat(self, value: float) -> float:
        if not self._log:
            return value
        return log10(value) if value > 0 else float("-inf")


def _marks(scale: _Scale, rules: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of thresholds, the side on which documents break the rule, and labels that do not cover each other."""
    marks: list[dict[str, Any]] = []
    rows: list[float] = []  # where the labels of each row end
    for rule in sorted(rules, key=lambda rule: float(rule["bound"])):
        bound, operator = float(rule["bound"]), rule["operator"]
        inside = scale.holds(bound)
        x = scale(bound) if inside else 0.0 if bound <= 0 or scale(bound) < 0 else WIDTH
        text = f"{'=' if operator == '==' else operator} {number_text(bound)}"
        if not inside:
            text = f"← {text}" if x == 0 else f"{text} →"
        width = _LETTER * len(text)
        anchor = "end" if x + 4 + width > WIDTH else "start"
        start = x - 4 - width if anchor == "end" else x + 4
        row = next((at for at, end in enumerate(rows) if end <= start), len(rows))
        rows[row : row + 1] = [start + width]
        breaks_below = operator in ("<", "<=")
        marks.append(
            _label(x + (-4 if anchor == "end" else 4), text, bound, anchor)
            | {
                "line": _short(x) if inside else None,
                "shade": (_short(0 if breaks_below else x), _short(x if breaks_below else WIDTH - x))
                if inside and operator in ("<", "<=", ">", ">=")
                else None,
                "row": row,
                "baseline": _short(LABEL * (row + 1) - 3),
            }
        )
    return marks


def _label(x: float, text: str, value: float, anchor: str) -> dict[str, Any]:
    width = _LETTER * len(text)
    if anchor == "middle" and x - width / 2 < 0:
        x, anchor = 0.0, "start"
    elif anchor == "middle" and x + width / 2 > WIDTH:
        x, anchor = WIDTH, "end"
    return {"x": _short(x), "text": text, "value": value, "anchor": anchor}


def _height(count: int, tallest: int) -> float:
    return max(_LEAST, PLOT * count / tallest) if count else 0.0


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
