"""What the command line says, made into settings: languages, empty values, thresholds of one language."""

import argparse
from typing import Any

import pytest

from corpusforge.cli.recipe_arguments import add_recipe_arguments, languages_of, settings_from
from corpusforge.errors import UserError
from corpusforge.settings import build_settings, with_changes

PUNJABI = ("pan_Guru",)


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_recipe_arguments(parser)
    return parser.parse_args(["fineweb2-style", *words])


# --lang


@pytest.mark.parametrize("name", ["pan_Guru", "pan_guru", "PAN_GURU", "pan-Guru", "pa-Guru"])
def test_a_named_script_is_taken_without_a_word(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert languages_of(name) == PUNJABI
    assert capsys.readouterr().err == ""


def test_a_choice_among_scripts_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert languages_of("Arabic") == ("arb_Arab",)
    assert capsys.readouterr().err.startswith("--lang Arabic: taking arb_Arab; there are also arb_Latn, ")


def test_an_ignored_region_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert languages_of("en-US") == ("eng_Latn",)
    assert capsys.readouterr().err == "--lang en-US: taking eng_Latn; its texts are not told apart by region (US)\n"


@pytest.mark.parametrize("name", ["all", "ALL", "All"])
def test_all_languages_in_any_case(name: str) -> None:
    assert languages_of(name) == ("all",)


@pytest.mark.parametrize(
    ("text", "mend"), [("pan;hin", "pan,hin"), ("pan; hin", "pan,hin"), ("pan hin", "pan,hin"), ("pan|hin", "pan,hin")]
)
def test_another_separator_than_a_comma_is_mended(text: str, mend: str) -> None:
    with pytest.raises(UserError) as error:
        languages_of(text)
    assert str(error.value) == f"--lang '{text}': write a comma between languages: --lang {mend}"


def test_arabic_is_a_language_that_the_model_can_emit() -> None:
    settings, out = settings_from(arguments("--lang", "Arabic"))
    assert settings.recipe.languages == ("arb_Arab",) and out == "runs/fineweb2-style-arb_Arab"


# Shell variables that are not set


@pytest.mark.parametrize(
    "words", [("--lang", ""), ("--out", ""), ("--input", ""), ("--input", "a.warc", " "), ("--lang", " ")]
)
def test_an_empty_value_is_refused_with_its_flag(words: tuple[str, ...]) -> None:
    with pytest.raises(UserError, match=f"^{words[0]}: "):
        settings_from(arguments(*words))


# --set


def refused(languages: tuple[str, ...], changes: dict[str, Any]) -> str:
    with pytest.raises(UserError) as error:
        build_settings("fineweb2-style", languages, changes=changes)
    return str(error.value)


def test_a_threshold_of_a_language_that_is_not_wanted_is_refused() -> None:
    assert refused(PUNJABI, {"hin_Deva.min_words": 3}) == (
        "--set hin_Deva.min_words: 'hin_Deva' is not among the languages of this run (pan_Guru); "
        "name it in --lang, or leave the change out"
    )


def test_under_all_every_language_has_its_thresholds() -> None:
    settings = build_settings("fineweb2-style", ("all",), changes={"hin_Deva.min_words": 3})
    assert settings.thresholds("hin_Deva", settings.rules)["min_words"] == 3.0


def test_what_if_knows_the_languages_of_the_run() -> None:
    with pytest.raises(UserError, match=r"^--set hin_Deva\.min_words: 'hin_Deva' is not among the languages"):
        with_changes(build_settings("fineweb2-style", PUNJABI), {"hin_Deva.min_words": 3})


def test_a_threshold_that_no_rule_uses_is_refused_with_those_that_are_used() -> None:
    said = refused(PUNJABI, {"pan_Guru.min_line_punct_ratio": 0.1})
    assert said.startswith(
        "--set pan_Guru.min_line_punct_ratio: no rule of recipe 'fineweb2-style' uses threshold 'min_line_punct_ratio': "
        "it would change nothing; recipe 'fineweb2-published' has it; 'fineweb2-style' uses: "
    )
    used = said.rpartition("uses: ")[2].split(", ")
    assert {"min_sentence_word_ratio", "min_words", "min_language_score"} <= set(used)
    assert used.index("min_sentence_word_ratio") < used.index("max_hash_ratio")
    assert build_settings("fineweb2-published", PUNJABI, changes={"pan_Guru.min_line_punct_ratio": 0.1}).overrides


def test_a_threshold_of_a_filter_set_that_the_recipe_leaves_out_is_refused() -> None:
    said = refused(PUNJABI, {"pan_Guru.min_precision_words": 0.1})
    assert "would change nothing; filter set 'precision' has it; " in said


def test_an_unknown_threshold_is_refused_with_the_nearest_that_is_used() -> None:
    said = refused(PUNJABI, {"pan_Guru.min_sentence_words_ratio": 0.1})
    assert ": unknown threshold 'min_sentence_words_ratio' (did you mean 'min_sentence_word_ratio'?); " in said


def test_what_if_refuses_a_threshold_that_no_rule_of_the_run_uses() -> None:
    with pytest.raises(UserError, match=r"^--set pan_Guru\.min_line_punct_ratio: no rule of recipe 'fineweb2-style'"):
        with_changes(build_settings("fineweb2-style", PUNJABI), {"pan_Guru.min_line_punct_ratio": None})


@pytest.mark.parametrize("name", ["pan", "Punjabi", "pan-Guru", "pan_guru"])
def test_a_threshold_by_another_name_of_the_language_gives_its_code(name: str) -> None:
    said = refused(PUNJABI, {f"{name}.min_words": 3})
    assert said.startswith(f"--set {name}.min_words: ") and said.endswith("write --set pan_Guru.min_words=...")


def test_a_threshold_of_a_script_that_is_not_configured_gives_those_that_are() -> None:
    said = refused(PUNJABI, {"pan_Deva.min_words": 3})
    assert said.startswith("--set pan_Deva.min_words: unknown language 'pan_Deva': did you mean pan_Guru or pan_Latn")
