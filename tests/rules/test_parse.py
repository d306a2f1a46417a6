"""Conditions of rules: what is understood, what is refused, and where the fault is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.rules.expression import ExpressionError, Hint, check
from corpusforge.rules.parse import parse


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("words < $min_words", "(words < $min_words)"),
        ("a or b and not c", "(a or (b and (not c)))"),
        ("(a or b) and c", "((a or b) and c)"),
        ("a - b - c > 2 * d / 4", "(((a - b) - c) > ((2 * d) / 4))"),
        ("-x < -.5", "((-x) < (-0.5))"),
        ("x == 1e-3 or null", "((x == 0.001) or null)"),
        ("kept", "kept"),
        ("duplicate == true", "(duplicate == true)"),
        ("script != 'Guru'", "(script != 'Guru')"),
    ],
)
def test_precedence_and_one_canonical_spelling(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
    assert str(parse(canonical)) == canonical


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "ends too early"),
        ("a <", 4, "ends too early"),
        ("0.1 < a < 0.5", 9, "cannot be chained"),
        ("a < 1)", 6, "not expected here"),
        ("(a < 1", 1, "never closed"),
        ("a ** 2 > 1", 4, "not expected here"),
        ("a < 1; b", 6, "cannot be read here"),
        ("  a < 1 ?", 9, "cannot be read here"),
        ("a < 3px", 5, "cannot be read here"),
        ("words.real > 1", 6, "cannot be read here"),
        ("f(x) > 1", 2, "not expected here"),
        ("a and or b", 7, "not expected here"),
        ("not " * 60 + "a", 201, "levels"),
        ("a" + " + a" * 400 + " > 1", 601, "at most 300"),
    ],
)
def test_faults_carry_their_column(text: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as caught:
        parse(text)
    assert caught.value.column == column


@given(st.text(alphabet="ab $<>=!()+-*/'01.ornotandl\n\tਪ", max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        assert str(parse(str(expression))) == str(expression)


def test_names_in_order_of_appearance() -> None:
    expression = parse("b > $y and a / b < $x + $y")
    assert expression.signals == ("b", "a")
    assert expression.thresholds == ("y", "x")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("words < $min_words", Hint("words", "<", "min_words")),
        ("$max_x <= x", Hint("x", ">=", "max_x")),
        ("x > -1.5", Hint("x", ">", -1.5)),
        ("x + 1 > $y", None),
        ("x > y", None),
        ("x > 1 and y > 1", None),
        ("duplicate == true", None),
    ],
)
def test_a_simple_comparison_gives_a_hint(text: str, hint: Hint | None) -> None:
    assert parse(text).hint == hint


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("words", 1, "must be true or false"),
        ("words + 1", 7, "must be true or false"),
        ("duplicate > 1", 1, "needs a number, and this is a flag"),
        ("words == true", 7, "a number cannot be compared with a flag"),
        ("script == 3", 8, "a label cannot be compared with a number"),
        ("words and duplicate", 1, "needs a flag, and this is a number"),
        ("not $x", 5, "needs a flag, and this is a number"),
        ("-script > 1", 2, "needs a number, and this is a label"),
    ],
)
def test_parts_must_fit(text: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as caught:
        check(parse(text), {"words": "number", "duplicate": "flag", "script": "label"})
    assert caught.value.column == column


def test_parts_that_fit() -> None:
    for text in (
        "words > 1 or null",
        "duplicate",
        "not duplicate",
        "script == 'Guru' and words * 2 > $x",
        "unknown",
    ):
        check(parse(text), {"words": "number", "duplicate": "flag", "script": "label"})
