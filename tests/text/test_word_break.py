import pytest

from corpusforge.text.word_break import (
    A_LETTER,
    CLASS,
    DICTIONARY,
    EXTEND,
    HEBREW_LETTER,
    NUMERIC,
    PICTOGRAPHIC,
    WHITE,
    classes,
)


def class_of(character):
    return int(classes()[ord(character)]) & CLASS


def test_classes_of_some_characters():
    found = [class_of(character) for character in "aא٣ਿ中ก한カ"]
    assert found == [A_LETTER, HEBREW_LETTER, NUMERIC, EXTEND, DICTIONARY, DICTIONARY, DICTIONARY, DICTIONARY]


def test_white_space_and_pictographs_are_marked_besides():
    assert [bool(classes()[ord(character)] & WHITE) for character in " \u00a0\u3000a"] == [True, True, True, False]
    assert [bool(classes()[ord(character)] & PICTOGRAPHIC) for character in "🚀©Ⓜa"] == [True, True, True, False]


def test_letters_agree_with_another_implementation_of_unicode():
    regex = pytest.importorskip("regex")
    letter, known = regex.compile(r"\p{WB=ALetter}"), 0
    for code in range(0x2000):
        if class_of(chr(code)) == A_LETTER:
            assert letter.match(chr(code)), hex(code)
            known += 1
    assert known > 3000
