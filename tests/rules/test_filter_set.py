"""Filter sets: what loads, and what every mistake in a file is answered with."""

from pathlib import Path

import pytest

from corpusforge.errors import UserError
from corpusforge.rules.filter_set import load_filter_set, names

GOOD = """filter_set: mine
source: a paper
defaults: {max_dup_line_frac: 0.3}
rules:
  - rule: lines
    if: dup_line_frac > $max_dup_line_frac
  - rule: tagged
    if: chars > 10
    action: tag
"""


def load(tmp_path: Path, text: str) -> object:
    path = tmp_path / "my.yaml"
    path.write_text(text, encoding="utf-8")
    return load_filter_set(path)


def test_every_shipped_set_loads_under_its_own_name() -> None:
    assert set(names()) >= {
        "duplicates",
        "fineweb_quality",
        "gopher_quality",
        "gopher_repetition",
        "language",
    }
    for name in names():
        assert load_filter_set(name).filter_set == name


def test_rules_signals_and_thresholds_in_order(tmp_path: Path) -> None:
    loaded = load_filter_set(tmp_path / "my.yaml") if load(tmp_path, GOOD) else None
    assert loaded is not None
    assert [loaded.fate_of(rule) for rule in loaded.rules] == ["mine/lines", "mine/tagged"]
    assert loaded.signals == ("dup_line_frac", "chars")
    assert loaded.thresholds == ("max_dup_line_frac",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "dup_line_frac >",
            "dup_lin_frac >",
            ":6: unknown signal 'dup_lin_frac' (did you mean 'dup_line_frac'?)",
        ),
        ("rule: tagged", "rule: lines", ":7: rule 'lines' stands twice; rename one of them"),
        ("action: tag", "acton: tag", ":9: unknown field 'acton'"),
        ("action: tag", "action: edit", ":9: rules.1.action: Input should be 'drop' or 'tag'"),
        ("action: tag", "action: tag\n    fate: gone", ":7: rules.1: 'fate' belongs to rules that drop"),
        (
            "chars > 10",
            "chars > 10 > 2",
            ":8: comparisons cannot be chained; join two with 'and' (column 12 of",
        ),
        (
            "chars > 10",
            "chars",
            ":8: a condition must be true or false, and this is a number (column 1 of 'chars')",
        ),
        (
            "$max_dup_line_frac",
            "$max_dup_lines_frac",
            ":3: no rule uses threshold 'max_dup_line_frac' (did you mean",
        ),
        ("0.3", "yes", ":3: defaults.max_dup_line_frac: Input should be a valid number (given: 'yes')"),
        ("0.3", "true", ":3: defaults.max_dup_line_frac: Input should be a valid number"),
        ("0.3", ".nan", ":3: defaults.max_dup_line_frac: Input should be a finite number"),
        ("source: a paper\n", "", ":1: field 'source' is missing"),
    ],
)
def test_mistakes_name_line_and_mend(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(UserError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert f"{tmp_path}/my.yaml{message}" in str(caught.value)


def test_a_set_needs_rules(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"my.yaml:3: rules: Tuple should have at least 1 item"):
        load(tmp_path, "filter_set: x\nsource: y\nrules: []\n")
    with pytest.raises(UserError, match=r"my.yaml:1: a filter set is a mapping"):
        load(tmp_path, "- x\n")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        UserError, match=r"no filter set 'gopher_qualty' \(did you mean 'gopher_quality'\?\); there are: "
    ):
        load_filter_set("gopher_qualty")


def test_the_checksum_follows_meaning_and_not_spelling(tmp_path: Path) -> None:
    first = load(tmp_path, GOOD).checksum  # type: ignore[attr-defined]
    respelt = GOOD.replace("chars > 10", "( chars  >  10 )").replace("a paper", "another paper")
    assert load(tmp_path, respelt).checksum == first  # type: ignore[attr-defined]
    for old, new in (
        ("10", "11"),
        ("0.3", "null"),
        ("action: tag", "action: drop"),
        ("rule: tagged", "rule: other"),
    ):
        assert load(tmp_path, GOOD.replace(old, new)).checksum != first  # type: ignore[attr-defined]
