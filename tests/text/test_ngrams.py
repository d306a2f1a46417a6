from corpusforge.text.ngrams import ngram_chars
from corpusforge.text.words import Words


def top(words):
    return ngram_chars(Words.from_lists([["noise"] * 30, words]))[0][:, 1].tolist()


def repeated(words):
    return ngram_chars(Words.from_lists([["noise"] * 30, words]))[1][:, 1].tolist()


def test_too_few_words_have_no_most_frequent_ngram():
    assert top([]) == top(["a"]) == [-1, -1, -1]
    assert top(["a", "b"]) == [3, -1, -1]


def test_the_most_frequent_ngram_counts_its_spaces_and_every_occurrence():
    assert top(["ab", "c", "x", "ab", "c"])[0] == len("ab c") * 2


def test_occurrences_may_overlap():
    assert top(["ਹਾ", "ਹਾ", "ਹਾ"])[0] == len("ਹਾ ਹਾ") * 2


def test_among_equally_frequent_ngrams_the_first_wins_not_the_longest():
    assert top(["a", "b", "long", "words", "a", "b", "long", "words"])[0] == len("a b") * 2


def test_words_that_hold_spaces_join_to_the_same_ngram():
    assert top(["a b", "c", "-", "a", "b c"])[0] == len("a b c") * 2


def test_a_repeated_ngram_is_counted_without_spaces_and_jumped_over():
    five = ["aa", "b", "c", "d", "e"]
    assert repeated(five * 3)[0] == 2 * len("aabcde")


def test_the_cursor_moves_by_one_until_it_meets_a_repetition():
    # words 0-4 are new; 1-5 and 6-10 repeat them
    assert repeated(["a"] * 11)[0] == 10


def test_words_cut_elsewhere_join_to_the_same_repeated_ngram():
    assert repeated(["ab", "c", "d", "e", "f", "-", "a", "bc", "d", "e", "f"])[0] == len("abcdef")


def test_too_few_words_repeat_nothing():
    assert repeated(["a"] * 4) == [0] * 6
