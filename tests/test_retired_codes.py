"""Codes that a standard has withdrawn still find their language, or say why they cannot."""

import pytest

from corpusforge.cli.recipe_arguments import languages_of
from corpusforge.errors import UserError
from corpusforge.languages import resolve
from corpusforge.retired_codes import retired_codes
from corpusforge.stages.language_gate import page_languages


@pytest.mark.parametrize(
    ("query", "code", "iso639_3"),
    [
        ("iw", "heb_Hebr", "heb"),
        ("IW", "heb_Hebr", "heb"),
        ("iw-IL", "heb_Hebr", "heb"),
        ("in", "ind_Latn", "ind"),
        ("ji", "ydd_Hebr", "yid"),
        ("jw", "jav_Latn", "jav"),
        ("mo", "ron_Latn", "ron"),
        ("mol", "ron_Latn", "ron"),
        ("mo-Cyrl", "ron_Cyrl", "ron"),
        ("scr", "hrv_Latn", "hrv"),
        ("scc", "srp_Cyrl", "srp"),
        ("ajp", "apc_Arab", "apc"),
    ],
)
def test_a_retired_code_means_what_took_its_place_and_says_so(query: str, code: str, iso639_3: str) -> None:
    found = resolve(query)
    assert found.code == code
    assert "retired code" in found.note and f"now {iso639_3}" in found.note


@pytest.mark.parametrize("query", ["sh", "sh-Latn", "SH"])
def test_a_retired_code_of_several_languages_is_refused_with_each_of_them(query: str) -> None:
    with pytest.raises(UserError, match=r"'sh' is a retired code \(Serbo-Croatian") as refusal:
        resolve(query)
    for code in ("bos_Latn", "hrv_Latn", "srp_Cyrl", "srp_Latn", "hbs_Latn (Serbo-Croatian)"):
        assert code in str(refusal.value)


def test_a_group_that_had_a_code_is_refused_with_its_members() -> None:
    with pytest.raises(UserError, match=r"write one of bho_Deva, mag_Deva, mai_Deva$"):
        resolve("bh")


def test_a_retired_code_that_models_still_use_is_taken_with_a_note() -> None:
    found = resolve("eml")
    assert found.code == "eml_Latn"
    assert "models still use; ISO 639-3 has egl and rgn instead" in found.note


@pytest.mark.parametrize(
    ("query", "code", "whole"), [("no", "nob_Latn", "nor"), ("zh", "cmn_Hani", "zho"), ("ku", "kmr_Latn", "kur")]
)
def test_the_code_of_a_macrolanguage_says_which_member_is_taken(query: str, code: str, whole: str) -> None:
    found = resolve(query)
    assert found.code == code
    assert f"'{query}' names a macrolanguage ({whole})" in found.note


@pytest.mark.parametrize("query", ["pa", "pan", "Punjabi", "pan_Guru", "en-US", "nb", "srp-Latn"])
def test_a_code_in_use_needs_no_note(query: str) -> None:
    assert resolve(query).note == ""


def test_every_code_of_the_table_finds_a_language_or_names_several() -> None:
    assert len(retired_codes()) > 100
    for code, retired in retired_codes().items():
        try:
            assert resolve(code).note
        except UserError as refusal:
            assert len(retired.means) > 1 and "stands for several languages: write one of" in str(refusal), code


def test_old_pages_are_known_by_the_codes_that_they_use() -> None:
    assert {"iw", "he", "heb"} <= set(page_languages(["heb_Hebr"]))
    assert {"ji", "yi", "ydd"} <= set(page_languages(["ydd_Hebr"]))
    assert "sh" not in page_languages(["hrv_Latn"])


def test_lang_says_what_became_of_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert languages_of("iw,pan_Guru") == ("heb_Hebr", "pan_Guru")
    assert (
        "--lang iw: taking heb_Hebr; 'iw' is a retired code (Hebrew, until 1989-03-11); now heb"
        in capsys.readouterr().err
    )
    with pytest.raises(UserError, match="stands for several languages"):
        languages_of("pan,sh")


@pytest.mark.parametrize("query", ["", "  ", "-"])
def test_an_empty_name_is_refused(query: str) -> None:
    with pytest.raises(UserError):
        resolve(query)
