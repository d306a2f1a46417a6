"""Windows of long texts: how many, how long, and that no character or (within reach) word is cut."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.text.buffers import utf8
from corpusforge.text.windows import windows


def cut(texts: list[str], size: int | None, count: int) -> list[list[str]]:
    text = utf8(pa.array(texts, pa.large_string()))
    rows, starts, ends = windows(text, size, count)
    data = text.data.tobytes()
    spans = [data[start:end].decode("utf-8") for start, end in zip(starts, ends, strict=True)]
    return [spans[first:last] for first, last in pairwise(rows)]


def test_a_text_within_the_size_is_one_window() -> None:
    assert cut(["", "ਪੰਜਾਬ", "x" * 64], 64, 4) == [[""], ["ਪੰਜਾਬ"], ["x" * 64]]


def test_no_size_means_the_whole_text() -> None:
    assert cut(["x" * 100_000, "a"], None, 4) == [["x" * 100_000], ["a"]]


def test_windows_begin_with_the_text_and_end_with_it_and_hold_whole_words() -> None:
    text = " ".join(f"word{number:04d}" for number in range(1000))  # 8,999 bytes
    (found,) = cut([text], 400, 4)
    assert found[0].startswith("word0000 word0001") and found[-1].endswith("word0998 word0999")
    assert all(piece in text.split() for window in found for piece in window.split())
    assert all(80 <= len(window) <= 100 for window in found)
    middle = [int(window.split()[0][4:]) for window in found]
    assert [round(number / 100) for number in middle] == [0, 3, 7, 10]


def test_without_spaces_a_cut_lies_between_characters() -> None:
    (found,) = cut(["日本語" * 1000], 1000, 8)
    assert len(found) == 8 and all(set(window) <= set("日本語") for window in found)


def test_chosen_rows_are_those_asked_for() -> None:
    text = utf8(pa.array(["a b", "c d", "e f"], pa.large_string()))
    rows, starts, ends = windows(text, 10, 2, np.array([2, 0]))
    assert (rows.tolist(), starts.tolist(), ends.tolist()) == ([0, 1, 2], [6, 0], [9, 3])


@given(st.lists(st.text(max_size=300), max_size=6), st.integers(16, 200), st.integers(2, 8))
def test_windows_lie_in_order_inside_their_text_and_within_the_size(texts: list[str], size: int, count: int) -> None:
    text = utf8(pa.array(texts, pa.large_string()))
    rows, starts, ends = windows(text, size, count)
    for row, whole in enumerate(texts):
        spans = [(int(starts[at]), int(ends[at])) for at in range(rows[row], rows[row + 1])]
        edges = [text.offsets[row], *(edge for span in spans for edge in span), text.offsets[row + 1]]
        assert edges == sorted(edges)
        assert sum(end - start for start, end in spans) <= max(size, 0) or len(whole.encode()) <= size
    cut(texts, size, count)  # decodes
