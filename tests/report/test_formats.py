"""What a reader sees: numbers with their exact value, characters that act written out."""

import pytest

from corpusforge.report.formats import large, number, percent, percent_text, size, visible


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0%"), (1, "100%"), (0.1234, "12.3%"), (0.0001, "<0.1%"), (0.99999, ">99.9%"), (0.0005, "0.1%")],
)
def test_almost_nothing_never_looks_like_nothing(share: float, shown: str) -> None:
    assert percent_text(share) == shown


def test_numbers_carry_their_exact_value() -> None:
    assert large(1_060_710) == '<data value="1060710">1.06 million</data>'
    assert size(1_048_576) == '<data value="1048576">1.05 MB</data>'
    assert number(0.152999) == '<data value="0.152999">0.153</data>'
    assert percent(0.00001) == '<data value="1e-05">&lt;0.1%</data>'


def test_what_is_not_known_is_a_dash() -> None:
    assert "–" in percent(None) and "–" in number(None)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "U+0000"),
        ("\x1b", "U+001B"),
        ("\x9b", "U+009B"),
        ("\u202e", "U+202E"),
        ("\u2066", "U+2066"),
        ("\u200b", "U+200B"),
    ],
)
def test_characters_that_act_are_written_out(character: str, name: str) -> None:
    shown = visible(f"a{character}b")
    assert character not in shown
    assert f">{name}</span>" in shown


def test_markup_is_text() -> None:
    assert visible("<script>&\"'") == "&lt;script&gt;&amp;&#34;&#39;"


@pytest.mark.parametrize("text", ["ਪੰਜਾਬੀ", "می‌خواهم", "क्‍ष", "a\tb\nc", "👩‍🚀"])
def test_real_spelling_is_left_alone(text: str) -> None:
    assert visible(text) == text
