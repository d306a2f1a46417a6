"""Seams of words that come again, against hand-worked values, a plain version of the same, and words really shuffled."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.runtime import _nrt_python, rtsys

from corpusforge.text.seams import FIRST, SeamCounts, seam_counts
from corpusforge.text.segment import UnicodeSegmenter
from corpusforge.text.words import Words


def counted(words: Words) -> SeamCounts:
    return seam_counts(words, np.ones(len(words), np.bool_))


def of_text(text: str) -> SeamCounts:
    found = counted(UnicodeSegmenter().words(pa.array([text], pa.large_string())))
    return SeamCounts(*(column[0] for column in found))


def of_words(*words: str) -> SeamCounts:
    return SeamCounts(*(column[0] for column in counted(Words.from_lists([list(words)]))))


def share(a: int, b: int, size: int) -> float:
    """Poisson, more than once, where two and two meet as often as they do on average: mean^2 / 2 times."""
    mean = math.sqrt(a * (a - 1) * b * (b - 1) / size / (size - 1))
    return 1 - math.exp(-mean) * (1 + mean)


def plainly(words: Sequence[str]) -> tuple[int, int, float, float]:
    """The same without kernels."""
    words = [word for word in words[:FIRST] if any(map(str.isalpha, word))]
    seams = [(left[-3:], right[:3]) for left, right in pairwise(words)]
    ends, beginnings = Counter(end for end, _ in seams), Counter(beginning for _, beginning in seams)
    shares = [share(a, b, len(seams)) for a in ends.values() for b in beginnings.values() if a > 1 and b > 1]
    again = sum(number > 1 for number in Counter(seams).values())
    return len(words), again, sum(shares), sum(one * (1 - one) for one in shares)


def test_seams_that_come_again() -> None:
    # of|the and the|sea; a mark and a number between two words are none
    found = of_text("of the sea, of 1 the sea. Sea of")
    assert (found.words, found.again) == (8, 2)
    assert of_words("one", "two", "one", "two", "one", "two").again == 2  # one|two, two|one
    assert of_words("one", "one", "one").again == 1
    assert of_words("one", "one").again == 0
    assert of_words() == of_words("12", "+") == (0, 0, 0.0, 0.0)


def test_a_seam_is_of_three_letters_on_either_side() -> None:
    assert of_words("walking", "home", "x", "talking", "homely").again == 1  # ing|hom
    assert of_words("walking", "home", "x", "talking", "hope").again == 0
    assert of_words("walking", "home", "x", "walked", "home").again == 0
    assert of_words("ab", "cd", "x", "ab", "cd").again == 1
    assert of_words("ab", "cd", "x", "aab", "cd").again == 0  # "aab" does not end in "ab" and nothing
    assert of_words("ਪੰਜਾਬੀਆਂ", "ਵਿਚਲੇ", "x", "ਮੁੰਡੀਆਂ", "ਵਿਚਾਰ").again == 1  # three code points: ਆਂ with ੀ before, ਵਿਚ
    assert of_words("𞤆𞤵𞤤𞤢𞤪", "𞤢𞤣𞤤𞤢𞤥", "x", "𞤢𞤤𞤢𞤪", "𞤢𞤣𞤤").again == 1  # four bytes each


def test_by_chance_is_the_poisson_distribution() -> None:
    # Six seams of a b a c b a a: of the ends a stands three times, b twice; of the beginnings a three times, b twice.
    found = of_words("a", "b", "a", "c", "b", "a", "a")
    shares = [share(3, 3, 6), share(3, 2, 6), share(2, 3, 6), share(2, 2, 6)]
    assert found.by_chance == pytest.approx(sum(shares), rel=1e-9)
    assert found.variance == pytest.approx(sum(one * (1 - one) for one in shares), rel=1e-9)
    assert of_words(*["a"] * 1000).by_chance == 1.0
    assert of_words("a", "b", "c", "d").by_chance == 0.0


def test_shuffled_words_have_as_many_as_by_chance() -> None:
    # By Zipf's law, as words are in texts: one of twenty is the most frequent.
    generator, words = random.Random(1), [f"{n:03x}" for n in range(300) for _ in range(1 + 24 // (1 + n))]
    again, expected, variance = [], [], []
    for _ in range(400):
        generator.shuffle(words)
        found = of_words(*("w" + word[::-1] + word + "w" for word in words))
        again.append(found.again)
        expected.append(found.by_chance)
        variance.append(found.variance)
    assert np.mean(again) == pytest.approx(np.mean(expected), rel=0.1)
    assert np.var(again) == pytest.approx(np.mean(variance), rel=0.5)


WORD = st.one_of(st.sampled_from(["the", "of", "12", ".", "एक", "है", "ing", "walking"]), st.text(max_size=5))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(WORD.filter(lambda word: word.isprintable()), max_size=40), max_size=4))
def test_as_without_kernels(rows: list[list[str]]) -> None:
    found = counted(Words.from_lists(rows))
    for row, values in zip(rows, zip(*found, strict=True), strict=True):
        assert values == pytest.approx(plainly(row), rel=1e-9, abs=1e-12)


def test_only_the_first_words_count() -> None:
    generator = random.Random(2)
    words = [f"{generator.randrange(60):02d}x" for _ in range(3 * FIRST)]
    assert of_words(*words) == of_words(*words[:FIRST])
    assert of_words(*words) == pytest.approx(plainly(words))


def test_rows_that_are_not_looked_at() -> None:
    words = Words.from_lists([["a"] * 9, ["a"] * 9])
    found = seam_counts(words, np.array([False, True]))
    assert [column.tolist() for column in found[:3]] == [[0, 9], [0, 1], [0.0, pytest.approx(share(8, 8, 8))]]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.binary(min_size=1, max_size=6), max_size=12), min_size=1, max_size=4))
def test_bytes_that_are_no_utf8_are_read_within_their_word(rows: list[list[bytes]]) -> None:
    together = counted(_of_bytes(rows))
    for row, values in zip(rows, zip(*together, strict=True), strict=True):
        assert tuple(column[0] for column in counted(_of_bytes([row]))) == values


def _of_bytes(rows: list[list[bytes]]) -> Words:
    """Words with other bytes around them, which must not matter."""
    pieces = [b"\xf0" + word + b"\xbf" for row in rows for word in row]
    stops = np.cumsum([0, *(len(piece) for piece in pieces)])
    offsets = np.cumsum([0, *(len(row) for row in rows)])
    return Words(offsets, stops[:-1] + 1, stops[1:] - 1, np.frombuffer(b"".join(pieces), np.uint8))


def test_documents_cost_no_allocation_each() -> None:
    def allocations(documents: int) -> int:
        words = Words.from_lists([["some", "words", "that", "are", "some", "words"]] * documents)
        before = rtsys.get_allocation_stats().alloc
        counted(words)
        return int(rtsys.get_allocation_stats().alloc - before)

    _nrt_python.memsys_enable_stats()
    try:
        allocations(1)
        assert allocations(2000) == allocations(20)
    finally:
        _nrt_python.memsys_disable_stats()
