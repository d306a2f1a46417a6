"""The labels that a classifier found, written one after another into arrays that grow."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def with_room(found: np.ndarray, probabilities: np.ndarray, taken: int, more: int) -> tuple[np.ndarray, np.ndarray]:
    """Both arrays (int32 labels, float32 probabilities), or larger copies, with room for `more` after `taken` items."""
    if taken + more <= len(found):
        return found, probabilities
    grown = max(2 * len(found), taken + more)
    labels, likely = np.empty(grown, np.int32), np.empty(grown, np.float32)
    labels[:taken], likely[:taken] = found[:taken], probabilities[:taken]
    return labels, likely
