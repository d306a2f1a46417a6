"""Stop words as texts can have them."""

import pytest

from corpusforge.errors import UserError
from corpusforge.text.stop_words import clean_words, cut_words, matchable


def test_marks_of_direction_go_and_joiners_inside_a_word_stay() -> None:
    # Shahmukhi توں and دی as published; Persian می‌شود needs its zero width non-joiner.
    published = [
        "\u062a\u0648\u200f\u06ba",
        "\u062f\u200f\u200f\u06cc",
        "\u0645\u06cc\u200c\u0634\u0648\u062f",
        "\u200f",
    ]
    assert clean_words(published) == ("توں", "دی", "می\u200cشود")


def test_a_mark_that_made_two_words_of_one_leaves_one() -> None:
    assert clean_words(["\u200bໃນ", "ໃນ", "ໃນ\u200b"]) == ("ໃນ",)


def test_words_that_a_segmenter_keeps_are_not_cut() -> None:
    assert cut_words(["the", "ਵਿੱਚ", "是", "میں", "na’atube"], "unicode") == {}


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("དང་", ("དང", "་")),  # Tibetan: the mark between syllables is punctuation to UAX #29
        ("l-", ("l", "-")),  # Maltese
        ("hi³", ("hi", "³")),  # Chinantec tone
        ("bok kei", ("bok", "kei")),
    ],
)
def test_a_word_that_a_segmenter_cuts_is_found_with_its_pieces(word: str, pieces: tuple[str, ...]) -> None:
    assert cut_words(["the", word], "unicode") == {word: pieces}


def test_the_one_piece_with_letters_stands_for_a_cut_word() -> None:
    assert matchable(["དང་", "hi³", "bok kei", "the"], "unicode") == ("དང", "hi")


def test_an_elided_word_stands_for_nothing() -> None:
    # "l'eau" is one word to UAX #29: no text has an l of its own for it.
    assert cut_words(["l'"], "unicode") == {"l'": ("l", "'")}
    assert matchable(["l'", "d’"], "unicode") == ()


def test_a_decomposed_word_gets_its_composed_form_beside_it() -> None:
    assert matchable(["n\u00e9", "nno\u0301"], "unicode") == ("nn\u00f3",)


def test_an_unknown_segmenter_is_refused() -> None:
    with pytest.raises(UserError, match="unknown segmenter 'unicoed'"):
        cut_words(["the"], "unicoed")
