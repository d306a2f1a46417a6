"""YAML 1.2, with lines."""

import pytest

from corpusforge.errors import UserError
from corpusforge.yaml12 import loads


def test_words_that_yaml_1_1_takes_for_booleans_are_words() -> None:
    assert loads("[no, on, off, yes, y, N]").data == ["no", "on", "off", "yes", "y", "N"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("'no'", "no"),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("60:30", "60:30"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    found = loads(f"a: {text}").data["a"]
    assert found == value and type(found) is type(value)


def test_a_key_that_stands_twice_names_its_line() -> None:
    with pytest.raises(UserError, match=r"^file\.yaml:3: key 'a' stands twice"):
        loads("a: 1\nb: 2\na: 3\n", "file.yaml")


def test_a_syntax_error_names_its_line() -> None:
    with pytest.raises(UserError, match=r"^file\.yaml:2: not valid YAML"):
        loads("a: [1\nb: 2\n", "file.yaml")


@pytest.mark.parametrize("text", ["a: 1\nb: &x [*x]\n", "a: 1\nb: &x\n  c: [1, {d: *x}]\n"])
def test_a_value_that_contains_itself_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(UserError, match=r"^file\.yaml:2: this value contains itself through an alias"):
        loads(text, "file.yaml")


def test_an_alias_may_stand_twice() -> None:
    assert loads("a: &x [1]\nb: [*x, *x]\n").data == {"a": [1], "b": [[1], [1]]}


def test_tags_are_refused() -> None:
    with pytest.raises(UserError, match=r"^file\.yaml:1: tag '.*python"):
        loads("!!python/name:os.system ''", "file.yaml")


def test_every_value_knows_its_line() -> None:
    document = loads("a:\n  - x\n  - b: 1\n", "f")
    assert document.where(("a", 1, "b")) == "f:3"
    assert document.where(("a", 1, "absent")) == "f:3"
