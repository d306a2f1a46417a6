"""Unmapped fields as capped JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from corpusforge.io.field_map import MAX_META, meta, take


def test_the_longest_values_are_dropped_first() -> None:
    values = {"short": 1, "long": "x" * 5000, "longer": "y" * 6000, "text": "z" * 1000}
    assert json.loads(meta(values) or "") == {"short": 1, "text": "z" * 1000, "…dropped": ["long", "longer"]}


def test_nothing_is_null() -> None:
    assert meta({}) is None


@given(
    st.dictionaries(st.text(max_size=50), st.text(max_size=3000) | st.integers() | st.lists(st.floats()), max_size=40)
)
def test_never_longer_than_the_cap_and_always_json(values: dict[str, object]) -> None:
    found = meta(values) or "{}"
    assert len(found.encode()) <= MAX_META
    loaded = json.loads(found)
    dropped = loaded.pop("…dropped", []) if "…dropped" not in values else []
    assert set(loaded) | set(dropped) <= set(values)


def test_many_names_do_not_break_the_cap() -> None:
    assert len((meta({f"name {n} " + "n" * 100: "v" * 100 for n in range(500)}) or "").encode()) <= MAX_META


def test_take() -> None:
    values = {"a": {"b": {"c": 1}, "d": 2}, "a.d": 3}
    assert take(values, "a.b.c") == (1, True)
    assert take(values, "a.d") == (3, True)
    assert take(values, "a.x") == take(values, "z") == (None, False)
    assert values == {"a": {"d": 2}} or values == {"a": {"b": {}, "d": 2}}
