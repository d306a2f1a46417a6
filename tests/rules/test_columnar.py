"""Conditions over columns: Kleene's three values, null for every impossible number."""

import polars as pl
import pytest

from corpusforge.rules.columnar import columnar, numbers
from corpusforge.rules.parse import parse


def values(text: str, thresholds: dict[str, float | None] | None = None, **columns: object) -> list[bool | None]:
    expression = parse(text)
    condition = columnar(expression, thresholds or {})
    assert condition is not None
    return numbers(pl.DataFrame(columns), expression.signals).select(condition.alias("x"))["x"].to_list()


T, F, N = True, False, None


def test_kleene_and_or_not() -> None:
    a = [T, T, T, F, F, F, N, N, N]
    b = [T, F, N, T, F, N, T, F, N]
    assert values("a and b", a=a, b=b) == [T, F, N, F, F, F, N, F, N]
    assert values("a or b", a=a, b=b) == [T, T, T, T, F, N, T, N, N]
    assert values("not a", a=[T, F, N]) == [F, T, N]


def test_x_or_null_is_true_or_not_evaluated() -> None:
    assert values("x > 1 or null", x=[2, 1, None]) == [T, N, N]


def test_a_null_signal_is_not_evaluated() -> None:
    assert values("x < 1", x=[0.5, None, 2.0]) == [T, N, F]


def test_nan_is_null_and_not_the_greatest_number() -> None:
    assert values("x > 0.3", x=[float("nan"), 0.4, float("inf")]) == [N, T, T]


def test_division_by_zero_is_null() -> None:
    assert values("a / b > 0.1", a=[1, 0, 1, 1], b=[2, 0, 0, None]) == [T, N, N, N]


def test_counts_do_not_wrap_below_zero() -> None:
    frame = pl.DataFrame({"a": [1], "b": [2]}, schema={"a": pl.UInt32, "b": pl.UInt32})
    expression = parse("a - b < 0")
    assert numbers(frame, expression.signals).select(columnar(expression, {})).item() is True


def test_a_float32_score_is_compared_with_the_exact_threshold() -> None:
    # float32(0.84) = 0.839999973...: below the float64 threshold 0.84.
    frame = pl.DataFrame({"s": [0.84]}, schema={"s": pl.Float32})
    expression = parse("s < $t")
    assert numbers(frame, expression.signals).select(columnar(expression, {"t": 0.84})).item() is True


def test_thresholds_labels_and_flags() -> None:
    assert values("$t <= x", {"t": 2}, x=[1, 2]) == [F, T]
    assert values("s == 'Guru' or s == \"Arab\"", s=["Guru", "Latn", None]) == [T, F, N]
    assert values("kept", kept=[T, F, N]) == [T, F, N]
    assert values("duplicate == true", duplicate=[T, F, N]) == [T, F, N]
    assert values("-x * 2 + 1 != -3", x=[2, 3]) == [F, T]


def test_a_null_threshold_turns_the_rule_off() -> None:
    assert columnar(parse("a > $x or b > $y"), {"x": 1.0, "y": None}) is None


def test_an_unnamed_threshold_is_an_error() -> None:
    with pytest.raises(KeyError):
        columnar(parse("a > $x"), {})
