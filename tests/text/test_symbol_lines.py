"""Table bars: runs of lines of bars become one empty place, as in FineWeb2."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text.edits import applied
from corpusforge.text.symbol_lines import symbol_line_edits


def cleaned(text: str) -> str:
    return applied(text, symbol_line_edits(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("ਪੰਜਾਬੀ", "ਪੰਜਾਬੀ"),
        ("a\n|\nb", "a\n\n\nb"),
        ("a\n| |\n|\n||\nb", "a\n\n\nb"),
        ("|\na", "\n\na"),
        ("a\n|", "a\n\n"),
        ("|", "\n"),
        ("a\n|\n \n|\nb", "a\n\n\n \n\n\nb"),
        ("a | b\n|x|", "a | b\n|x|"),
        ("a\n\t|\nb", "a\n\t|\nb"),  # a tab is neither a bar nor a space
        ("a\r\nb\u2028c\x85d\n\n", "a\nb\nc\nd\n"),
        ("\n", ""),
    ],
)
def test_by_hand(text: str, expected: str) -> None:
    assert cleaned(text) == expected


@settings(max_examples=500)
@given(st.text(alphabet="|| \n\n\r\ta\x0b\x0c\x1c\x1e\x85\u2028ਪ", max_size=40))
def test_exactly_what_datatrove_does(text: str) -> None:
    formatters = pytest.importorskip("datatrove.pipeline.formatters")
    reference = formatters.SymbolLinesFormatter(symbols_to_remove=["|"], replace_char="\n")
    assert cleaned(text) == reference.format(text)


def test_edits_touch_only_what_changes() -> None:
    text = "ਪੰਜ\n|\n| |\nਆਬ"
    assert symbol_line_edits(text) == [(4, 9, "\n")]
