"""Statistics that say how much a text proves: for rules that ask the published questions of better evidence.

A ratio of one line out of two is a poor witness. What is stored of such a ratio is a bound, one standard error towards
what the rule takes for innocent (Wilson 1927): few lines prove little, many prove as much as the ratio itself. Where there is
nothing to measure, the value is null.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.text.buffers import Texts
from corpusforge.text.counts import WordCounts
from corpusforge.text.lines import LineCounts
from corpusforge.text.scripts import scripts
from corpusforge.text.seams import SeamCounts

CAPITALS = 3  # capital letters from which on a text is taken to use them
SHOUTED = 0.9  # of all words with a capital letter, from which on capitals say nothing: a text all in capital letters
UNMARKED = ("Lana", "Laoo", "Syrc", "Thai", "Tibt")
"""Scripts in which sentences usually end without a mark: by a space or by nothing."""
SEAMS_Z = 2.0  # standard errors: seams that come again are few in short texts
FEW = 0.5  # a text with fewer of its words in sentences may be one of these: its script is looked at


def evidence(texts: Texts, line: LineCounts, word: WordCounts, seam: SeamCounts) -> dict[str, pa.Array]:
    """Columns by name, float64[n]. `word` and `seam` count words of which punctuation is no part, as `UnicodeSegmenter`'s.

    letter_word_ratio             words with a letter / (these + stretches without white space that hold no letter):
                                  punctuation at a word is no word
    sentence_word_ratio           share of the words with a letter that stand in a sentence: 3 to 120 of them, up to a mark
                                  that ends sentences, at the end of a line or inside it. More than half of them with a
                                  capital letter are none, but a title or a menu, in a text that has no nine of ten so.
                                  Null where it is below a half in a script without such marks
    opening_capital_ratio_at_most of the words after a sentence inside a line, the share that begin with a capital letter,
                                  at most; null in texts without upper and lower case. Low where words are in random order
    repeated_seam_ratio_at_most   (different seams that come again, at most, less as many as come again where the same words
                                  are in random order) / words with a letter, of the first 512 words; 0 where these are more.
                                  A seam is the last three letters of a word and the first three of the next. Null where a
                                  line ends in a mark that ends sentences: words in random order seldom do
    repeated_line_ratio           non-empty lines that repeat an earlier one / non-empty lines
    bullet_line_ratio_at_least    bullet_line_ratio, at least
    end_ellipsis_ratio_at_least   end_ellipsis_ratio, at least
    """
    cased = np.where(word.capitals >= CAPITALS, word.openings, 0)
    in_sentences = word.in_sentences - np.where(word.capitals < SHOUTED * word.alpha, word.in_titles, 0)
    return {
        "letter_word_ratio": _ratio(word.alpha, word.alpha + word.letterless),
        "sentence_word_ratio": _sentences(texts, _ratio(in_sentences, word.alpha)),
        "opening_capital_ratio_at_most": bound(word.opening_capitals, cased, 1),
        "repeated_seam_ratio_at_most": _seams(seam),
        "repeated_line_ratio": _ratio(line.repeated, line.non_empty),
        "bullet_line_ratio_at_least": bound(line.bullets, line.displayed, -1),
        "end_ellipsis_ratio_at_least": bound(line.end_ellipses, line.displayed, -1),
    }


def bound(part: np.ndarray, whole: np.ndarray, side: int) -> pa.Array:
    """The upper (`side` 1) or lower (-1) bound of part / whole, float64; null where the whole is 0.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference", with z = 1.
    """
    n = np.where(whole == 0, 1, whole).astype(np.float64)
    p = np.where(whole == 0, 0, part) / n
    spread = np.sqrt(p * (1 - p) / n + 1 / (4 * n * n))
    found = (p + 1 / (2 * n) + side * spread) / (1 + 1 / n)
    return pa.array(np.clip(found, 0.0, 1.0), pa.float64(), mask=whole == 0)


def _seams(seam: SeamCounts) -> pa.Array:
    """What comes again other than by chance is Poisson distributed; its bound is that of the score test."""
    more, half = seam.again - seam.by_chance, SEAMS_Z * SEAMS_Z / 2
    most = more + half + SEAMS_Z * np.sqrt(np.maximum(more, 0) + seam.variance + half / 2)
    whole = np.where(seam.words == 0, 1, seam.words)
    return pa.array(np.maximum(most, 0) / whole, pa.float64(), mask=seam.words == 0)


def _ratio(part: np.ndarray, whole: np.ndarray) -> pa.Array:
    return pa.array(part / np.where(whole == 0, 1, whole), pa.float64(), mask=whole == 0)


def _sentences(texts: Texts, found: pa.Array) -> pa.Array:
    """Null instead of a low ratio in a script of UNMARKED."""
    few = np.flatnonzero(pc.fill_null(pc.less(found, FEW), False).to_numpy(zero_copy_only=False))
    if not len(few):
        return found
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    unmarked = pc.is_in(scripts(texts.take(pa.array(few)).cast(pa.large_string())), pa.array(UNMARKED))
    mask = np.zeros(len(found), np.bool_)
    mask[few[unmarked.to_numpy(zero_copy_only=False)]] = True
    return pc.if_else(pa.array(mask), pa.scalar(None, pa.float64()), found)
