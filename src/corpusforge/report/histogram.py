"""Histograms whose bins depend on the values alone: round steps over a robust range, what lies outside is counted."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 40
LEAST, MOST = 0.005, 0.995  # quantiles between which the bins lie
_LOG_FROM = 20.0  # a range of counts that spans more than this factor is drawn on a logarithmic scale
_PER_DECADE = 10
_EQUAL = 1e-9  # values that differ by less, relative to themselves, make one bar
_MARGIN = 0.08  # of the range, beyond a threshold: the side that breaks the rule has to be seen

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def histogram(values: Floats, kept: Bools, thresholds: Sequence[float], integers: bool = False) -> dict[str, Any]:
    """Counts of kept and removed documents in bins [edge, next edge), the last one closed.

    values: one per document, NaN for none; kept: the same rows. `thresholds` near the range are brought into view.
    Returns scale (`linear` | `log`), edges (n + 1), kept and removed (n each), the most documents in a
    bin, counts below the first and above the last edge, without a value, and the median of all; edges are empty without
    values.
    """
    known = ~np.isnan(values)
    numbers, group = values[known], kept[known]
    result: dict[str, Any] = {"scale": "linear", "edges": [], "kept": [], "removed": [], "median": None}
    edges = np.array([0.0])
    if numbers.size:
        low = float(np.quantile(numbers, LEAST, method="lower"))
        high = float(np.quantile(numbers, MOST, method="higher"))
        logarithmic = integers and low >= 1 and high > _LOG_FROM * low
        edges = (_log_edges if logarithmic else _linear_edges)(low, high, thresholds, integers)
        result["scale"] = "log" if logarithmic else "linear"
        result["edges"] = [float(edge) for edge in edges]
        result["median"] = round(float(np.quantile(numbers, 0.5, method="lower")), 6)
    for name, chosen in (("kept", numbers[group]), ("removed", numbers[~group])):
        inside = chosen[(chosen >= edges[0]) & (chosen <= edges[-1])] if numbers.size else chosen[:0]
        bins = np.minimum(np.searchsorted(edges, inside, side="right") - 1, len(edges) - 2)
        result[name] = np.bincount(bins, minlength=len(edges) - 1).tolist() if numbers.size else []
    result["tallest"] = max((k + r for k, r in zip(result["kept"], result["removed"], strict=True)), default=0)
    result["below"] = int((numbers < edges[0]).sum()) if numbers.size else 0
    result["above"] = int((numbers > edges[-1]).sum()) if numbers.size else 0
    result["without_value"] = int((~known).sum())
    return result


def _linear_edges(low: float, high: float, thresholds: Sequence[float], integers: bool) -> Floats:
    """Multiples of a round step that cover [low, high] and the thresholds not far from it, about BINS of them."""
    span = high - low
    if span < _EQUAL * max(1.0, abs(high)):
        span = max(abs(high) * 0.1, 1.0 if integers else 0.01)
    near = [one for one in thresholds if low - span <= one <= high + span]
    margin = _MARGIN * span
    least = min(low, 0.0)
    low = min([low, *(max(least, one - margin) for one in near)])
    high = max([high, *(one + margin for one in near)])
    if 0 < low < 0.25 * (high - low):
        low = 0.0
    step = _round_up(max(high - low, span) / BINS)
    if integers:
        step = max(1.0, float(ceil(step)))
    # A value on the last edge would look like a value below it: leave a bin for it, unless it is the bound of a share.
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    if integers or last == first:
        last += 1
    decimals = max(0, 2 - floor(log10(step)))
    return np.round(np.arange(first, last + 1) * step, decimals)


def _log_edges(low: float, high: float, thresholds: Sequence[float], integers: bool) -> Floats:
    """Whole numbers near powers of the tenth root of ten."""
    near = [one for one in thresholds if low / 10 <= one <= high * 10 and one >= 1]
    low, high = min([low, *near]), max([high, *near])
    powers = np.arange(floor(log10(low) * _PER_DECADE), ceil(log10(high) * _PER_DECADE + 1e-9) + 1) / _PER_DECADE
    edges = np.unique(np.round(10.0**powers))
    return edges if edges[-1] > high else np.append(edges, np.round(edges[-1] * 10 ** (1 / _PER_DECADE)))


def _round_up(step: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below `step`."""
    power = 10.0 ** floor(log10(step))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= step * (1 - 1e-9))
