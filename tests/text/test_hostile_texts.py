"""Texts made to cost much: the right statistics, and memory that follows the text.

The full sizes (50 MB in one line, ten million words or characters) take seconds to minutes; these are a hundredth.
"""

import random
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.runtime import _nrt_python, rtsys

from corpusforge.dedup.signature import KINDS, Sketch
from corpusforge.text import joined, ngrams, spots
from corpusforge.text.boundaries import rule_words
from corpusforge.text.buffers import utf8
from corpusforge.text.frequent import most_frequent
from corpusforge.text.segment import segmenter
from corpusforge.text.simple_words import simple_words
from corpusforge.text.simplify import simplify
from corpusforge.text.statistics import statistics
from corpusforge.text.tally import new_tally, take_all
from corpusforge.text.words import Words

MANY = 100_000


def measured(text):
    column = pa.array([text], pa.large_string())
    return statistics(column, segmenter("unicode").words(column), ["the"]).to_pylist()[0]


def signed(text):
    column = pa.array([text], pa.large_string())
    return [Sketch(kind).signatures(column, segmenter("unicode")).to_pylist()[0] for kind in KINDS]


def test_words_of_one_character():
    found = measured("a " * MANY)
    assert (found["all_words"], found["words"], found["chars"]) == (MANY, MANY, 2 * MANY)
    # "a a" MANY - 1 times; of ten words, the second one on, as often as ten words fit
    assert found["top_2_gram_frac"] == 3 * (MANY - 1) / (2 * MANY)
    assert found["dup_10_gram_frac"] == 10 * ((MANY - 1) // 10) / (2 * MANY)
    assert signed("a " * MANY) == signed("a a a a a")


def test_one_character_many_times():
    found = measured("a" * MANY)
    assert (found["all_words"], found["avg_word_length"], found["lines"]) == (1, MANY, 1)
    assert (found["top_2_gram_frac"], found["dup_5_gram_frac"], found["dup_line_frac"]) == (None, 0.0, 0.0)
    assert signed("a" * MANY) == [None, None]


def test_only_spaces():
    found = measured(" " * MANY)
    assert (found["chars"], found["all_words"], found["non_empty_lines"]) == (MANY, 0, 0)
    assert simplify(pa.array([" " * MANY])).to_pylist() == [""]


def test_only_newlines():
    found = measured("\n" * MANY)
    assert (found["lines"], found["non_empty_lines"], found["dup_line_frac"]) == (MANY + 1, 0, 0.5)
    assert found["dup_para_frac"] == 0.0


@pytest.mark.parametrize("marks", ["\u0301", "\u0301\u0334", "\u302e\u1b44"])
def test_only_combining_marks(marks):
    found = measured(marks * MANY)
    assert (found["chars"], found["all_words"], found["words"]) == (len(marks) * MANY, 1, 1)
    assert found["alpha_word_ratio"] == 0.0


def test_one_long_line_of_different_words():
    words = [f"w{i:06d}" for i in range(MANY)]
    found = measured(" ".join(words))
    assert (found["all_words"], found["lines"], found["avg_word_length"]) == (MANY, 1, 7.0)
    assert found["top_2_gram_frac"] == 15 / (8 * MANY - 1)
    assert found["dup_5_gram_frac"] == 0.0


def test_letters_and_full_stops_that_look_ahead():
    found = measured("a.\u0301" * MANY)
    assert found["all_words"] == 2  # no letter follows the last full stop


def test_a_table_grows_with_what_it_holds_and_not_with_the_text():
    assert spots.table_mask(10**7) + 1 == 2 * spots.START
    half = np.random.default_rng(5).integers(33, 127, MANY // 2, np.uint8)
    texts = {
        "one": (np.full(MANY, 97, np.uint8), 2 * spots.START),
        "sixteen": (np.resize(np.arange(97, 113, dtype=np.uint8), MANY), 2 * spots.START),
        "half of all": (np.concatenate([half, half]), 2**17),  # the least power of two above twice 50,000
    }
    for data, places in texts.values():
        words = Words(np.array([0, MANY]), np.arange(MANY), np.arange(MANY) + 1, data)
        text, edges = np.empty(MANY + joined.SLACK, np.uint8), np.empty(MANY + 1, np.int32)
        sums, blocks = np.empty(MANY + 1, np.uint32), np.empty(MANY // 8 + 3, np.uint32)
        joined.join(words.starts, words.ends, words.buffer, 0, MANY, 0, text.ctypes.data, edges.ctypes.data)
        strings = joined.Joined(text.ctypes.data, edges.ctypes.data, sums.ctypes.data, 8, 0, True)
        joined.add_up(strings, MANY, blocks.ctypes.data)
        tally = new_tally(MANY)
        take_all(tally, MANY - 10)
        table = np.empty(2 * spots.START, np.uint64)
        *_, table = most_frequent(strings, tally, MANY - 10, np.empty(MANY, np.int32), table)
        assert len(table) == places


def test_tables_that_grow_still_find_everything():
    chance = random.Random(3)
    words = [f"{chance.randrange(30_000):x}" for _ in range(40_000)] * 2
    top, repeated = ngrams.ngram_chars(Words.from_lists([words]))
    counts: dict[tuple[str, ...], int] = {}
    for pair in pairwise(words):
        counts[pair] = counts.get(pair, 0) + 1
    best = max(counts.values())
    first = next(pair for pair, count in counts.items() if count == best)
    assert top[0, 0] == (len(first[0]) + 1 + len(first[1])) * best
    assert repeated[:, 0].tolist() == [brute_repeated(words, n) for n in range(5, 11)]


def brute_repeated(words, n):
    seen, chars, i = set(), 0, 0
    while i + n <= len(words):
        joined = "".join(words[i : i + n])
        if joined in seen:
            chars, i = chars + len(joined), i + n
        else:
            seen.add(joined)
            i += 1
    return chars


def test_documents_cost_no_allocation_each():
    def allocations(documents):
        words = Words.from_lists([["some", "words", "that", "are", "there", "here"]] * documents)
        before = rtsys.get_allocation_stats().alloc
        ngrams.ngram_chars(words)
        for kind in KINDS:
            Sketch(kind).signatures_from_words(words)
        return rtsys.get_allocation_stats().alloc - before

    _nrt_python.memsys_enable_stats()
    try:
        allocations(1)
        assert allocations(2000) == allocations(20)
    finally:
        _nrt_python.memsys_disable_stats()


BYTES = st.one_of(st.binary(max_size=60), st.text(max_size=20).map(lambda text: text.encode()[:-1]))


@settings(max_examples=300, deadline=None)
@given(st.lists(BYTES, max_size=4))
def test_bytes_that_are_no_utf8_are_read_within_their_text(rows):
    binary = pa.array([b"before\xf0", *rows, b"\xbfafter"], pa.large_binary())
    texts = pa.Array.from_buffers(pa.large_string(), len(binary), binary.buffers()).slice(1, len(rows))
    alone = [pa.Array.from_buffers(pa.large_string(), 1, pa.array([row], pa.large_binary()).buffers()) for row in rows]
    view = utf8(texts)
    found = rule_words(view)
    starts, ends = (
        np.repeat(view.offsets[:-1], np.diff(found.row_offsets)),
        np.where(found.ends < 0, -1 - found.ends, found.ends),
    )
    assert (found.starts >= starts).all()
    assert (ends <= np.repeat(view.offsets[1:], np.diff(found.row_offsets))).all()
    simple = simplify(texts)
    simple.validate(full=True)  # whatever came in, UTF-8 comes out
    assert simple.to_pylist() == [simplify(row).to_pylist()[0] for row in alone]
    words = Words(found.row_offsets, found.starts, np.maximum(ends, found.starts), view.data)
    together, ours = statistics(texts, words, ["a"]), simple_words(words).to_lists()
    first = 0
    for row, last, one in zip(alone, found.row_offsets[1:].tolist(), range(len(rows)), strict=True):
        shift = view.offsets[one]
        own = Words([0, last - first], words.starts[first:last] - shift, words.ends[first:last] - shift, utf8(row).data)
        assert statistics(row, own, ["a"]).equals(together.slice(one, 1).combine_chunks())
        assert simple_words(own).to_lists() == [ours[one]]
        first = last


ANY = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("ab1. ,'\r\n\u0301\u200d\u200cא中ก한🇮👩Σ"))
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.none(), ANY), max_size=5), st.integers(0, 3), st.integers(0, 5))
def test_slices_chunks_and_nulls_are_read_like_whole_columns(texts, start, cut):
    column = pa.array([*["x" * start] * start, *texts], pa.large_string()).slice(start)
    chunks = pa.chunked_array([column.slice(0, cut), column.slice(cut)], pa.large_string())
    whole = pa.array([text or "" for text in texts], pa.large_string())
    split = segmenter("unicode")
    for other in (column, chunks):
        words = split.words(other)
        assert words.to_lists() == split.words(whole).to_lists()
        assert statistics(other, words, ["a"]).equals(statistics(whole, split.words(whole), ["a"]))
        for kind in KINDS:
            sketch = Sketch(kind, words=2)
            assert simplify(other).equals(simplify(whole))
            assert sketch.signatures(other, split).equals(sketch.signatures(whole, split))
