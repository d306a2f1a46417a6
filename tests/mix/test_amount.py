"""Amounts as people write them."""

import pytest

from corpusforge.mix.amount import parse_amount, shown_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("10 M words", (10_000_000, "words")),
        ("100M", (100_000_000, None)),
        ("1.5 B bytes", (1_500_000_000, "bytes")),
        ("250_000", (250_000, None)),
        ("2,500 documents", (2_500, "documents")),
        ("3 k", (3_000, None)),
    ],
)
def test_amounts_are_read(text: str, amount: tuple[int, str | None]) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["", "many", "-5", "10 M tokens", "10 X", "M", "1e6"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="10 M words"):
        parse_amount(text)


def test_amounts_are_shown_with_three_digits_or_more() -> None:
    assert [shown_amount(value) for value in (0, 999, 9_999, 12_345, 4_560_000, 2e9, 3.2e12)] == [
        "0",
        "999",
        "9,999",
        "12.3 k",
        "4.56 M",
        "2.00 B",
        "3.20 T",
    ]
