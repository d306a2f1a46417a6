"""MinHash signatures: hashes of a document, whose agreement with another's estimates how much they share."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numba import njit

from corpusforge.errors import UserError
from corpusforge.text import simplify
from corpusforge.text.buffers import Texts, frozen
from corpusforge.text.segment import Segmenter
from corpusforge.text.words import Words
from corpusforge.text.xxh64 import xxh64

MERSENNE_61 = np.uint64((1 << 61) - 1)
SPACE = 0x20


@dataclass(frozen=True)
class Sketch:
    """How documents are sketched: `bands` x `rows` hashes over shingles of `words` words.

    kind: "datatrove", bit for bit the signatures of datatrove 0.10.1, pipeline/dedup/minhash.py. Over the
    words of the simplified text (`corpusforge.text.simplify`) a shingle is xxh64 of `words` words joined by
    a space, and hash k is the least (shingle x a[k] + b[k] mod 2^64) mod (2^61 - 1). The product wraps at 64
    bits, so this is not the textbook permutation modulo a prime.
    Raises UserError for an unknown kind or a number below 1.
    """

    kind: str = "datatrove"
    bands: int = 14
    rows: int = 8
    words: int = 5
    seed: int = 1

    def __post_init__(self) -> None:
        if self.kind != "datatrove":
            raise UserError(f"unknown kind of signature '{self.kind}'; known: datatrove")
        for name in ("bands", "rows", "words"):
            if getattr(self, name) < 1:
                raise UserError(f"signature {name} must be at least 1, not {getattr(self, name)}")

    @property
    def hashes(self) -> int:
        """Hashes per signature."""
        return self.bands * self.rows

    @property
    def threshold(self) -> float:
        """(1/bands)^(1/rows), 0.72 by default: about where the odds of sharing a band rise steepest."""
        return float((1 / self.bands) ** (1 / self.rows))

    @property
    def permutations(self) -> tuple[np.ndarray, np.ndarray]:
        """(a, b), uint64[hashes] each, read-only: a in [1, 2^61 - 1), b in [0, 2^61 - 1)."""
        return _permutations(self.seed, self.hashes)

    def signatures(self, texts: Texts, segmenter: Segmenter) -> pa.FixedSizeListArray:
        """fixed_size_list<uint64>[hashes] per text; null where it has fewer than `words` words, simplified."""
        return self.signatures_from_words(segmenter.words(simplify.simplify(texts)))

    def signatures_from_words(self, words: Words) -> pa.FixedSizeListArray:
        """As `signatures`, for given words of the *simplified* texts."""
        out = np.zeros((len(words), self.hashes), np.uint64)
        a, b = self.permutations
        _sketch(words.row_offsets, words.starts, words.ends, words.buffer, a, b, self.words, out)
        mask = pa.array(np.diff(words.row_offsets) < self.words)
        return pa.FixedSizeListArray.from_arrays(pa.array(out.reshape(-1)), self.hashes, mask=mask)

    def matrix(self, signatures: pa.Array | pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
        """(uint64[n, hashes], bool[n] true where there is a signature), without a copy for one chunk.

        Raises ValueError when the column is not a fixed-size list of `hashes` 64-bit numbers.
        """
        if isinstance(signatures, pa.ChunkedArray):
            signatures = signatures.combine_chunks() if signatures.num_chunks != 1 else signatures.chunk(0)
        kind = signatures.type
        if not (pa.types.is_fixed_size_list(kind) and (kind.list_size, kind.value_type) == (self.hashes, pa.uint64())):
            raise ValueError(f"signatures must be lists of {self.hashes} uint64, not {kind}")
        valid = signatures.is_valid().to_numpy(zero_copy_only=False)
        values = signatures.values.slice(signatures.offset * self.hashes, len(signatures) * self.hashes)
        return values.fill_null(0).to_numpy().reshape(len(signatures), self.hashes), valid


@cache
def _permutations(seed: int, hashes: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(seed)
    a = random.randint(1, MERSENNE_61, dtype=np.uint64, size=hashes)
    b = random.randint(0, MERSENNE_61, dtype=np.uint64, size=hashes)
    return frozen(a), frozen(b)


@njit(cache=True, nogil=True)
def _sketch(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
    size: int,
    out: np.ndarray,
) -> None:
    longest_words = longest_bytes = 0
    for row in range(len(row_offsets) - 1):
        first, last = row_offsets[row], row_offsets[row + 1]
        n_bytes = 0
        for word in range(first, last):
            n_bytes += ends[word] - starts[word] + 1
        longest_words, longest_bytes = max(longest_words, last - first), max(longest_bytes, n_bytes)
    joined, edges = np.empty(longest_bytes, np.uint8), np.empty(longest_words + 1, np.int64)
    for row in range(len(row_offsets) - 1):
        first, n_words = row_offsets[row], row_offsets[row + 1] - row_offsets[row]
        if n_words < size:
            continue
        edges[0] = 0
        for i in range(n_words):
            at = edges[i]
            for source in range(starts[first + i], ends[first + i]):
                joined[at] = data[source]
                at += 1
            joined[at] = SPACE
            edges[i + 1] = at + 1
        least = out[row]
        least[:] = MERSENNE_61
        for i in range(n_words - size + 1):
            shingle = xxh64(joined, edges[i], edges[i + size] - 1)
            for k in range(len(a)):
                value = shingle * a[k] + b[k]
                value = (value & MERSENNE_61) + (value >> np.uint64(61))
                value = value - MERSENNE_61 if value >= MERSENNE_61 else value
                least[k] = min(least[k], value)
