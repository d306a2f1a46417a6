"""Readable differences: words, not bytes; the texts can be put together from them again."""

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from corpusforge.difference import Change, changes

WORDS = st.lists(st.sampled_from(["a", "bb", "ccc", "\n", " ", ".", "ਪੰਜਾਬੀ"]), max_size=30).map(" ".join)


def test_words_that_differ_stand_between_what_is_equal():
    assert changes("The cat sat on the mat.", "The dog sat on the mat.") == [
        Change("The ", "cat", "dog", " sat on the mat.")
    ]


def test_a_line_more_and_a_word_more():
    found = changes("One line.\nThe end.", "One line.\nA new line.\nThe end, friend.")
    assert [(one.left, one.right) for one in found] == [("", "A new line.\n"), ("", ", friend")]


def test_a_vowel_sign_is_no_word_of_its_own():
    assert [(one.left, one.right) for one in changes("ਦੀ ਗੱਲ", "ਦੇ ਗੱਲ")] == [("ਦੀ", "ਦੇ")]


def test_words_that_follow_each_other_are_one_change():
    assert [(one.left, one.right) for one in changes("a b c d", "a x y d")] == [("b c", "x y")]


@given(WORDS)
def test_equal_texts_have_no_difference(text):
    assert changes(text, text) == []


@given(WORDS, WORDS)
def test_left_and_right_can_be_told_from_the_changes(left, right):
    found = changes(left, right)
    assert bool(found) == (left != right)
    for one in found:
        assert one.left in left
        assert one.right in right
        assert one.left != one.right
    assert sum(len(one.right) - len(one.left) for one in found) == len(right) - len(left)


def test_hostile_texts_take_bounded_time():
    dice = random.Random(1)
    began = time.process_time()
    for glue in (" ", "\n", ""):
        changes(glue.join(dice.choices("ab", k=200_000)), glue.join(dice.choices("ab", k=200_000)))
    assert time.process_time() - began < 60
