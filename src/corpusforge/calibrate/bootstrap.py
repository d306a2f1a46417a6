"""Bootstrap weights and intervals (Efron 1979): how far a threshold would move with another sample of the same size."""

import numpy as np

REPLICATES = 1_000
LOW, HIGH = 0.025, 0.975
_CHUNK = 4_000_000  # weights held at a time


def weights(documents: int, replicates: int, seed: int) -> np.ndarray:
    """How often each document is drawn in each replicate: uint16[replicates, documents], rows summing to `documents`.

    Replicate b is made of `documents` draws with replacement from PCG64(seed), one replicate after another.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    out = np.zeros((replicates, documents), np.uint16)
    step = max(1, _CHUNK // documents)
    for start in range(0, replicates, step):
        rows = min(step, replicates - start)
        drawn = random.integers(0, documents, (rows, documents))
        flat = (drawn + np.arange(rows)[:, None] * documents).ravel()
        out[start : start + rows] = np.bincount(flat, minlength=rows * documents).reshape(rows, documents)
    return out


def interval(values: np.ndarray) -> tuple[float, float] | None:
    """The 2.5 % and 97.5 % quantiles of replicates (inverted distribution function); None where one is undefined."""
    if len(values) == 0 or not np.isfinite(values).all():
        return None
    low, high = np.quantile(values, (LOW, HIGH), method="inverted_cdf")
    return float(low), float(high)
