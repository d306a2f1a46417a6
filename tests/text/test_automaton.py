"""Searches as tables: they find what `re` finds."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.text.automaton import PLANE, Automaton, UnknownPattern, automaton

PATTERNS = ["ab|b[c-e]d", "^x|[^a-z\n]é", "a.?c", "(?:ab|c)[ਪ-ਫ]", r"\s[éÀ]\s?!", "[ab][ab][ab]c|[b][c]", "b\ufffd|a.b"]
ALPHABET = "abcdexz é!À\n\u3000ਪਫਬ\ufffd🙂"


def found(table: Automaton, text: str) -> bool:
    """Walk the table as its docstring says."""
    state = 0
    for character in text:
        state = int(table.steps[state + int(table.classes[min(ord(character), PLANE)])])
        if state < 0:
            return True
    return False


@given(st.sampled_from(PATTERNS), st.text(ALPHABET, max_size=8))
def test_a_table_finds_what_re_finds(pattern: str, text: str) -> None:
    assert found(automaton([re.compile(pattern)], ""), text) == bool(re.search(pattern, text))


@given(st.lists(st.sampled_from(PATTERNS), max_size=3), st.text(ALPHABET, max_size=8))
def test_several_patterns_are_one_search(patterns: list[str], text: str) -> None:
    table = automaton([re.compile(one) for one in patterns], "")
    assert found(table, text) == any(re.search(one, text) for one in patterns)


@given(st.text(ALPHABET + "_1", max_size=6))
def test_word_characters_outside_ascii_may_be_any(text: str) -> None:
    assert found(automaton([re.compile(r"a\w")], ""), text) == bool(re.search(r"a[0-9A-Za-z_\x80-\U0010ffff]", text))


def test_special_characters_have_the_last_classes_in_order() -> None:
    table = automaton([re.compile("[a-z]b")], "b|\u2028")
    assert [int(table.classes[ord(one)]) - table.special for one in "b|\u2028"] == [0, 1, 2]
    assert (np.delete(table.classes, [ord(one) for one in "b|\u2028"]) < table.special).all()
    assert found(table, "xb") and not found(table, "b|")


@pytest.mark.parametrize("pattern", ["a+", "a*b", "(?=a)b", "a$", "a^b", r"\bx", "🙂", "", "(?i)a"])
def test_what_cannot_be_translated_is_refused(pattern: str) -> None:
    with pytest.raises(UnknownPattern):
        automaton([re.compile(pattern)], "")
