"""Shingles of a text's own words, as the signature kind `corpusforge` takes them."""

from unicodedata import is_normalized, normalize

import numpy as np
import pyarrow as pa
from numba import njit

from corpusforge.text.buffers import Texts
from corpusforge.text.segment import Segmenter
from corpusforge.text.simple_words import WordHashes, word_hashes
from corpusforge.text.words import Words
from corpusforge.text.xxh64 import P1


def own_words(texts: Texts, segmenter: Segmenter, words: Words | None = None) -> WordHashes:
    """Hashes of the words of each text as it is (`words`, where they have been cut already), simplified one by one by
    `corpusforge.text.simple_words`.

    Canonically equivalent texts have the same: where composition may decide on how words are cut, they are those of the
    composed text (NFC).
    """
    found = word_hashes(segmenter.words(texts) if words is None else words)
    doubtful = ((row, texts[row].as_py()) for row in np.flatnonzero(found.recut).tolist())
    composed = {row: normalize("NFC", text) for row, text in doubtful if not is_normalized("NFC", text)}
    if not composed:
        return found
    others = word_hashes(segmenter.words(pa.array(composed.values(), pa.large_string())))
    return _replaced(found, np.array(list(composed)), others)


def own_shingles(words: WordHashes, size: int) -> pa.LargeListArray:
    """large_list<uint64> per text: a hash of each run of `size` words, in their order; empty below `size` words.

    Of the hashes w of its words a shingle is the polynomial w[0] P^(size-1) + ... + w[size-1] mod 2^64, with P =
    0x9E3779B185EBCA87 (a prime of xxHash).
    """
    offsets = np.zeros(len(words.row_offsets), np.int64)
    np.cumsum(np.maximum(np.diff(words.row_offsets) - size + 1, 0), out=offsets[1:])
    shingles = np.empty(offsets[-1], np.uint64)
    _combine(words.row_offsets, words.hashes, size, offsets, shingles)
    return pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(shingles))


def shingle_sets_of(shingles: pa.LargeListArray) -> pa.LargeListArray:
    """The same shingles, ascending, each once."""
    hashes, offsets = shingles.values.to_numpy().copy(), shingles.offsets.to_numpy()
    new_offsets = np.zeros(len(offsets), np.int64)
    _sort_each(offsets, hashes, new_offsets)
    return pa.LargeListArray.from_arrays(pa.array(new_offsets), pa.array(hashes[: new_offsets[-1]]))


def _replaced(found: WordHashes, rows: np.ndarray, others: WordHashes) -> WordHashes:
    """`found` with the hashes of `others` in some rows."""
    starts, lengths = found.row_offsets[:-1].copy(), np.diff(found.row_offsets)
    starts[rows] = len(found.hashes) + others.row_offsets[:-1]
    lengths[rows] = np.diff(others.row_offsets)
    row_offsets = np.zeros(len(found.row_offsets), np.int64)
    np.cumsum(lengths, out=row_offsets[1:])
    places = np.repeat(starts - row_offsets[:-1], lengths) + np.arange(row_offsets[-1])
    return WordHashes(row_offsets, np.concatenate([found.hashes, others.hashes])[places], found.recut)


@njit(cache=True, nogil=True)
def _combine(row_offsets: np.ndarray, hashes: np.ndarray, size: int, offsets: np.ndarray, shingles: np.ndarray) -> None:
    for row in range(len(offsets) - 1):
        first, to = row_offsets[row], offsets[row]
        for i in range(offsets[row + 1] - to):
            value = hashes[first + i]
            for j in range(1, size):
                value = value * P1 + hashes[first + i + j]
            shingles[to + i] = value


@njit(cache=True, nogil=True)
def _sort_each(offsets: np.ndarray, hashes: np.ndarray, new_offsets: np.ndarray) -> None:
    to = 0
    for row in range(len(offsets) - 1):
        mine = hashes[offsets[row] : offsets[row + 1]]
        mine.sort()
        for i in range(len(mine)):
            if i == 0 or mine[i] != mine[i - 1]:
                hashes[to] = mine[i]
                to += 1
        new_offsets[row + 1] = to
