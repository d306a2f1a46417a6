"""Edits: applying, composing and finding them, on texts of several scripts."""

import time

from hypothesis import given
from hypothesis import strategies as st

from corpusforge.text.edits import Edit, applied, composed, difference, in_bytes

TEXT = st.text(alphabet="abਪੰज🙂 \n|é", max_size=60)


@st.composite
def edited(draw: st.DrawFn, text: str) -> list[Edit]:
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return [(start, end, draw(TEXT)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]


def well_formed(edits: list[Edit], text: str) -> bool:
    ends = [0, *(end for _, end, _ in edits)]
    starts = [*(start for start, _, _ in edits), len(text)]
    return all(end <= start for end, start in zip(ends, starts, strict=True)) and all(a <= b for a, b, _ in edits)


@given(st.data(), TEXT)
def test_two_rounds_of_edits_compose(data: st.DataObject, text: str) -> None:
    first = data.draw(edited(text))
    middle = applied(text, first)
    second = data.draw(edited(middle))
    both = composed(text, first, second)
    assert well_formed(both, text)
    assert applied(text, both) == applied(middle, second)


@given(TEXT, TEXT)
def test_a_difference_turns_one_text_into_the_other(old: str, new: str) -> None:
    edits = difference(old, new)
    assert well_formed(edits, old) and applied(old, edits) == new
    assert all(old[start:end] != replacement for start, end, replacement in edits)


@given(st.data(), TEXT)
def test_byte_positions(data: st.DataObject, text: str) -> None:
    edits = data.draw(edited(text))
    raw, position, out = text.encode(), 0, b""
    for start, end, replacement in in_bytes(text, edits):
        out += raw[position:start] + replacement.encode()
        position = end
    assert (out + raw[position:]).decode() == applied(text, edits)


def test_a_difference_is_small_where_texts_are_in_step() -> None:
    old = "ਪੰਜਾਬ ਦੀ ਧਰਤੀ â€œsoâ€\x9d ਅਤੇ â€™ then much more text"
    new = "ਪੰਜਾਬ ਦੀ ਧਰਤੀ “so” ਅਤੇ ’ then much more text"
    assert [old[start:end] for start, end, _ in difference(old, new)] == ["â€œsoâ€\x9d", "â€™"]
    assert difference("same", "same") == []
    assert difference("abc", "") == [(0, 3, "")]
    assert difference("", "abc", at=7) == [(7, 7, "abc")]


def test_unlike_texts_take_linear_time() -> None:
    start = time.perf_counter()
    old, new = "ab" * 500_000, "cd" * 500_000
    assert difference(old, new) == [(0, 1_000_000, new)]
    assert applied(old, difference(old, "xb" * 500_000)) == "xb" * 500_000
    assert time.perf_counter() - start < 5
