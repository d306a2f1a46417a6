"""Segmenters: texts in, words out. Which one a language uses is data (`segmenter.use` in its config), never
code.

Words are the segments between Unicode word boundaries (UAX #29), stripped of white space; those of white
space only are dropped. Punctuation is kept: the published filters count punctuation tokens as words too.
Thai, Lao, Khmer, Burmese, Chinese and Japanese, which UAX #29 leaves to dictionaries, are cut by those of
ICU.
"""

from importlib.metadata import version
from typing import Protocol

import numpy as np
from numba import njit

from corpusforge.errors import UserError, nearest
from corpusforge.text import characters
from corpusforge.text.buffers import Texts, utf8
from corpusforge.text.characters import SPACE, flags
from corpusforge.text.decode import code_point
from corpusforge.text.words import Words

ROOT_LOCALE = "root"  # the default rules of UAX #29: ICU tailors them only for Finnish, Swedish and POSIX


class Segmenter(Protocol):
    """What a language's words are. `name` and `version` enter every hash of a result that was made with
    it."""

    name: str
    version: str

    def words(self, texts: Texts) -> Words:
        """The words of each text; a null text has none."""
        ...


def segmenter(use: str) -> Segmenter:
    """The segmenter called `use` in a language config. Raises UserError for an unknown name."""
    if use not in SEGMENTERS:
        known = ", ".join(sorted(SEGMENTERS))
        raise UserError(f"unknown segmenter '{use}'{nearest(use, SEGMENTERS)}; known: {known}")
    return SEGMENTERS[use]()


class IcuSegmenter:
    """Every text through ICU's word break iterator."""

    name = "icu"

    def __init__(self) -> None:
        from icu4py import icu_version

        self.version = f"1 icu {icu_version} icu4py {version('icu4py')} {characters.VERSION}"

    def words(self, texts: Texts) -> Words:
        """See `Segmenter`. The words lie in the texts' own buffer."""
        from icu4py.breakers import WordBreaker

        text = utf8(texts)
        lengths, counts = [np.zeros(0, np.int64)], [0]
        for value in texts.to_pylist():
            row = np.zeros(0, np.int64)
            if value:
                row = np.fromiter(map(len, WordBreaker(value, ROOT_LOCALE)), np.int64)
                if row.sum() != len(value):
                    raise RuntimeError(f"ICU returned {row.sum()} of {len(value)} characters")
            lengths.append(row)
            counts.append(len(row))
        spans = _spans(text.offsets, text.data, np.cumsum(counts), np.concatenate(lengths), flags())
        return Words(*spans, text.data)


SEGMENTERS = {"icu": IcuSegmenter, "unicode": IcuSegmenter}


@njit(cache=True, nogil=True)
def _spans(
    offsets: np.ndarray, data: np.ndarray, segment_offsets: np.ndarray, lengths: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Byte spans of segments given in code points, stripped, without the empty ones."""
    row_offsets = np.zeros(len(offsets), np.int64)
    starts, ends = np.empty(len(lengths), np.int64), np.empty(len(lengths), np.int64)
    words = 0
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        for segment in range(segment_offsets[row], segment_offsets[row + 1]):
            first = last = -1
            for _ in range(lengths[segment]):
                here = at
                code, at = code_point(data, at, end)
                if not classes[code] & SPACE:
                    if first < 0:
                        first = here
                    last = at
            if first >= 0:
                starts[words], ends[words] = first, last
                words += 1
        row_offsets[row + 1] = words
    return row_offsets, starts[:words].copy(), ends[:words].copy()
