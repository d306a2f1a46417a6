"""One threshold, calibrated: value, interval, what it removes, and why it is not used where it is not."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from corpusforge.calibrate.bootstrap import interval
from corpusforge.calibrate.methods import KEEP, METHODS, NEEDS_ENGLISH, OFF, English, ordered
from corpusforge.calibrate.rules import Tunable, broken, measured
from corpusforge.rules.known_signals import KNOWN_SIGNALS

DECIMALS = 4
FOLDS = 10
MOST_REMOVED = 0.5
LEAST_DOCUMENTS = 100
_CHUNK = 4_000_000  # weights worked on at a time


@dataclass(frozen=True)
class Removal:
    """Shares of documents that a rule removes: of the reference, and of the web sample (None: there is none)."""

    reference: float
    web: float | None


@dataclass(frozen=True)
class Calibrated:
    """A threshold of a rule.

    `documents` is how many the rule can judge; `before` what it removes with the value that the language has now, `after`
    with the new one; `held_out` the share removed of documents that had no part in the value (10 folds); `refused` says why
    the new value, if there is one, is not to be used. Without a refusal, the value None switches the rule off.
    """

    rule: str
    threshold: str
    signal: str
    method: str
    documents: int
    before: Removal
    value: float | None = None
    interval: tuple[float, float] | None = None
    after: Removal | None = None
    held_out: float | None = None
    refused: str | None = None


def calibrate_threshold(
    one: Tunable,
    method: str,
    reference: pl.DataFrame,
    web: pl.DataFrame | None,
    drawn: np.ndarray,
    english: English | None,
    thresholds: Mapping[str, float | None],
) -> Calibrated:
    """Calibrate one threshold by a method; `drawn` are the bootstrap's weights of the reference's documents, `thresholds`
    what the language has now."""
    values = measured(reference, one, thresholds)
    before = _removal(one, reference, web, thresholds)
    found = Calibrated(one.rule, one.name, one.hint.signal, method, len(values), before)
    if method == OFF:
        return replace(found, after=Removal(0.0, None if web is None else 0.0), held_out=0.0)
    if why := _impossible(method, len(values), english):
        return replace(found, refused=why)
    value = float(_value(one, method, values, np.ones((1, len(values)), np.uint16), english)[0])
    if not math.isfinite(value):
        what = "median" if method == "MedianRatio" else "standard deviation"
        return replace(found, refused=f"{method} is not defined: English's {what} is 0")
    possible = broken(reference, one, {**thresholds, one.name: -one.sign * math.inf})
    moved = _value(one, method, values, drawn[:, possible], english)
    after = _removal(one, reference, web, {**thresholds, one.name: value})
    return replace(
        found,
        value=value,
        interval=interval(moved),
        after=after,
        held_out=round(_held_out(one, method, values, english) * len(values) / reference.height, 6),
        refused=_nonsense(one, value, values, after),
    )


def _impossible(method: str, documents: int, english: English | None) -> str | None:
    if method == KEEP:
        return "kept, as --method says"
    if documents < LEAST_DOCUMENTS:
        return f"only {documents:,} documents have the signal; {LEAST_DOCUMENTS} are needed"
    if english is None and method in NEEDS_ENGLISH:
        return (
            f"{method} is relative to English, where this rule is off or judges fewer than {LEAST_DOCUMENTS} documents"
        )
    return None


def _removal(
    one: Tunable, reference: pl.DataFrame, web: pl.DataFrame | None, thresholds: Mapping[str, float | None]
) -> Removal:
    of_reference, *of_web = (
        round(float(np.mean(broken(frame, one, thresholds))), 6) for frame in (reference, web) if frame is not None
    )
    return Removal(of_reference, of_web[0] if of_web else None)


def _value(one: Tunable, method: str, values: np.ndarray, weights: np.ndarray, english: English | None) -> np.ndarray:
    """The threshold of each row of weights, rounded to the lenient side, so that rounding never cuts more."""
    step = max(1, _CHUNK // len(values))
    parts = [
        METHODS[method](ordered(values, one.sign, weights[at : at + step].astype(np.float64)), english, one.sign)
        for at in range(0, len(weights), step)
    ]
    # Turned so that greater is worse, the lenient side is up for every rule.
    scaled = np.round(np.concatenate(parts) * 10**DECIMALS, 6)
    rounded: np.ndarray = one.sign * np.ceil(scaled) / 10**DECIMALS + 0.0  # no -0
    return rounded


def _held_out(one: Tunable, method: str, values: np.ndarray, english: English | None) -> float:
    """Share of documents beyond the threshold that the other folds give."""
    fold = np.arange(len(values)) % FOLDS
    weights = (fold[None, :] != np.arange(FOLDS)[:, None]).astype(np.uint16)
    own = _value(one, method, values, weights, english)[fold]
    return float(np.mean(one.sign * values > one.sign * own))


def _nonsense(one: Tunable, value: float, values: np.ndarray, after: Removal) -> str | None:
    known = KNOWN_SIGNALS.get(one.hint.signal)
    if known is not None and not known.can_break(one.hint, value):
        return f"can never fire: {one.hint.signal} is never {one.hint.operator} {value:g}"
    for share, where in ((after.reference, "the reference"), (after.web, "the web sample")):
        if share is not None and share > MOST_REMOVED:
            return f"would remove {share:.0%} of {where}"
    if known is not None and one.sign > 0 and value <= known.low:
        none = float(np.mean(values <= known.low))
        return f"{none:.0%} of the reference have none at all: it cannot say how much is too much"
    if known is not None and one.sign < 0 and value >= known.high:
        whole = float(np.mean(values >= known.high))
        return f"{whole:.0%} of the reference have the most there can be: it cannot say how little is too little"
    return None
