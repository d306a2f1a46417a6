"""The language files that ship, against the published tables: read here by column, not by the importer's own words."""

import random
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpusforge.languages import all_codes, load_language

SAMPLE, SEED = 60, 20261123
PUBLISHED = "published: fineweb2@d0defb2"
# Column of the table -> our threshold, by hand from FineWeb2's pipeline and datatrove's filters.
COLUMNS = {
    "dup_line_frac": "max_dup_line_frac",
    "top_2_gram": "max_top_2_gram_frac",
    "top_3_gram": "max_top_3_gram_frac",
    "top_4_gram": "max_top_4_gram_frac",
    "dup_5_gram": "max_dup_5_gram_frac",
    "dup_6_gram": "max_dup_6_gram_frac",
    "dup_7_gram": "max_dup_7_gram_frac",
    "dup_8_gram": "max_dup_8_gram_frac",
    "dup_9_gram": "max_dup_9_gram_frac",
    "dup_10_gram": "max_dup_10_gram_frac",
    "line_punct_thr": "min_line_punct_ratio",
    "new_line_ratio": "max_list_ratio",
    "min_avg_word_length": "min_avg_word_length",
    "max_avg_word_length": "max_avg_word_length",
    "max_non_alpha_words_ratio": "min_alpha_word_ratio",
}
OFF = {"dup_line_frac": (0,), "line_punct_thr": (0, -1), "min_avg_word_length": (0,)}


def _rows(path: Path) -> list[dict[str, Any]]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        return file.read(use_threads=False).to_pylist()


def _visible(word: str) -> str:
    marks = {char for char in word if unicodedata.category(char) == "Cf"} - {"\u200c", "\u200d"}
    return word.translate(dict.fromkeys(map(ord, marks))).strip("\u200c\u200d \u00a0")


@pytest.fixture(scope="module")
def thresholds(published_tables: Path) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in _rows(published_tables / "thresholds.parquet")}


@pytest.fixture(scope="module")
def weights(published_tables: Path) -> dict[str, dict[str, Any]]:
    rows = _rows(published_tables / "rehydration_weights.parquet")
    return {row["code"]: row for row in rows if row["max_reps"] == 10}


@pytest.fixture(scope="module")
def contamination(published_tables: Path) -> dict[str, float]:
    return {row["code"]: row["contamination_score"] for row in _rows(published_tables / "contamination_scores.parquet")}


def test_every_language_of_the_table_has_a_file_and_so_has_english(thresholds: dict[str, dict[str, Any]]) -> None:
    assert len(thresholds) == 1929
    assert {*thresholds, "eng_Latn"} <= set(all_codes())


def test_sixty_random_files_equal_the_table_field_by_field(
    thresholds: dict[str, dict[str, Any]], weights: dict[str, dict[str, Any]], contamination: dict[str, float]
) -> None:
    for code in random.Random(SEED).sample(sorted(thresholds), SAMPLE):
        row, language = thresholds[code], load_language(code)
        for column, name in COLUMNS.items():
            expected = None if row[column] in OFF.get(column, ()) else row[column]
            assert language.thresholds[name] == expected, (code, name)
            assert language.threshold_provenance[name] == PUBLISHED, (code, name)
        assert language.lid["glotlid"].model_dump() == {
            "label": code,
            "also": (),
            "min_score": row["language_score"],
            "provenance": PUBLISHED,
        }, code
        visible = [
            "".join(c for c in word if c in "\u200c\u200d" or unicodedata.category(c) != "Cf")
            for word in row["stopwords"]
        ]
        words = list(dict.fromkeys(word.strip("\u200c\u200d \u00a0") for word in visible))
        assert list(language.stop_words[: len(words)]) == [word for word in words if word], code
        assert language.stop_words_provenance[0] == PUBLISHED, code
        if code in weights:
            steps = dict(zip(weights[code]["cluster_size_from"], weights[code]["repeat"], strict=True))
            assert language.rehydration is not None and language.rehydration.repeats == steps, code
            assert (language.rehydration.max_repeats, language.rehydration.provenance) == (10, PUBLISHED), code
        else:
            assert language.rehydration is None, code
        assert (language.contamination.value if language.contamination else None) == contamination.get(code), code


def test_what_nobody_published_is_never_called_published() -> None:
    language = load_language("hbs_Latn")  # known to lid.176, in no table of FineWeb2
    assert set(language.threshold_provenance.values()) & {PUBLISHED} == set()
    assert language.threshold_provenance["max_list_ratio"].startswith("inherited: script/Latn (median of the ")
    assert language.stop_words == () and language.thresholds["min_stop_words"] is None


def test_a_family_in_a_script_comes_before_the_script() -> None:
    assert load_language("tuk_Cyrl").inherits == ("family/Turkic-Cyrl", "script/Cyrl", "default")
    assert load_language("pan_Guru").inherits == ("script/Guru", "default")


@pytest.mark.parametrize(
    ("code", "iso639_1", "family", "macrolanguage"),
    [
        ("pan_Guru", "pa", "Indo-European", None),
        ("pnb_Arab", None, "Indo-European", "lah"),
        ("hrv_Latn", "hr", "Indo-European", "hbs"),
        ("cmn_Hani", None, "Sino-Tibetan", "zho"),
        ("arb_Arab", None, "Afro-Asiatic", "ara"),
        ("tel_Telu", "te", "Dravidian", None),
        ("eng_Latn", "en", "Indo-European", None),
    ],
)
def test_codes_families_and_macrolanguages(
    code: str, iso639_1: str | None, family: str, macrolanguage: str | None
) -> None:
    language = load_language(code)
    assert (language.iso639_1, language.family, language.macrolanguage) == (iso639_1, family, macrolanguage)
    facts = {"names": True, "iso639_1": iso639_1, "family": family, "macrolanguage": macrolanguage}
    assert {fact for fact, value in facts.items() if value} <= set(language.fact_provenance)


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("pan_Guru", ("pan_Guru",)),
        ("cmn_Hani", ("cmn_Hans", "cmn_Hant", "zho_Hans", "zho_Hant")),
        ("ekk_Latn", ("ekk_Latn", "est_Latn")),
        ("arb_Arab", ("arb_Arab", "ara_Arab")),
        ("apc_Arab", ("apc_Arab", "ajp_Arab")),
        ("fas_Arab", ("fas_Arab", "pes_Arab")),
    ],
)
def test_openlid_labels_of_all_releases_mean_one_language(code: str, labels: tuple[str, ...]) -> None:
    lid = load_language(code).lid["openlid"]
    assert (lid.label, *lid.also) == labels


def test_a_stop_word_that_the_segmenter_cuts_apart_has_its_word_beside_it() -> None:
    # With the published list alone, whose words end in the tsheg, the rule drops every Tibetan document.
    assert {"དང་", "དང", "ཀྱི"} <= set(load_language("bod_Tibt").stop_words)


def test_a_language_whose_stop_words_no_text_can_have_is_not_judged_by_them() -> None:
    language = load_language("nab_Latn")  # a²nũ²a²: tones written as digits between syllables
    assert language.stop_words and language.thresholds["min_stop_words"] is None
    assert language.threshold_provenance["min_stop_words"].startswith("default: off, because the segmenter")
