"""Counts over whole texts and over their words (Gopher quality, arXiv 2112.11446, as computed by datatrove
0.10.1)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.buffers import Utf8, frozen
from corpusforge.text.characters import ALPHA, LOWER, SYMBOL, UPPER, flags
from corpusforge.text.decode import characters, code_point
from corpusforge.text.memory import address, load8, tail64
from corpusforge.text.sentence_marks import WIDE_MARK, sentence_mark
from corpusforge.text.words import Words

NEWLINE, HASH, DOT = 0x0A, 0x23, 0x2E
LEAST, MOST = 3, 120  # words with a letter that a sentence has; what menus and abbreviations part is shorter


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
    letterless: np.ndarray  # stretches without white space and without a letter: numbers, rules, marks on their own
    capitals: np.ndarray  # words that begin with a capital letter
    openings: np.ndarray  # words that begin with a cased letter after one mark that ends a sentence, and white space
    opening_capitals: np.ndarray  # `openings` that begin with a capital letter
    in_sentences: np.ndarray  # words with a letter that stand in a sentence
    in_titles: np.ndarray  # of these, in sentences of which more than half of the words begin with a capital letter


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
    text = address(data)
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        newlines = hashes = ellipses = triples = 0
        for at in range(start, end):
            byte = load8(text, at)
            newlines += byte == NEWLINE
            hashes += byte == HASH
        for at in range(start, end - 2):
            first, second, third = load8(text, at), load8(text, at + 1), load8(text, at + 2)
            ellipses += (first == 0xE2) & (second == 0x80) & (third == 0xA6)
            triples += (first == DOT) & (second == DOT) & (third == DOT)
        if triples:
            ellipses += _dots(text, start, end)
        out[0, row], out[1, row], out[2, row], out[3, row] = characters(text, start, end), newlines, hashes, ellipses


@njit(cache=True, nogil=True)
def _dots(text: int, start: int, end: int) -> int:
    """How often three full stops stand together, without overlap."""
    found = dots = 0
    for at in range(start, end):
        dots = dots + 1 if load8(text, at) == DOT else 0
        if dots == 3:
            found += 1
            dots = 0
    return found


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
    text, flag, size = address(data), address(classes), len(data)
    for row in range(len(row_offsets) - 1):
        words = word_chars = alpha = stop_words = 0
        letterless, capitals, openings, opening_capitals, in_sentences, in_titles = 0, 0, 0, 0, 0, 0
        bare, apart, closed = False, False, False  # the stretch has no letter; white space, a mark before this word
        marks, before = 0, -1
        begin, begun = 0, 0  # words with a letter before the sentence, and those of them with a capital letter
        eventful = True
        for word in range(row_offsets[row], row_offsets[row + 1]):
            start, end = starts[word], ends[word]
            letter, symbol, first = word_kind(text, start, end, flag)
            if (
                eventful
                or not letter
                or not (start == before or (start == before + 1 and load8(text, before) != NEWLINE))
            ):
                last, before = before, end
                if start > last:
                    letterless += bare
                    bare, apart = not letter, True
                    if last >= 0 and _newline_between(text, last, start):
                        if closed and LEAST <= alpha - begin <= MOST:
                            in_sentences += alpha - begin
                            in_titles += _titled(alpha - begin, capitals - begun)
                        if closed or not first & LOWER:  # else the sentence goes on: a line was cut at its width
                            begin, begun = alpha, capitals
                        closed, marks = False, 0
                else:
                    bare &= not letter
                earlier = starts[word - 1] if last >= 0 else start
                mark = 0 if letter else sentence_mark(text, start, end, first, earlier)
                if mark:
                    ellipsis = word - 2 >= row_offsets[row] and starts[word - 2] == start - 2
                    ellipsis = ellipsis and load8(text, start - 2) == DOT and load8(text, start - 1) == DOT
                    ellipsis = ellipsis and load8(text, start) == DOT
                    closed, apart = not ellipsis, mark == WIDE_MARK
                    marks += 1
                elif not symbol:
                    if closed and apart:
                        if LEAST <= alpha - begin <= MOST:
                            in_sentences += alpha - begin
                            in_titles += _titled(alpha - begin, capitals - begun)
                        begin, begun = alpha, capitals
                    if marks == 1 and apart and first & (UPPER | LOWER) and letter:
                        openings += 1
                        opening_capitals += (first & UPPER) != 0
                    closed, marks = False, 0
                eventful = bare or marks > 0
            before = end
            alpha += letter
            capitals += letter and (first & UPPER) != 0
            if not symbol:
                words += 1
                word_chars += characters(text, start, end)
            if end - start < len(lengths) and lengths[end - start]:
                key = tail64(text, start, min(end - start, 8), size)
                for stop in range(len(stop_keys)):
                    if stop_keys[stop] == key and seen[stop] != row:
                        length = stop_edges[stop + 1] - stop_edges[stop]
                        if length == end - start and _same(text, start, stop_bytes, stop_edges[stop], length):
                            seen[stop] = row
                            stop_words += 1
        letterless += bare
        if closed and LEAST <= alpha - begin <= MOST:
            in_sentences += alpha - begin
            in_titles += _titled(alpha - begin, capitals - begun)
        out[0, row], out[1, row], out[2, row], out[3, row] = words, word_chars, alpha, stop_words
        out[4, row], out[5, row], out[6, row], out[7, row] = letterless, capitals, openings, opening_capitals
        out[8, row], out[9, row] = in_sentences, in_titles


@njit(cache=True, nogil=True)
def _titled(words: int, capitals: int) -> int:
    """All words of a sentence, if more than half begin with a capital letter."""
    return words if 2 * capitals > words else 0


@njit(cache=True, nogil=True)
def word_kind(data: int, start: int, end: int, classes: int) -> tuple[bool, bool, int]:
    """Whether a word has a letter, whether it is a symbol, and the flags of its first character.

    No letter is punctuation, so one settles both.
    """
    if start == end:
        return False, True, 0
    code, at = code_point(data, start, end)
    first = load8(classes, code)
    letter, symbol = (first & ALPHA) != 0, (first & SYMBOL) != 0
    while at < end and not letter:
        code, at = code_point(data, at, end)
        kind = load8(classes, code)
        letter = (kind & ALPHA) != 0
        symbol &= (kind & SYMBOL) != 0
    return letter, symbol, first


@njit(cache=True, nogil=True)
def _newline_between(data: int, start: int, end: int) -> bool:
    found = False
    for at in range(start, end):
        found |= load8(data, at) == NEWLINE
    return found


@njit(cache=True, nogil=True)
def _stop_table(edges: np.ndarray, stop_bytes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first eight bytes of each stop word, and which byte lengths occur."""
    longest = 0
    for stop in range(len(edges) - 1):
        longest = max(longest, edges[stop + 1] - edges[stop])
    keys, lengths = np.empty(len(edges) - 1, np.uint64), np.zeros(longest + 1, np.bool_)
    for stop in range(len(keys)):
        length = edges[stop + 1] - edges[stop]
        keys[stop] = tail64(stop_bytes, edges[stop], min(length, 8), len(stop_bytes))
        lengths[length] = True
    return keys, lengths


@njit(cache=True, nogil=True)
def _same(data: int, start: int, other: np.ndarray, other_start: int, length: int) -> bool:
    at = 0
    while at < length and load8(data, start + at) == load8(other, other_start + at):
        at += 1
    return at == length
