"""What the filters of C4 and mC4 decide on: lines that would stay, why others would go, sentences of those that stay.

Sources: C4 (Raffel et al. 2020, arXiv 1910.10683, section 2.2) and mC4 (Xue et al. 2021, arXiv 2010.11934, section
3.1), as computed by datatrove 0.10.1, pipeline/filters/c4_filters.py, C4QualityFilter and C4ParagraphFilter. Its filter
also rewrites kept documents line by line; here texts stay as they are, and only what it decides on is counted.
"""

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numba import njit

from corpusforge.text.buffers import Texts, frozen, utf8
from corpusforge.text.characters import CODE_POINTS, LINE_END, SPACE, flags
from corpusforge.text.decode import code_point
from corpusforge.text.sentences import sentence_counts
from corpusforge.text.words import Words

LONG_WORD = 1_000  # code points; a line with a longer word goes
LEAST_WORDS = 3  # of a line that stays
LONG_LINE = 200  # code points; mC4: a line of at least 200 is a paragraph
NEWLINE, CARRIAGE_RETURN, OPEN, CLOSE, CURLY = 0x0A, 0x0D, 0x5B, 0x5D, 0x7B

COUNTS = (
    "c4_kept_lines",
    "c4_long_word_lines",
    "c4_unpunctuated_lines",
    "c4_few_word_lines",
    "c4_javascript_lines",
    "c4_policy_lines",
    "c4_lorem_ipsum",
    "c4_curly_bracket",
    "c4_long_lines",
)
KEPT, LONG_WORDS, UNPUNCTUATED, FEW_WORDS, JAVASCRIPT, POLICY, LOREM_IPSUM, CURLY_BRACKET, PARAGRAPHS = range(
    len(COUNTS)
)


def _joined(*phrases: bytes) -> tuple[np.ndarray, np.ndarray]:
    edges = np.cumsum([0, *map(len, phrases)])
    return frozen(np.frombuffer(b"".join(phrases), np.uint8)), frozen(edges.astype(np.int64))


# In lower case, in the order in which lines are searched for them: the first two decide before the curly bracket.
PHRASES, PHRASE_EDGES = _joined(
    b"lorem ipsum",
    b"javascript",
    b"terms of use",
    b"privacy policy",
    b"cookie policy",
    b"uses cookies",
    b"use of cookies",
    b"use cookies",
)
INITIALS = frozen(np.isin(np.arange(256), np.frombuffer(b"ljtpcuLJTPCU", np.uint8)))  # of the phrases
CITATIONS, CITATION_EDGES = _joined(b"[edit]", b"[citation needed]")  # beside "[" digits "]"


def c4_statistics(texts: Texts, sentences: Callable[[str], int] | None = None) -> pa.Table:
    """One row per text, int64 columns. Lines are those of `str.splitlines`, white space at their ends aside.

    c4_kept_lines           lines that no reason below ends
    c4_sentences            sentences of kept lines, by `sentences` (a text -> its count) or our own rule
    c4_long_word_lines      lines with a word of more than 1,000 characters; words are what white space separates
    c4_unpunctuated_lines   others that do not end in . ? ! " or ', or end in an ellipsis
    c4_few_word_lines       others of fewer than 3 words
    c4_javascript_lines     others that hold "javascript", in any case
    c4_policy_lines         others that hold a phrase about cookies, privacy or terms of use, in any case
    c4_lorem_ipsum          1 when reading ended at a line, so far good, that holds "lorem ipsum", else 0
    c4_curly_bracket        1 when reading ended at such a line with "{", else 0
    c4_long_lines           lines between line feeds of at least 200 characters

    Marks such as [1], [edit] and [citation needed] are taken out of a line before its end and its phrases are looked
    at. Reading ends at the first line that ends the document, so the counts are those of the lines before.
    """
    text = utf8(texts)
    out = np.zeros((len(COUNTS), len(text.offsets) - 1), np.int64)
    row_offsets, starts, ends, kept = _count(
        text.offsets, text.data, flags(), _decimals(), PHRASES, PHRASE_EDGES, CITATIONS, CITATION_EDGES, out
    )
    lines = Words(row_offsets, starts, ends, kept)
    counted = sentence_counts(lines) if sentences is None else _given(lines, sentences)
    columns = dict(zip(COUNTS, map(pa.array, out), strict=True))
    return pa.table({"c4_sentences": pa.array(counted), **columns})


def _given(lines: Words, sentences: Callable[[str], int]) -> np.ndarray:
    """Sentences of each row's lines, by somebody else's count."""
    data = lines.buffer.tobytes()
    spans = zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)
    totals = np.cumsum([0, *(sentences(data[start:end].decode()) for start, end in spans)])
    return np.array([totals[stop] - totals[first] for first, stop in pairwise(lines.row_offsets.tolist())], np.int64)


@cache
def _decimals() -> np.ndarray:
    """bool[0x110000], read-only: what `\\d` matches."""
    return frozen(np.fromiter((chr(code).isdecimal() for code in range(CODE_POINTS)), np.bool_, CODE_POINTS))


@njit(cache=True, nogil=True)
def _count(
    offsets: np.ndarray,
    data: np.ndarray,
    classes: np.ndarray,
    decimals: np.ndarray,
    phrases: np.ndarray,
    phrase_edges: np.ndarray,
    citations: np.ndarray,
    citation_edges: np.ndarray,
    out: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Fill `out`; return the kept lines: offsets per row, spans, and the bytes they lie in."""
    rows = len(offsets) - 1
    row_offsets = np.zeros(rows + 1, np.int64)
    starts, ends = np.empty(16, np.int64), np.empty(16, np.int64)
    kept = np.empty(offsets[rows] - offsets[0], np.uint8)
    lines = used = 0
    for row in range(rows):
        at, end = offsets[row], offsets[row + 1]
        out[PARAGRAPHS, row] = _paragraphs(data, at, end)
        while at < end:
            begin, stop, words, longest, bracket, at = _line(data, at, end, classes)
            if longest > LONG_WORD:
                out[LONG_WORDS, row] += 1
                continue
            if bracket:
                stop = _without_citations(data, begin, stop, decimals, citations, citation_edges, kept, used)
            else:
                kept[used : used + stop - begin] = data[begin:stop]
                stop = used + stop - begin
            why = _reason(kept, used, stop, words, phrases, phrase_edges)
            out[why, row] += 1
            if why in (LOREM_IPSUM, CURLY_BRACKET):
                break
            if why == KEPT:
                if lines == len(starts):
                    starts, ends = _doubled(starts), _doubled(ends)
                starts[lines], ends[lines] = used, stop
                lines, used = lines + 1, stop
        row_offsets[row + 1] = lines
    return row_offsets, starts[:lines], ends[:lines], kept[:used]


@njit(cache=True, nogil=True)
def _line(data: np.ndarray, at: int, end: int, classes: np.ndarray) -> tuple[int, int, int, int, bool, int]:
    """The line that starts at `at`: its stripped span, words, code points of the longest, whether it holds "[", and
    where the next one starts."""
    begin, stop, words, longest, length, bracket = at, at, 0, 0, 0, False
    while at < end:
        here = at
        code, at = code_point(data, at, end)
        if not classes[code] & SPACE:
            if stop == begin and words == 0:
                begin = here
            words += length == 0
            length += 1
            longest = max(longest, length)
            bracket |= code == OPEN
            stop = at
            continue
        length = 0
        if classes[code] & LINE_END:
            if code == CARRIAGE_RETURN and at < end and data[at] == NEWLINE:
                at += 1
            break
    return begin, max(stop, begin), words, longest, bracket, at


@njit(cache=True, nogil=True)
def _reason(line: np.ndarray, start: int, end: int, words: int, phrases: np.ndarray, phrase_edges: np.ndarray) -> int:
    """What becomes of a line, by datatrove's order of questions."""
    if start == end or not _punctuated(line, start, end):
        return UNPUNCTUATED
    if words < LEAST_WORDS:
        return FEW_WORDS
    first, curly = len(phrase_edges), False
    for at in range(start, end):
        curly |= line[at] == CURLY
        if not INITIALS[line[at]]:
            continue
        for phrase in range(min(first, len(phrase_edges) - 1)):
            if _holds(line, at, end, phrases[phrase_edges[phrase] : phrase_edges[phrase + 1]]):
                first = phrase
                break
    if first == 0:
        return LOREM_IPSUM
    if first == 1:
        return JAVASCRIPT
    if curly:
        return CURLY_BRACKET
    return POLICY if first < len(phrase_edges) else KEPT


@njit(cache=True, nogil=True)
def _punctuated(line: np.ndarray, start: int, end: int) -> bool:
    last = line[end - 1]
    if last == 0x2E:  # a full stop, but not an ellipsis of three
        return not (end - start >= 3 and line[end - 2] == 0x2E and line[end - 3] == 0x2E)
    return last in (0x21, 0x22, 0x27, 0x3F)  # ! " ' ?


@njit(cache=True, nogil=True)
def _holds(line: np.ndarray, at: int, end: int, phrase: np.ndarray) -> bool:
    """Whether the lower-case phrase stands at `at`, as `str.lower` would have it: the Kelvin sign is a k."""
    for letter in phrase:
        if at >= end:
            return False
        byte = line[at]
        if byte == letter or (0x41 <= byte <= 0x5A and byte + 0x20 == letter):
            at += 1
        elif letter == 0x6B and byte == 0xE2 and at + 2 < end and line[at + 1] == 0x84 and line[at + 2] == 0xAA:
            at += 3
        else:
            return False
    return True


@njit(cache=True, nogil=True)
def _without_citations(
    data: np.ndarray,
    at: int,
    end: int,
    decimals: np.ndarray,
    citations: np.ndarray,
    edges: np.ndarray,
    out: np.ndarray,
    used: int,
) -> int:
    """Copy a line to `out` from `used` on, marks of citations left out; the end of the copy."""
    while at < end:
        length = _citation(data, at, end, decimals, citations, edges) if data[at] == OPEN else 0
        if length:
            at += length
        else:
            out[used] = data[at]
            used, at = used + 1, at + 1
    return used


@njit(cache=True, nogil=True)
def _citation(
    data: np.ndarray, start: int, end: int, decimals: np.ndarray, citations: np.ndarray, edges: np.ndarray
) -> int:
    """Bytes of the mark that starts at a "[", or 0."""
    at = start + 1
    while at < end:
        code, after = code_point(data, at, end)
        if not decimals[code]:
            break
        at = after
    if at < end and data[at] == CLOSE:
        return at + 1 - start
    for mark in range(len(edges) - 1):
        length = edges[mark + 1] - edges[mark]
        if start + length <= end:
            same = True
            for i in range(length):
                same &= data[start + i] == citations[edges[mark] + i]
            if same:
                return int(length)
    return 0


@njit(cache=True, nogil=True)
def _paragraphs(data: np.ndarray, start: int, end: int) -> int:
    """Lines between line feeds of at least 200 code points."""
    found = length = 0
    for at in range(start, end):
        if data[at] == NEWLINE:
            found += length >= LONG_LINE
            length = 0
        else:
            length += (data[at] & 0xC0) != 0x80
    return int(found + (length >= LONG_LINE))


@njit(cache=True, nogil=True)
def _doubled(array: np.ndarray) -> np.ndarray:
    larger = np.empty(2 * len(array), np.int64)
    larger[: len(array)] = array
    return larger
