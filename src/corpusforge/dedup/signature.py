"""MinHash signatures: hashes of a document, whose agreement with another's estimates how much they share."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
from numba import njit

from corpusforge.dedup import fast_sketch
from corpusforge.dedup.own_shingles import own_shingles, own_words, shingle_sets_of
from corpusforge.dedup.shingles import join_words, joined_in_place, shingle_sets
from corpusforge.errors import UserError
from corpusforge.text.buffers import Texts, frozen
from corpusforge.text.segment import Segmenter
from corpusforge.text.simple_words import WordHashes, word_hashes
from corpusforge.text.simplify import simplify
from corpusforge.text.words import Words
from corpusforge.text.xxh64 import xxh64

Kind = Literal["corpusforge", "datatrove"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MERSENNE_61 = np.uint64((1 << 61) - 1)
BLOCK = 64  # shingles hashed before the permutations are applied to them


@dataclass(frozen=True)
class Sketch:
    """How documents are sketched: `bands` x `rows` hashes over shingles of `words` words.

    kind "datatrove": bit for bit the signatures of datatrove 0.10.1, pipeline/dedup/minhash.py. The words are those of
    the simplified text (`corpusforge.text.simplify`), a shingle is xxh64 of `words` of them joined by a space, and hash k
    is the least (shingle x a[k] + b[k] mod 2^64) mod (2^61 - 1). The product wraps at 64 bits, so this is not the
    textbook permutation modulo a prime.

    kind "corpusforge": the text's own words, simplified one by one (`corpusforge.dedup.own_shingles`), and fast similarity
    sketches of their shingles (`corpusforge.dedup.fast_sketch`).

    Raises UserError for an unknown kind or a number below 1.
    """

    kind: Kind = "corpusforge"
    bands: int = 14
    rows: int = 8
    words: int = 5
    seed: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UserError(f"unknown kind of signature '{self.kind}'; known: {', '.join(KINDS)}")
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

    def standard_error(self, similarity: float) -> float:
        """Of the estimate of a Jaccard similarity, the share of equal hashes: at most sqrt(s (1 - s) / hashes), so of 112
        hashes 0.042 at 0.72 and 0.028 at 0.9."""
        return float((similarity * (1 - similarity) / self.hashes) ** 0.5)

    @property
    def permutations(self) -> tuple[np.ndarray, np.ndarray]:
        """Of kind "datatrove": (a, b), uint64[hashes] each, read-only: a in [1, 2^61 - 1), b in [0, 2^61 - 1)."""
        return _permutations(self.seed, self.hashes)

    @property
    def takes_own_words(self) -> bool:
        """Whether signatures are made of the words of the text as it is."""
        return self.kind == "corpusforge"

    def signatures(self, texts: Texts, segmenter: Segmenter, words: Words | None = None) -> pa.FixedSizeListArray:
        """fixed_size_list<uint64>[hashes] per text; null where it has fewer than `words` words, simplified.

        words: those of the texts as they are, where they have been cut already and the sketch `takes_own_words`.
        """
        if self.takes_own_words:
            return self._fast(own_words(texts, segmenter, words))
        return self._published(segmenter.words(simplify(texts)))

    def signatures_from_words(self, words: Words) -> pa.FixedSizeListArray:
        """As `signatures`, for given words: of the texts as they are, or, of kind "datatrove", of the simplified texts."""
        return self._fast(word_hashes(words)) if self.takes_own_words else self._published(words)

    def _fast(self, words: WordHashes) -> pa.FixedSizeListArray:
        shingles = own_shingles(words, self.words)
        offsets, out = shingles.offsets.to_numpy(), np.zeros((len(shingles), self.hashes), np.uint64)
        fast_sketch.fill(offsets, shingles.values.to_numpy(), fast_sketch.salts(self.seed, self.hashes), out)
        return self._column(out, np.diff(offsets) == 0)

    def _published(self, words: Words) -> pa.FixedSizeListArray:
        out = np.zeros((len(words), self.hashes), np.uint64)
        a, b = self.permutations
        _sketch(words.row_offsets, words.starts, words.ends, words.buffer, a, b, self.words, out)
        return self._column(out, np.diff(words.row_offsets) < self.words)

    def _column(self, out: np.ndarray, missing: np.ndarray) -> pa.FixedSizeListArray:
        return pa.FixedSizeListArray.from_arrays(pa.array(out.reshape(-1)), self.hashes, mask=pa.array(missing))

    def shingle_sets(self, texts: Texts, segmenter: Segmenter) -> pa.LargeListArray:
        """large_list<uint64> per text: the hashes of the shingles of which the signature is made, ascending, each once.

        Empty where the text has fewer than `words` words, simplified.
        """
        if self.takes_own_words:
            return shingle_sets_of(own_shingles(own_words(texts, segmenter), self.words))
        return shingle_sets(segmenter.words(simplify(texts)), self.words)

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
        values = values.fill_null(0) if values.null_count else values
        return values.to_numpy().reshape(len(signatures), self.hashes), valid


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
    joined, edges = np.empty(0, np.uint8), np.empty(0, np.int64)
    shingles = np.empty(BLOCK, np.uint64)
    for row in range(len(row_offsets) - 1):
        first, last = row_offsets[row], row_offsets[row + 1]
        if last - first < size:
            continue
        in_place, n_bytes = joined_in_place(starts, ends, data, first, last)
        if not in_place:
            if n_bytes > len(joined):
                joined = np.empty(2 * n_bytes, np.uint8)
            if last - first >= len(edges):
                edges = np.empty(2 * (last - first) + 1, np.int64)
            join_words(starts, ends, data, first, last, joined, edges)
        least, filled = out[row], 0
        least[:] = MERSENNE_61
        for i in range(last - first - size + 1):
            if in_place:
                shingles[filled] = xxh64(data, starts[first + i], ends[first + i + size - 1])
            else:
                shingles[filled] = xxh64(joined, edges[i], edges[i + size] - 1)
            filled += 1
            if filled == BLOCK:
                _lower(least, shingles, filled, a, b)
                filled = 0
        _lower(least, shingles, filled, a, b)


@njit(cache=True, nogil=True)
def _lower(least: np.ndarray, shingles: np.ndarray, filled: int, a: np.ndarray, b: np.ndarray) -> None:
    """Lower each `least[k]` to the k-th hash of the shingles, four shingles per pass over the permutations."""
    for i in range(filled, (filled + 3) // 4 * 4):
        shingles[i] = shingles[0]
    for i in range(0, filled, 4):
        s, t, u, v = shingles[i], shingles[i + 1], shingles[i + 2], shingles[i + 3]
        for k in range(len(a)):
            left = min(_permuted(s, a[k], b[k]), _permuted(t, a[k], b[k]))
            right = min(_permuted(u, a[k], b[k]), _permuted(v, a[k], b[k]))
            least[k] = min(least[k], min(left, right))


@njit(cache=True, nogil=True)
def _permuted(shingle: np.uint64, a: np.uint64, b: np.uint64) -> np.uint64:
    """(shingle x a + b mod 2^64) mod (2^61 - 1); what is below the modulus wraps to above it when that is taken off."""
    value: np.uint64 = shingle * a + b
    value = (value & MERSENNE_61) + (value >> np.uint64(61))
    return min(value, value - MERSENNE_61)
