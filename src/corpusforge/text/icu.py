"""Words by ICU's word break iterator: the reference, and the only way for scripts that need a dictionary."""

from importlib.metadata import version
from operator import itemgetter

import numpy as np
from numba import njit

from corpusforge.text import characters
from corpusforge.text.boundaries import RuleWords
from corpusforge.text.buffers import Texts, utf8
from corpusforge.text.characters import SPACE, flags
from corpusforge.text.decode import code_point
from corpusforge.text.memory import load8, store8
from corpusforge.text.words import Words

ROOT_LOCALE = "root"  # the rules of UAX #29 untailored
BREAK = 0x0B  # of class Newline: words end before and after it whatever is there, while CR LF stay together
FOUR_BYTES = 0xF0  # the least lead byte of a character outside the basic plane
GROUP = 1 << 22  # bytes of text that ICU gets at a time, or one longer stretch


class IcuSegmenter:
    """Every text through ICU."""

    name = "icu"

    def __init__(self) -> None:
        from icu4py import icu_version

        self.version = f"1 icu {icu_version} icu4py {version('icu4py')} {characters.VERSION}"

    def words(self, texts: Texts) -> Words:
        """See `Segmenter`. The words lie in the texts' own buffer."""
        text = utf8(texts)
        starts, ends = text.offsets[:-1], -1 - text.offsets[1:]
        whole = RuleWords(np.arange(len(text.offsets)), starts, ends, len(starts))
        return Words(*with_stretches(whole, text.data), text.data)


def with_stretches(words: RuleWords, data: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row_offsets, starts, ends) of words of which ICU has cut those that are stretches.

    The stretches stand one to a line of a text of their own: words never cross a line end, nor does it matter to
    those before or after it what stands on its other side. Raises UnicodeDecodeError when `data` is not UTF-8,
    RuntimeError when ICU's segments do not end where the stretches do.
    """
    lengths, first = [np.zeros(0, np.int64)], 0
    while first < len(words.starts):
        first, text = _lines(words.starts, words.ends, data, first)
        lengths.append(_segments(text))
    return _with_segments(*words, data, np.concatenate(lengths), flags())


def _segments(data: np.ndarray) -> np.ndarray:
    """int64: lengths in code points of ICU's segments of UTF-8 bytes, which follow on each other."""
    from icu4py.breakers import WordBreaker

    text = data.tobytes().decode()
    if not text:
        return np.zeros(0, np.int64)
    breaker = WordBreaker(text, ROOT_LOCALE)
    if (data < FOUR_BYTES).all():  # ICU counts in UTF-16 units, which are code points here, and makes no string of each
        segments = np.diff(np.fromiter(map(itemgetter(1), breaker.segments()), np.int64), prepend=0)
    else:
        segments = np.fromiter(map(len, breaker), np.int64)
    if segments.sum() != len(text):
        raise RuntimeError(f"ICU returned {segments.sum()} of {len(text)} characters")
    return segments


@njit(cache=True, nogil=True)
def _lines(starts: np.ndarray, ends: np.ndarray, data: np.ndarray, first: int) -> tuple[int, np.ndarray]:
    """(the word after the last one looked at, the bytes of the stretches among these, each with a line tabulation)."""
    size, word = 0, first
    while word < len(starts) and (size == 0 or size < GROUP):
        if ends[word] < 0:
            size += -1 - ends[word] - starts[word] + 1
        word += 1
    out, to = np.empty(size, np.uint8), 0
    for stretch in range(first, word):
        if ends[stretch] < 0:
            for at in range(starts[stretch], -1 - ends[stretch]):
                store8(out, to, load8(data, at))
                to += 1
            store8(out, to, BREAK)
            to += 1
    return word, out


@njit(cache=True, nogil=True)
def _with_segments(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    stretches: int,
    data: np.ndarray,
    lengths: np.ndarray,
    classes: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Words with the segments, given in code points, instead of the stretches: stripped, without empty ones."""
    new_offsets = np.zeros(len(row_offsets), np.int64)
    size = len(starts) + len(lengths) - 2 * stretches
    new_starts, new_ends = np.empty(size, np.int64), np.empty(size, np.int64)
    words = segment = 0
    for row in range(len(row_offsets) - 1):
        for word in range(row_offsets[row], row_offsets[row + 1]):
            if ends[word] >= 0:
                new_starts[words], new_ends[words] = starts[word], ends[word]
                words += 1
                continue
            at, end = starts[word], -1 - ends[word]
            while at < end and segment < len(lengths):
                first = last = -1
                for _ in range(lengths[segment]):
                    here = at
                    code, at = code_point(data, at, end)
                    if not classes[code] & SPACE:
                        first = here if first < 0 else first
                        last = at
                if first >= 0:
                    new_starts[words], new_ends[words] = first, last
                    words += 1
                segment += 1
            if at != end or segment >= len(lengths) or lengths[segment] != 1:
                raise RuntimeError("ICU joined what stands on two lines")
            segment += 1  # the line tabulation
        new_offsets[row + 1] = words
    return new_offsets, new_starts[:words].copy(), new_ends[:words].copy()
