"""Finding rows by key: 24 bytes a row, no Python object per key."""

import numpy as np


class KeyIndex:
    """The places of keys, given as two uint64[n] (`key_halves`)."""

    def __init__(self, high: np.ndarray, low: np.ndarray) -> None:
        self._order = np.lexsort((low, high))
        self._high, self._low = high[self._order], low[self._order]

    def find(self, high: np.ndarray, low: np.ndarray) -> np.ndarray | None:
        """The row of each key, int64[n], or None where one is not there."""
        if not len(self._high):
            return None if len(high) else np.zeros(0, np.int64)
        last = len(self._high) - 1
        at = np.searchsorted(self._high, high)
        while True:  # keys that agree in their first half stand side by side: go on to the one meant
            inside = np.minimum(at, last)
            other = (at <= last) & (self._high[inside] == high) & (self._low[inside] < low)
            if not other.any():
                break
            at = at + other
        if (at > last).any() or (self._high[at] != high).any() or (self._low[at] != low).any():
            return None
        found: np.ndarray = self._order[at]
        return found
