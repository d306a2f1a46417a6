"""From samples of a signal to a threshold: the methods that FineWeb2 names (arXiv 2506.20920), by formulas of our own.

The paper's text was not at hand and its program is not published, so names and ideas are second hand: from notes about the
paper. Each formula stands below. A signal `x` is turned so that greater is worse: y = x for `x > threshold`, y = -x for
`x < threshold`. All quantiles are of the inverted distribution function: Q(p) is the least value y of the sample for
which a share of at least p is <= y, so a threshold is always a value that was seen, and cuts at most 1 - p.

Every function takes weights: w[b, i] says how often document i is drawn in replicate b. A sample itself has the weight 1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

TAIL = 0.1


@dataclass(frozen=True)
class English:
    """English and a signal: its threshold, and mean, standard deviation, median, share of documents at or on the good side
    of the threshold, number of documents."""

    threshold: float
    mean: float
    std: float
    median: float
    kept: float
    documents: int


@dataclass(frozen=True)
class Ordered:
    """A sample of y in ascending order, and weights float64[b, n] in the same order."""

    values: np.ndarray
    weights: np.ndarray

    def quantile(self, share: float) -> np.ndarray:
        """float64[b]: Q(share)."""
        sums = np.cumsum(self.weights, axis=1)
        # Weights are whole numbers, so the sums are exact; the product is not, and must not pass the next value.
        wanted = np.ceil(np.round(share * sums[:, -1:], 9))
        reached = sums >= np.maximum(wanted, 1)
        return np.asarray(self.values[np.argmax(reached, axis=1)])

    def mean_std(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (of the population), float64[b] each."""
        total = self.weights.sum(axis=1)
        centre = float(np.mean(self.values))
        off = self.values - centre
        mean = self.weights @ off / total
        variance = self.weights @ (off * off) / total - mean * mean
        return mean + centre, np.sqrt(np.maximum(variance, 0))


def ordered(values: np.ndarray, sign: float, weights: np.ndarray | None = None) -> Ordered:
    """The sample of a signal, turned by `sign` (1: greater is worse; -1: less is worse) and put in order."""
    turned = sign * values
    order = np.argsort(turned, kind="stable")
    if weights is None:
        return Ordered(turned[order], np.ones((1, len(values))))
    return Ordered(turned[order], weights[:, order])


def ten_tail(sample: Ordered, english: English | None, sign: float) -> np.ndarray:
    """10Tail: Q(0.9), the threshold that cuts at most a tenth of the reference."""
    return sample.quantile(1 - TAIL)


def mean_std(sample: Ordered, english: English | None, sign: float) -> np.ndarray:
    """MeanStd: mean + z std, where English's threshold is z of its standard deviations from its mean."""
    assert english is not None
    mean, std = sample.mean_std()
    if english.std == 0:
        return np.full(len(mean), np.nan)
    return np.asarray(mean + sign * (english.threshold - english.mean) / english.std * std)


def quantile(sample: Ordered, english: English | None, sign: float) -> np.ndarray:
    """Quantile: Q(q), where a share q of English is on the good side of its threshold."""
    assert english is not None
    return sample.quantile(english.kept)


def median_ratio(sample: Ordered, english: English | None, sign: float) -> np.ndarray:
    """MedianRatio: English's threshold times the ratio of the medians; undefined where English's median is 0."""
    assert english is not None
    medians = sample.quantile(0.5)
    if english.median == 0:
        return np.full(len(medians), np.nan)
    return np.asarray(english.threshold * medians / english.median)


def english_value(sample: Ordered, english: English | None, sign: float) -> np.ndarray:
    """English: English's own threshold."""
    assert english is not None
    return np.full(len(sample.weights), sign * english.threshold)


Method = Callable[[Ordered, English | None, float], np.ndarray]
METHODS: dict[str, Method] = {
    "10Tail": ten_tail,
    "MeanStd": mean_std,
    "Quantile": quantile,
    "MedianRatio": median_ratio,
    "English": english_value,
}
KEEP, OFF = "keep", "off"  # no methods: the value that the language has stays; the rule is switched off
NEEDS_ENGLISH = tuple(name for name in METHODS if name != "10Tail")
