"""Wilson score intervals of many shares at once, at any level."""

from statistics import NormalDist

import numpy as np


def wilson_bounds(successes: np.ndarray, trials: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bounds, float64[n], of the two-sided Wilson score interval of `successes` of `trials`.

    Without trials nothing is known: (0, 1). Source: Wilson (1927), JASA 22.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    counted = np.maximum(trials, 1).astype(np.float64)
    share = successes / counted
    scale = 1 + z * z / counted
    centre = (share + z * z / (2 * counted)) / scale
    half = z / scale * np.sqrt(share * (1 - share) / counted + z * z / (4 * counted * counted))
    none = trials == 0
    low = np.where(none | (successes == 0), 0.0, centre - half)
    high = np.where(none | (successes == trials), 1.0, centre + half)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
