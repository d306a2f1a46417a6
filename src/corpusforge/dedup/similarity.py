"""How alike two documents are: equal hashes of two signatures, Jaccard similarity of two sets of shingles."""

from math import ceil
from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.dedup.signature import Sketch
from corpusforge.errors import UserError
from corpusforge.text.buffers import frozen

DECIMALS = 6
VERIFY = ("sketch", "exact", "none")


class Block(NamedTuple):
    """Some documents' signatures, uint64[n, hashes] or their low halves, uint32, and, where similarity is exact, their
    sorted different shingle hashes: of document i, uint64 `shingles[offsets[i]:offsets[i + 1]]`; both None otherwise."""

    signatures: np.ndarray
    offsets: np.ndarray | None = None
    shingles: np.ndarray | None = None


class Rule(NamedTuple):
    """When two documents that share a band are alike.

    verify: "sketch" = at least `least` of their hashes are equal; "exact" = the Jaccard similarity of their shingles is
    at least `threshold`; "none" = always, and so is what is connected through others.
    """

    verify: str
    bands: int
    hashes: int
    threshold: float
    least: int

    @classmethod
    def of(cls, sketch: Sketch, verify: str, threshold: float | None = None) -> "Rule":
        """A rule with the sketch's own threshold where none is given.

        Raises UserError for an unknown policy, a threshold outside (0, 1], or one that has no effect.
        """
        if verify not in VERIFY:
            raise UserError(f"deduplicate: verify must be one of {', '.join(VERIFY)}, not '{verify}'")
        if threshold is not None and not 0 < threshold <= 1:
            raise UserError(f"deduplicate: threshold must be above 0 and at most 1, not {threshold}")
        if threshold is not None and verify == "none":
            raise UserError("deduplicate: threshold has no effect with verify: none; leave one of them out")
        share = sketch.threshold if threshold is None else threshold
        return cls(verify, sketch.bands, sketch.hashes, share, _least(share, sketch.hashes))


class Rows(NamedTuple):
    """A block as kernels take it, read-only: shingles of row i at `shingles[starts[i]:ends[i]]`, none without them.

    Of a hash the low 32 bits are kept, uint32[n, hashes]: two different ones agree in them once in four billion pairs, and
    memory and files are halved.
    """

    signatures: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    shingles: np.ndarray

    @classmethod
    def of(cls, signatures: np.ndarray, starts: np.ndarray, ends: np.ndarray, shingles: np.ndarray) -> "Rows":
        """With read-only views of the arrays."""
        return cls(frozen(signatures), frozen(starts), frozen(ends), frozen(shingles))


def _least(share: float, hashes: int) -> int:
    """The least number of equal hashes whose share is not below `share`."""
    count = max(ceil(share * hashes) - 1, 0)
    while count / hashes < share:
        count += 1
    return count


@njit(cache=True, nogil=True)
def equal_hashes(left: np.ndarray, a: int, right: np.ndarray, b: int) -> int:
    """In how many hashes row a of `left` equals row b of `right`."""
    count = 0
    for k in range(left.shape[1]):
        count += left[a, k] == right[b, k]
    return count


@njit(cache=True, nogil=True)
def share_band(left: np.ndarray, a: int, right: np.ndarray, b: int, bands: int) -> bool:
    """Whether row a of `left` and row b of `right` agree on all hashes of a band."""
    rows, first = left.shape[1] // bands, 0
    for _ in range(bands):
        different = np.uint32(0)
        for k in range(first, first + rows):
            different |= left[a, k] ^ right[b, k]
        if different == 0:
            return True
        first += rows
    return False


@njit(cache=True, nogil=True)
def jaccard(left: np.ndarray, right: np.ndarray) -> float:
    """The Jaccard similarity of two sets, each uint64[n] ascending without repetitions; 0 of two empty ones."""
    i, j, common = 0, 0, 0
    while i < len(left) and j < len(right):
        a, b = left[i], right[j]
        common += a == b
        i += a <= b
        j += b <= a
    union = len(left) + len(right) - common
    return common / union if union else 0.0


@njit(cache=True, nogil=True)
def exact_similarity(left: Rows, a: int, right: Rows, b: int) -> float:
    """The Jaccard similarity of the shingles of two rows."""
    return jaccard(left.shingles[left.starts[a] : left.ends[a]], right.shingles[right.starts[b] : right.ends[b]])


@njit(cache=True, nogil=True)
def identical(left: Rows, a: int, right: Rows, b: int, exact: bool) -> bool:
    """Whether two rows have the same signature, and where similarity is exact, the same shingles."""
    for k in range(left.signatures.shape[1]):
        if left.signatures[a, k] != right.signatures[b, k]:
            return False
    if exact:
        size = left.ends[a] - left.starts[a]
        if right.ends[b] - right.starts[b] != size:
            return False
        for k in range(size):
            if left.shingles[left.starts[a] + k] != right.shingles[right.starts[b] + k]:
                return False
    return True
