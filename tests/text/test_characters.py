import sys

import pytest

from corpusforge.text.characters import (
    ALPHA,
    LINE_END,
    PUNCTUATION,
    SPACE,
    SYMBOL,
    TERMINAL,
    TERMINAL_PUNCTUATION,
    flags,
)

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]


def flagged(flag):
    table = flags()
    return {character for character in EVERY_CHARACTER if table[ord(character)] & flag}


def test_alphabetic_is_what_python_calls_so():
    assert flagged(ALPHA) == {character for character in EVERY_CHARACTER if character.isalpha()}


def test_white_space_is_what_strip_removes():
    assert flagged(SPACE) == {character for character in EVERY_CHARACTER if not character.strip()}


def test_line_ends_are_where_splitlines_splits():
    assert flagged(LINE_END) == {character for character in EVERY_CHARACTER if len(f"a{character}a".splitlines()) == 2}


def test_sentence_ends_of_several_scripts():
    assert set("।॥。.!?؟۔։။។᙮") <= flagged(TERMINAL)
    assert not set(",;:،、a \n") & flagged(TERMINAL)


def test_terminal_punctuation_is_the_published_set():
    text = pytest.importorskip("datatrove.utils.text")
    assert len(TERMINAL_PUNCTUATION) == 159
    assert text.TERMINAL_PUNCTUATION == TERMINAL_PUNCTUATION
    assert flagged(TERMINAL) == text.TERMINAL_PUNCTUATION


def test_symbols_are_the_published_punctuation():
    text = pytest.importorskip("datatrove.utils.text")
    assert set(text.PUNCTUATION) == PUNCTUATION
    assert flagged(SYMBOL) == text.PUNCTUATION_SET


def test_newline_is_no_symbol_but_carriage_return_is():
    assert "\n" not in flagged(SYMBOL)
    assert "\r" in flagged(SYMBOL)


def test_no_letter_is_punctuation():
    # word_counts stops looking at a word at its first letter
    assert not ((flags() & ALPHA != 0) & (flags() & SYMBOL != 0)).any()
