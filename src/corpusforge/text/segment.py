"""Segmenters: texts in, words out. Which one a language uses is data (`segmenter.use` in its config), never code.

Words are the segments between Unicode word boundaries (UAX #29), stripped of white space; those of white space
only are dropped. Punctuation is kept: the published filters count punctuation tokens as words too. Thai, Lao,
Khmer, Burmese, Chinese and Japanese, which UAX #29 leaves to dictionaries, are cut by those of ICU.
"""

from typing import Protocol

from corpusforge.errors import UserError, nearest
from corpusforge.text.boundaries import rule_words
from corpusforge.text.buffers import Texts, utf8
from corpusforge.text.icu import IcuSegmenter, with_stretches
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
    """The words of `IcuSegmenter`, faster: ICU gets only what needs a dictionary, our own compiled rules the rest.

    The rules are those of one ICU version (`word_break.ICU_MAJOR`); under another one, every text goes through ICU.
    """

    name = "unicode"

    def __init__(self) -> None:
        from icu4py import icu_version_info

        self.version = IcuSegmenter().version
        self._same_rules = icu_version_info[0] == ICU_MAJOR

    def words(self, texts: Texts) -> Words:
        """See `Segmenter`. The words lie in the texts' own buffer."""
        if not self._same_rules:
            return IcuSegmenter().words(texts)
        text = utf8(texts)
        words = rule_words(text)
        if words.stretches:
            return Words(*with_stretches(words, text.data), text.data)
        return Words(words.row_offsets, words.starts, words.ends, text.data)


REFERENCE = "reference"  # datatrove's own word splitter, in `corpusforge.text.reference`
SEGMENTERS: dict[str, type[IcuSegmenter] | type[UnicodeSegmenter]] = {"icu": IcuSegmenter, "unicode": UnicodeSegmenter}
