"""Words by ICU's word break iterator: the reference, and the only way for scripts that need a dictionary."""

from importlib.metadata import version

import numpy as np
from numba import njit

from corpusforge.text import characters
from corpusforge.text.buffers import Texts, Utf8, utf8
from corpusforge.text.characters import SPACE, flags
from corpusforge.text.decode import code_point
from corpusforge.text.words import Words

ROOT_LOCALE = "root"  # the rules of UAX #29 untailored


class IcuSegmenter:
    """Every text through ICU."""

    name = "icu"

    def __init__(self) -> None:
        from icu4py import icu_version

        self.version = f"1 icu {icu_version} icu4py {version('icu4py')} {characters.VERSION}"

    def words(self, texts: Texts) -> Words:
        """See `Segmenter`. The words lie in the texts' own buffer."""
        text = utf8(texts)
        return Words(*icu_words(text, np.ones(len(text.offsets) - 1, np.bool_)), text.data)


def icu_words(text: Utf8, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row_offsets, starts, ends) of the words of the texts where bool[n] `wanted` is true; none for the others."""
    from icu4py.breakers import WordBreaker

    lengths, counts = [np.zeros(0, np.int64)], np.zeros(len(wanted) + 1, np.int64)
    for row in np.flatnonzero(wanted).tolist():
        value = str(text.data[text.offsets[row] : text.offsets[row + 1]].tobytes(), "utf-8")
        # ICU counts in UTF-16 units; the lengths of the segments themselves are in code points.
        segments = np.fromiter(map(len, WordBreaker(value, ROOT_LOCALE)), np.int64)
        if segments.sum() != len(value):
            raise RuntimeError(f"ICU returned {segments.sum()} of {len(value)} characters")
        lengths.append(segments)
        counts[row + 1] = len(segments)
    return _spans(text.offsets, text.data, np.cumsum(counts), np.concatenate(lengths), flags())


@njit(cache=True, nogil=True)
def _spans(
    offsets: np.ndarray, data: np.ndarray, segment_offsets: np.ndarray, lengths: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Byte spans of segments given in code points, stripped of white space, without the empty ones."""
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
                    first = here if first < 0 else first
                    last = at
            if first >= 0:
                starts[words], ends[words] = first, last
                words += 1
        row_offsets[row + 1] = words
    return row_offsets, starts[:words].copy(), ends[:words].copy()
