"""`corpusforge languages`, as a user meets it."""

import argparse
import json
from pathlib import Path

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


def test_a_language_shows_what_models_can_and_cannot_emit(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _answer(capsys, "Shahmukhi")
    assert "  lid176    pnb       0.5     [default]" in answer
    assert "  openlid   cannot emit this language" in answer
    mixed = next(line for line in answer.splitlines() if line.startswith("models mix it up with: "))
    assert "urd_Arab" in mixed and "Punjabi in Shahmukhi" in mixed


def test_a_language_shows_the_words_that_no_text_can_have(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _answer(capsys, "Tibetan")
    assert "the segmenter 'unicode' cuts 9 of them apart, so no text has them:" in answer
    assert "དང་ -> དང ་;" in answer


def test_a_language_shows_its_weights_and_what_is_doubtful(capsys: pytest.CaptureFixture[str]) -> None:
    assert "  1: 1, 2: 10, 3: 6, 5: 4, 6: 3, 7: 2, 8: 1" in _answer(capsys, "pan")
    assert "thresholds to look at\n" in (xhosa := _answer(capsys, "xho"))
    assert "3141 hardly fires" in xhosa
    data = json.loads(_answer(capsys, "pan", "--json"))
    assert data["rehydration"]["repeats"]["2"] == 10 and data["contamination"]["value"] == 0
    assert data["provenance"]["family"].startswith("fineweb2@d0defb2")


def _codes(answer: str) -> list[str]:
    return [line.split()[0] for line in answer.split("\n\n")[0].splitlines()[1:]]


def test_a_search_finds_names_and_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert _codes(_answer(capsys, "--search", "punj")) == ["pan_Guru", "pan_Latn", "pnb_Arab"]
    assert _codes(_answer(capsys, "--search", "iw")) == ["heb_Hebr"]
    assert set(_codes(_answer(capsys, "--search", "hbs"))) >= {"hbs_Latn", "bos_Latn", "hrv_Latn", "srp_Cyrl"}
    assert _codes(_answer(capsys, "--search", "ਪੰਜਾਬੀ")) == ["pan_Guru"]


def test_filters_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    found = _codes(_answer(capsys, "--family", "turkic", "--script", "cyrl", "--model", "lid176"))
    assert {"kaz_Cyrl", "tat_Cyrl", "uzn_Cyrl"} <= set(found)
    assert all(code.endswith("_Cyrl") for code in found)
    assert _codes(_answer(capsys, "--script", "Guru", "--search", "punjabi")) == ["pan_Guru"]


def test_the_list_ends_with_how_many_have_how_much_text(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _answer(capsys).splitlines()
    count = len(lines) - 4  # header, empty line, two lines of summary
    assert lines[-2].startswith(f"{count:,} language-scripts; text in FineWeb2: ")
    assert lines[-1].startswith("models can emit: lid176 ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--model", "gpt"), "--model gpt: no language has it; known: lid176, glotlid, openlid"),
        (("--family", "Turkik"), r"--family Turkik: no language has it \(did you mean 'Turkic'\?\)"),
        (("--script", "Gurr"), r"--script Gurr: .*did you mean 'Guru'"),
        (("--search", "zzzzzz"), "no name or code contains it"),
        (("Punjabi", "--search", "x"), "'Punjabi' shows one language, and --search is about many"),
        (("Punjabi", "--check"), "and --check is about many"),
        (("--check", "--model", "lid176"), "--check goes with no --model"),
        (("--source", "x"), "--source goes with --check"),
        (("--check", "--files", "/nowhere"), "--files /nowhere: is no directory"),
        (("--check", "--source", "/nowhere"), "/nowhere: is no folder of FineWeb2's tables; it lacks thresh"),
        (("sh",), "'sh' is a retired code"),
    ],
)
def test_what_does_not_go_together_or_is_unknown_is_refused(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(UserError, match=message):
        _run(*words)


def test_check_says_what_it_compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert _run("--check") == 0
    answer = capsys.readouterr()
    assert answer.out == "" and "valid, and their published values are unedited" in answer.err
    (tmp_path / "qaa_Latn.yaml").write_text("code: qaa_Latn\ncolour: red\n", encoding="utf-8")
    assert _run("--check", "--files", str(tmp_path)) == 1
    answer = capsys.readouterr()
    assert answer.out.startswith(f"{tmp_path}/qaa_Latn.yaml:2: unknown field 'colour'")
    assert answer.err == "1 language files: 1 fault\n"


def test_an_unknown_name_is_refused_with_suggestions() -> None:
    with pytest.raises(UserError, match="did you mean pan_Guru"):
        _run("Punjabbi")
