"""`corpusforge languages`, as a user meets it."""

import argparse
import json

import pytest

from corpusforge.cli import languages
from corpusforge.errors import UserError


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    languages.add_arguments(parser)
    return languages.run(parser.parse_args(words))


def _answer(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert _run(*words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_the_list_has_a_line_per_language(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _answer(capsys).splitlines()
    assert lines[0].split() == ["code", "lid176", "glotlid", "openlid", "text", "name"]
    assert "pan_Guru  pa      pan_Guru  pan_Guru  medium   Punjabi  ਪੰਜਾਬੀ" in lines
    assert "hbs_Latn  sh      hbs_Latn  -         unknown  Serbo-Croatian  srpskohrvatski" in lines


def test_the_list_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    found = {entry["code"]: entry for entry in json.loads(_answer(capsys, "--json"))}
    assert found["pnb_Arab"]["lid176"] == "pnb"
    assert found["pan_Latn"]["default_script"] is False


def test_one_language_shows_every_value_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _answer(capsys, "Punjabi")
    assert answer.startswith("pan_Guru  Punjabi  ਪੰਜਾਬੀ\n")
    assert "other scripts and related languages: pan_Latn, pnb_Arab" in answer
    assert "  min_line_punct_ratio    0.153   [published: fineweb2@d0defb2]" in answer
    assert "  max_char_dup_ratio      0.1     [inherited: default (fineweb2@d0defb2" in answer
    assert answer.index("max_dup_9_gram_frac") < answer.index("max_dup_10_gram_frac")


def test_rules_that_can_drop_nothing_are_listed_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    never = json.loads(_answer(capsys, "pnb", "--json"))["inactive"]
    assert never["fineweb_quality/line_punct_ratio"] == "min_line_punct_ratio is null: off"
    assert "gopher_repetition/top_2_gram_frac" not in never


def test_a_share_above_its_bound_never_fires(capsys: pytest.CaptureFixture[str]) -> None:
    from corpusforge.languages import all_codes, load_language

    high = next(code for code in all_codes() if (load_language(code).thresholds["max_dup_line_frac"] or 0) >= 1)
    never = json.loads(_answer(capsys, high, "--json"))["inactive"]
    assert "is always below 1" in never["gopher_repetition/dup_line_frac"]


def test_an_unknown_name_is_refused_with_suggestions() -> None:
    with pytest.raises(UserError, match="did you mean pan_Guru"):
        _run("Punjabbi")
