import pyarrow as pa

from corpusforge.text.buffers import utf8
from corpusforge.text.counts import text_counts, word_counts
from corpusforge.text.words import Words


def of_text(text):
    return {name: int(values[0]) for name, values in text_counts(utf8(pa.array([text])))._asdict().items()}


def of_words(words, stop_words=()):
    counted = word_counts(Words.from_lists([["noise"], words]), stop_words)
    return {name: int(values[1]) for name, values in counted._asdict().items()}


def test_characters_are_code_points():
    assert of_text("नि𝄞e\u0301\n")["chars"] == 6


def test_ellipses_do_not_overlap():
    assert of_text("...... .. .... …")["ellipses"] == 4


def test_other_characters_that_end_in_the_same_byte_are_no_ellipsis():
    assert of_text("¦Ħ…")["ellipses"] == 1
    assert [text_counts(utf8(pa.array(["\u2026", "¦"]))).ellipses.tolist()] == [[1, 0]]


def test_a_symbol_is_a_word_of_punctuation_only():
    found = of_words(["--", "।", "x-", "字", "…", "'s", "1"])
    assert (found["words"], found["word_chars"]) == (4, 6)


def test_a_word_is_alphabetic_with_one_letter_and_marks_are_no_letters():
    assert of_words(["2nd", "1", "ਿ", "ਕਿ", "字", "—", "ª"])["alpha"] == 4


def test_stop_words_count_once_each_and_case_counts():
    assert of_words(["The", "the", "the", "of", "offer", "ਦੇ"], ["the", "of", "ਦੇ", "and", "the"])["stop_words"] == 3


def test_stop_words_of_an_earlier_text_are_forgotten():
    assert word_counts(Words.from_lists([["a"], ["a"], [], ["b"]]), ["a"]).stop_words.tolist() == [1, 1, 0, 0]


def test_no_stop_words_and_the_empty_stop_word():
    assert of_words(["a"], [])["stop_words"] == 0
    assert of_words(["a", ""], [""])["stop_words"] == 1
