"""The least score to believe a language model at, from its scores of reference text."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from corpusforge.calibrate.bootstrap import interval
from corpusforge.calibrate.methods import ordered
from corpusforge.calibrate.threshold import LEAST_DOCUMENTS

FLOOR, CEILING = 0.3, 0.9
DECIMALS = 3


@dataclass(frozen=True)
class Score:
    """clip(median - standard deviation, 0.3, 0.9) of the scores of the documents that the model takes for the language.

    `identified`: shares of the reference by what the model says (language-script, or `none`), most first. `refused`: why
    there is no value.
    """

    model: str
    value: float | None
    interval: tuple[float, float] | None
    documents: int
    removes_reference: float | None
    identified: dict[str, float]
    refused: str | None


def calibrate_score(model: str, label: str | None, code: str, frame: pl.DataFrame, drawn: np.ndarray) -> Score:
    """Calibrate the least score of `model` for a language-script whose label is `label` (None: it has none)."""
    counts = frame["language"].fill_null("none").value_counts().sort(["count", "language"], descending=[True, False])
    identified = {
        str(name): round(count / frame.height, 6)
        for name, count in zip(counts["language"].to_list(), counts["count"].to_list(), strict=True)
    }
    own = (frame["language"] == code).fill_null(False).to_numpy()
    if label is None:
        return Score(model, None, None, int(own.sum()), None, identified, f"{model} does not know the language")
    if own.sum() < LEAST_DOCUMENTS:
        why = f"{model} takes {int(own.sum()):,} of {frame.height:,} documents for the language; {LEAST_DOCUMENTS} are needed"
        return Score(model, None, None, int(own.sum()), None, identified, why)
    scores = frame["language_score"].to_numpy()[own]
    value = float(_value(scores, np.ones((1, len(scores)), np.uint16))[0])
    below = float(np.mean(scores < value))
    moved = _value(scores, drawn[:, own])
    return Score(model, value, interval(moved), len(scores), round(below, 6), identified, None)


def _value(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The value of each row of weights, rounded down."""
    sample = ordered(scores, 1, weights.astype(np.float64))
    _, std = sample.mean_std()
    clipped = np.clip(sample.quantile(0.5) - std, FLOOR, CEILING)
    rounded: np.ndarray = np.floor(np.round(clipped * 10**DECIMALS, 6)) / 10**DECIMALS
    return rounded
