"""Signals of a text that a curriculum can go by and that no run stores."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numba import njit

from corpusforge.languages import load_language
from corpusforge.text.characters import ALPHA, flags
from corpusforge.text.decode import code_point
from corpusforge.text.sentences import sentence_counts
from corpusforge.text.words import Words

_LEVEL = 6
LONG = 6  # characters; a longer word is a long word (Björnsson, 1968)


def compression_ratio(texts: pa.Array, code: str) -> np.ndarray:
    """Compressed over plain bytes (zlib, level 6), float64[n]: low for what repeats itself. NaN for an empty text."""
    found = np.full(len(texts), np.nan)
    for row, text in enumerate(texts):
        data = text.as_buffer()
        if data is not None and data.size:
            found[row] = len(zlib.compress(data, _LEVEL)) / data.size
    return found


def lexical_diversity(texts: pa.Array, code: str) -> np.ndarray:
    """Distinct words over the square root of words (Guiraud, 1954), float64[n]: a share of distinct words falls with the
    length of the text, this hardly does. Words are those of the language's segmenter, as written."""
    words = _words(texts, code)
    found = np.full(len(texts), np.nan)
    data = words.buffer.tobytes()
    for row in range(len(words)):
        first, last = words.row_offsets[row], words.row_offsets[row + 1]
        if last > first:
            spans = zip(words.starts[first:last].tolist(), words.ends[first:last].tolist(), strict=True)
            found[row] = len({data[start:end] for start, end in spans}) / np.sqrt(last - first)
    return found


def mean_sentence_words(texts: pa.Array, code: str) -> np.ndarray:
    """Words with a letter over sentences, float64[n]; where a sentence ends says `sentence_counts`."""
    count, _ = _words_and_long(texts, code)
    return np.asarray(count / _sentences(texts))


def lix(texts: pa.Array, code: str) -> np.ndarray:
    """LIX (Björnsson, 1968): words over sentences + 100 x words of more than six characters over words, float64[n].

    Made for Swedish; of use in languages whose words have spaces between them and are written in an alphabet. Words without a
    letter are no words here.
    """
    count, long_ = _words_and_long(texts, code)
    return np.asarray(count / _sentences(texts) + 100 * long_ / count)


SIGNALS: dict[str, Callable[[pa.Array, str], np.ndarray]] = {
    "compression_ratio": compression_ratio,
    "lexical_diversity": lexical_diversity,
    "lix": lix,
    "mean_sentence_words": mean_sentence_words,
}
"""By name: a function of texts (large_string) and their language-script."""


def _words(texts: pa.Array, code: str) -> Words:
    from corpusforge.text.segment import segmenter

    return segmenter(load_language(code).segmenter, code).words(texts)


def _words_and_long(texts: pa.Array, code: str) -> tuple[np.ndarray, np.ndarray]:
    """Words with a letter, and those of them that are long, float64[n] each; NaN words where there are none."""
    words = _words(texts, code)
    out = np.zeros((2, len(words)), np.int64)
    _count(words.row_offsets, words.starts, words.ends, words.buffer, flags(), out)
    return np.where(out[0] == 0, np.nan, out[0]), out[1].astype(np.float64)


def _sentences(texts: pa.Array) -> np.ndarray:
    rows = ([line for line in (text or "").split("\n") if line.strip()] for text in texts.to_pylist())
    return np.asarray(np.maximum(sentence_counts(Words.from_lists(rows)), 1))


@njit(cache=True, nogil=True)
def _count(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    classes: np.ndarray,
    out: np.ndarray,
) -> None:
    for row in range(len(row_offsets) - 1):
        for word in range(row_offsets[row], row_offsets[row + 1]):
            at, characters, letters = starts[word], 0, 0
            while at < ends[word]:
                code, at = code_point(data, at, ends[word])
                characters += 1
                letters += classes[code] & ALPHA
            out[0, row] += letters > 0
            out[1, row] += letters > 0 and characters > LONG
