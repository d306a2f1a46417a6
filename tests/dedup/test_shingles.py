import numpy as np
import pyarrow as pa
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dedup import definition

from corpusforge.dedup.shingles import shingle_sets
from corpusforge.dedup.signature import Sketch
from corpusforge.dedup.similarity import jaccard
from corpusforge.text.segment import segmenter
from corpusforge.text.words import Words

WORD = st.one_of(st.sampled_from(["ਦੇ", "ਹੈ", "0", "a"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
NUMBERS = st.sets(st.sampled_from([0, 1, 2, 2**63, 2**64 - 1, 5, 6, 7]))


def by_definition(words, size):
    joined = {" ".join(words[i : i + size]) for i in range(len(words) - size + 1)}
    return sorted({xxhash.xxh64_intdigest(one.encode()) for one in joined})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(WORD, max_size=12), max_size=4), st.integers(1, 6))
def test_each_shingle_is_there_once_and_in_order(rows, size):
    found = shingle_sets(Words.from_lists(rows), size)
    assert found.type == pa.large_list(pa.uint64())
    assert found.to_pylist() == [by_definition(words, size) for words in rows]


def test_they_are_the_shingles_of_the_signature():
    texts = pa.array(["Zażółć gęślą jaźń, zażółć gęślą jaźń 12 razy", "za krótki", ""], pa.large_string())
    sketch, use = Sketch(kind="datatrove"), segmenter("unicode", "pol_Latn")
    a, b = sketch.permutations
    found = sketch.shingle_sets(texts, use).to_pylist()
    least = [
        min((h * x + y) % 2**64 % (2**61 - 1) for h in found[0]) for x, y in zip(a.tolist(), b.tolist(), strict=True)
    ]
    assert sketch.signatures(texts, use).to_pylist() == [least, None, None]
    assert found[1:] == [[], []]


@settings(max_examples=200, deadline=None)
@given(NUMBERS, NUMBERS)
def test_jaccard_of_two_sets(left, right):
    arrays = [np.array(sorted(one), np.uint64) for one in (left, right)]
    assert jaccard(*arrays) == definition.jaccard(left, right)
