import numpy as np
import pytest

from corpusforge.text.words import Words


def test_words_from_outside_come_back_as_they_were():
    rows = [["ਸਤ", "ਸ੍ਰੀ", "ਅਕਾਲ", "।"], [], ["Tuyên ngôn", ""], ["👩‍🚀"]]
    words = Words.from_lists(rows)
    assert words.to_lists() == rows
    assert len(words) == 4
    assert words.row_offsets.tolist() == [0, 4, 4, 6, 7]


def test_no_texts_and_no_words():
    assert Words.from_lists([]).to_lists() == []
    assert Words.from_lists([[], []]).to_lists() == [[], []]


def test_spans_may_lie_anywhere_in_a_buffer_of_bytes():
    words = Words(np.array([0, 1, 2]), np.array([4, 0]), np.array([7, 3]), b"two one")
    assert words.to_lists() == [["one"], ["two"]]


@pytest.mark.parametrize(
    ("row_offsets", "starts", "ends", "message"),
    [
        ([0, 1], [0], [4], "outside the buffer"),
        ([0, 1], [-1], [2], "outside the buffer"),
        ([0, 1], [2], [1], "outside the buffer"),
        ([0, 2], [0], [1], "from 0 to the number of words"),
        ([1, 1], [0], [1], "from 0 to the number of words"),
        ([], [], [], "from 0 to the number of words"),
        ([0, 2, 1], [0], [1], "must not descend"),
    ],
)
def test_spans_that_do_not_fit_are_refused(row_offsets, starts, ends, message):
    with pytest.raises(ValueError, match=message):
        Words(np.array(row_offsets, np.int64), np.array(starts, np.int64), np.array(ends, np.int64), b"abc")
