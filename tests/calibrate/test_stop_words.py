"""Stop words: counted by the language's own segmenter, letters only, a floor."""

import pytest

from corpusforge.calibrate.stop_words import frequent_words, letters_only
from corpusforge.languages import load_language

PUNJABI = load_language("pan_Guru")


@pytest.mark.parametrize("word", ["ਵਿੱਚ", "ہے", "می‌خواهم", "the", "l"])
def test_letters_with_their_marks_and_joiners_are_words(word: str) -> None:
    assert letters_only(word)


@pytest.mark.parametrize("word", ["2024", "।", "…", "a1", "\u200c", "", "\u0a3e"])
def test_digits_and_punctuation_are_not(word: str) -> None:
    assert not letters_only(word)


def test_words_of_at_least_the_share_are_listed_most_frequent_first() -> None:
    text = "ਦੇ ਦੇ ਦੇ ਦੇ ਹੈ ਹੈ ਹੈ ਅਤੇ ਅਤੇ ਨੇ । । । 1 2 3"  # ten words of letters
    found = frequent_words([text], PUNJABI, 0.2, asked=0)
    assert [(one.word, one.frequency, one.documents) for one in found[:3]] == [
        ("ਦੇ", 0.4, 1.0),
        ("ਹੈ", 0.3, 1.0),
        ("ਅਤੇ", 0.2, 1.0),
    ]


def test_at_least_eight_are_taken() -> None:
    found = frequent_words(
        ["one two three four five six seven eight nine ten eleven"], load_language("eng_Latn"), 0.9, 0
    )
    assert len(found) == 8


def test_words_that_most_documents_hold_are_added_while_documents_have_too_few() -> None:
    # Eight words are frequent in one document; the others share only `so` and `no`.
    eight = "aa bb cc dd ee ff gg hh " * 50
    texts = [eight, *(f"so no {chr(97 + n) * 3}" for n in range(20))]
    words = [one.word for one in frequent_words(texts, load_language("eng_Latn"), 0.1, asked=2)]
    assert words[:8] == ["aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh"] and words[8:] == ["no", "so"]


def test_names_are_not_listed() -> None:
    texts = ["Türkiye ve Türkiye ve Bu bu bu için ile olarak de da ne ise"] * 3
    words = [one.word for one in frequent_words(texts, load_language("tur_Latn"), 0.01, asked=0)]
    assert "Türkiye" not in words and "ve" in words and "Bu" in words
