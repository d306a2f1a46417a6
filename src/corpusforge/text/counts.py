"""Counts over whole texts and over their words (Gopher quality, arXiv 2112.11446, as computed by datatrove
0.10.1)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.buffers import Utf8, frozen
from corpusforge.text.characters import ALPHA, SYMBOL, flags
from corpusforge.text.decode import code_point
from corpusforge.text.fingerprint import fingerprint
from corpusforge.text.words import Words

NEWLINE, HASH, DOT = 0x0A, 0x23, 0x2E


class TextCounts(NamedTuple):
    """int64[n] each."""

    chars: np.ndarray  # code points
    newlines: np.ndarray
    hashes: np.ndarray
    ellipses: np.ndarray  # "..." without overlap, and "…"


class WordCounts(NamedTuple):
    """int64[n] each. A symbol is a word of punctuation only; all other words are counted in `words`."""

    words: np.ndarray
    word_chars: np.ndarray  # code points of `words`
    alpha: np.ndarray  # words, symbols included, with a character for which str.isalpha holds
    stop_words: np.ndarray  # distinct stop words present


def text_counts(text: Utf8) -> TextCounts:
    """Count over the texts themselves."""
    out = np.zeros((len(TextCounts._fields), len(text.offsets) - 1), np.int64)
    _count_text(text.offsets, text.data, out)
    return TextCounts(*out)


def word_counts(words: Words, stop_words: Sequence[str]) -> WordCounts:
    """Count over the words. Stop words are compared byte for byte (case counts); doubles in the list count
    once."""
    out = np.zeros((len(WordCounts._fields), len(words)), np.int64)
    stops = [word.encode() for word in dict.fromkeys(stop_words)]
    edges = np.zeros(len(stops) + 1, np.int64)
    np.cumsum([len(word) for word in stops], out=edges[1:])
    stop_bytes = frozen(np.frombuffer(b"".join(stops), np.uint8))
    _count_words(words.row_offsets, words.starts, words.ends, words.buffer, flags(), edges, stop_bytes, out)
    return WordCounts(*out)


@njit(cache=True, nogil=True)
def _count_text(offsets: np.ndarray, data: np.ndarray, out: np.ndarray) -> None:
    for row in range(len(offsets) - 1):
        chars = newlines = hashes = ellipses = dots = 0
        for at in range(offsets[row], offsets[row + 1]):
            byte = data[at]
            chars += (byte & 0xC0) != 0x80
            newlines += byte == NEWLINE
            hashes += byte == HASH
            dots = dots + 1 if byte == DOT else 0
            if dots == 3:
                ellipses += 1
                dots = 0
            if byte == 0xA6 and at >= offsets[row] + 2 and data[at - 2] == 0xE2 and data[at - 1] == 0x80:
                ellipses += 1
        out[0, row], out[1, row], out[2, row], out[3, row] = chars, newlines, hashes, ellipses


@njit(cache=True, nogil=True)
def _count_words(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    classes: np.ndarray,
    stop_edges: np.ndarray,
    stop_bytes: np.ndarray,
    out: np.ndarray,
) -> None:
    stop_keys, lengths = _stop_table(stop_edges, stop_bytes)
    seen = np.full(len(stop_keys), -1, np.int64)
    for row in range(len(row_offsets) - 1):
        words = word_chars = alpha = stop_words = 0
        for word in range(row_offsets[row], row_offsets[row + 1]):
            start, end = starts[word], ends[word]
            length, joined, symbol, at = 0, 0, True, start
            while at < end:
                code, at = code_point(data, at, end)
                length += 1
                joined |= classes[code]
                symbol &= (classes[code] & SYMBOL) != 0
            alpha += (joined & ALPHA) != 0
            if not symbol:
                words += 1
                word_chars += length
            if end - start < len(lengths) and lengths[end - start]:
                stop = _stop_word(data, start, end, stop_edges, stop_bytes, stop_keys)
                if stop >= 0 and seen[stop] != row:
                    seen[stop] = row
                    stop_words += 1
        out[0, row], out[1, row], out[2, row], out[3, row] = words, word_chars, alpha, stop_words


@njit(cache=True, nogil=True)
def _stop_table(edges: np.ndarray, stop_bytes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The fingerprint of each stop word, and which byte lengths occur."""
    longest = 0
    for stop in range(len(edges) - 1):
        longest = max(longest, edges[stop + 1] - edges[stop])
    keys, lengths = np.empty(len(edges) - 1, np.uint64), np.zeros(longest + 1, np.bool_)
    for stop in range(len(keys)):
        keys[stop] = fingerprint(stop_bytes, edges[stop], edges[stop + 1])
        lengths[edges[stop + 1] - edges[stop]] = True
    return keys, lengths


@njit(cache=True, nogil=True)
def _stop_word(
    data: np.ndarray, start: int, end: int, edges: np.ndarray, stop_bytes: np.ndarray, keys: np.ndarray
) -> int:
    """Which stop word these bytes are, or -1."""
    key = fingerprint(data, start, end)
    for stop in range(len(keys)):
        if keys[stop] == key and edges[stop + 1] - edges[stop] == end - start:
            same = True
            for i in range(end - start):
                same &= data[start + i] == stop_bytes[edges[stop] + i]
            if same:
                return stop
    return -1
