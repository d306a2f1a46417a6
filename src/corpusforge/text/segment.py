"""Segmenters: texts in, words out. Which one a language uses is data (`segmenter.use` in its config), never code.

Words are the segments between Unicode word boundaries (UAX #29), stripped of white space; those of white space
only are dropped. Punctuation is kept: the published filters count punctuation tokens as words too. Thai, Lao,
Khmer, Burmese, Chinese and Japanese, which UAX #29 leaves to dictionaries, are cut by those of ICU.
"""

from typing import Protocol

import numpy as np

from corpusforge.errors import UserError, nearest
from corpusforge.text.boundaries import needs_dictionary, rule_words
from corpusforge.text.buffers import Texts, utf8
from corpusforge.text.icu import IcuSegmenter, icu_words
from corpusforge.text.word_break import ICU_MAJOR
from corpusforge.text.words import Words


class Segmenter(Protocol):
    """What a language's words are. `name` and `version` enter every hash of a result that was made with it."""

    name: str
    version: str

    def words(self, texts: Texts) -> Words:
        """The words of each text; a null text has none."""
        ...


def segmenter(use: str, code: str | None = None) -> Segmenter:
    """The segmenter called `use` in a language config; `reference` cuts each language-script `code` differently.

    Raises UserError for an unknown name, and where the packages of `reference` are not installed.
    """
    if use == REFERENCE and code is not None:
        from corpusforge.text.reference import ReferenceSegmenter

        return ReferenceSegmenter(code)
    if use not in SEGMENTERS:
        known = sorted([*SEGMENTERS, REFERENCE])
        raise UserError(f"unknown segmenter '{use}'{nearest(use, known)}; known: {', '.join(known)}")
    return SEGMENTERS[use]()


class UnicodeSegmenter:
    """The words of `IcuSegmenter`, faster: texts that need no dictionary go through our own compiled rules.

    The rules are those of one ICU version (`word_break.ICU_MAJOR`); under another one, every text goes through ICU.
    """

    name = "unicode"

    def __init__(self) -> None:
        from icu4py import icu_version_info

        self.version = IcuSegmenter().version
        self._same_rules = icu_version_info[0] == ICU_MAJOR

    def words(self, texts: Texts) -> Words:
        """See `Segmenter`. The words lie in the texts' own buffer."""
        text = utf8(texts)
        by_icu = needs_dictionary(text) if self._same_rules else np.ones(len(text.offsets) - 1, np.bool_)
        spans = rule_words(text, by_icu)
        if by_icu.any():
            spans = _merged(spans, icu_words(text, by_icu))
        return Words(*spans, text.data)


REFERENCE = "reference"  # datatrove's own word splitter, in `corpusforge.text.reference`
SEGMENTERS: dict[str, type[IcuSegmenter] | type[UnicodeSegmenter]] = {"icu": IcuSegmenter, "unicode": UnicodeSegmenter}

Spans = tuple[np.ndarray, np.ndarray, np.ndarray]


def _merged(left: Spans, right: Spans) -> Spans:
    """Words of two segmenters over the same texts, each text having words from one of them only."""
    starts = np.empty(len(left[1]) + len(right[1]), np.int64)
    ends = np.empty_like(starts)
    for mine, other in ((left, right), (right, left)):
        places = np.arange(len(mine[1])) + np.repeat(other[0][:-1], np.diff(mine[0]))
        starts[places], ends[places] = mine[1], mine[2]
    return left[0] + right[0], starts, ends
