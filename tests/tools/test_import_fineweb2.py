"""The importer of published parameters: what it makes of them, and that the committed files are its output."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from corpusforge import published as tables
from corpusforge import yaml12
from corpusforge.language_check import check_languages
from corpusforge.language_file import read_file
from corpusforge.languages import load_language, resolve
from corpusforge.text.stop_words import clean_words

pytest.importorskip("langcodes", reason="the tools need the dev extra")

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", ROOT.parent / "shared"))
sys.path.insert(0, str(ROOT / "tools"))

import family_defaults  # noqa: E402
import labelled_languages  # noqa: E402
import language_names  # noqa: E402
import openlid_labels  # noqa: E402
from yaml_text import flow_list, flow_map, scalar  # noqa: E402

ROW = {
    "code": "pan_Guru",
    "language_score": 0.84,
    "dup_line_frac": 0.328,
    **{f"top_{n}_gram": 0.1 for n in (2, 3, 4)},
    **{f"dup_{n}_gram": 0.1 for n in range(5, 11)},
    "line_punct_thr": 0.153,
    "new_line_ratio": 0.117,
    "min_avg_word_length": 2.0,
    "max_avg_word_length": 19.0,
    "max_non_alpha_words_ratio": 0.83,
    "stopwords": ["ਦੇ", "ਹੈ"],
}


def _thresholds(**changes: float) -> dict[str, float | None]:
    published = tables.Published({"pan_Guru": {**ROW, **changes}}, {}, {})
    return published.language("pan_Guru").thresholds


# Names and "off"


def test_published_names_become_ours() -> None:
    thresholds = _thresholds()
    assert len(thresholds) == 15
    assert thresholds["min_line_punct_ratio"] == 0.153
    assert thresholds["max_list_ratio"] == 0.117
    assert thresholds["min_alpha_word_ratio"] == 0.83  # published as a maximum of its opposite, used as a minimum
    assert thresholds["max_dup_10_gram_frac"] == 0.1


@pytest.mark.parametrize(
    ("published", "value", "ours"),
    [
        ("dup_line_frac", 0.0, "max_dup_line_frac"),
        ("line_punct_thr", -1.0, "min_line_punct_ratio"),
        ("line_punct_thr", 0.0, "min_line_punct_ratio"),
        ("min_avg_word_length", 0.0, "min_avg_word_length"),
    ],
)
def test_what_means_off_becomes_null(published: str, value: float, ours: str) -> None:
    assert _thresholds(**{published: value})[ours] is None


def test_a_value_that_never_fires_is_kept_as_published() -> None:
    assert _thresholds(dup_line_frac=1.32)["max_dup_line_frac"] == 1.32


# Stop words


def test_marks_of_direction_go_and_joiners_inside_words_stay() -> None:
    words = ["د\u200f\u200fی", "\u200b", "می\u200cخواهم", "लह\u200d", "दी", "دی"]
    assert clean_words(words) == ("دی", "می\u200cخواهم", "लह", "दी")


# Languages


@pytest.mark.parametrize(
    ("member", "whole"),
    [("arb", "ara"), ("cmn", "zho"), ("ekk", "est"), ("zsm", "msa"), ("pan", "pan"), ("eml", "eml")],
)
def test_a_member_stands_for_its_macrolanguage(member: str, whole: str) -> None:
    assert language_names.representative(member) == whole


def test_names_come_from_cldr_and_iso_without_remarks() -> None:
    swahili = language_names.names("swh", "Latn", True, "Swahili (individual language)")
    assert (swahili.english, swahili.native) == ("Swahili", "Kiswahili")
    assert "sw" in swahili.other


def test_a_native_name_is_in_the_script_of_the_file() -> None:
    assert language_names.names("hin", "Deva", True, None).native == "हिन्दी"
    assert language_names.names("hin", "Latn", False, None).native is None


# YAML


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1))
def test_any_text_reads_back_as_itself(text: str) -> None:
    assert yaml12.loads(f"word: {scalar(text)}").data == {"word": text}


@pytest.mark.parametrize(
    "word", ["no", "on", "yes", "null", "~", "1.5", "pa", "ਹੈ", "Yanesha'", "a: b", "- x", "[", "،", "·"]
)
def test_words_that_look_like_something_else_stay_words(word: str) -> None:
    assert yaml12.loads(flow_list([word, word], "words: ", 0)).data == {"words": [word, word]}


@pytest.mark.parametrize(
    ("value", "text"), [(None, "null"), (2.0, "2"), (0.153, "0.153"), (True, "true"), ("no", '"no"')]
)
def test_values_are_written_as_a_person_would(value: object, text: str) -> None:
    assert scalar(value) == text


def test_long_lists_and_maps_wrap_and_read_back() -> None:
    words = [f"ਸ਼ਬਦ{number}" for number in range(60)]
    text = flow_list(words, "    words: ", 4)
    assert max(map(len, text.splitlines())) <= 110
    assert yaml12.loads(f"a:\n  - b: 1\n{text}").data["a"][0]["words"] == words
    assert yaml12.loads(flow_map({"english": "X" * 90, "other": ["a, b", "c"]}, "names: ", 0)).data == {
        "names": {"english": "X" * 90, "other": ["a, b", "c"]}
    }


# The committed files


@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason=f"no shared data at {SHARED}; set CORPUSFORGE_SHARED")
def test_the_committed_files_are_what_the_importer_writes() -> None:
    command = [sys.executable, "tools/import_fineweb2.py", "--check", "--data", str(SHARED / "data")]
    command += ["--reference", str(SHARED / "data" / "fineweb2_reference")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# What persons wrote stays


@pytest.fixture
def rewritten(tmp_path: Path, published_tables: Path) -> Callable[[], Path]:
    """`rewritten()`: runs the importer over a copy of the language files; the folder."""
    shutil.copytree(ROOT / "language_configs", tmp_path / "files")

    def run() -> Path:
        command = [sys.executable, "tools/import_fineweb2.py", "--data", str(SHARED / "data")]
        command += ["--reference", str(published_tables), "--output", str(tmp_path / "files")]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        return tmp_path / "files"

    return run


def test_an_edit_is_undone_and_what_persons_added_stays(tmp_path: Path, rewritten: Callable[[], Path]) -> None:
    punjabi = tmp_path / "files" / "pan_Guru.yaml"
    text = punjabi.read_text(encoding="utf-8").replace("max_list_ratio: 0.117", "max_list_ratio: 0.5")
    calibrated = '\n  - {provenance: "calibrated: 600 articles", values: {max_list_ratio: 0.2}}\nstop_words:'
    text = text.replace("\nstop_words:", calibrated)
    punjabi.write_text(text.replace("lid:\n", "lid:\n  mine: {label: panjabi, min_score: 0.6, provenance: default}\n"))
    script = tmp_path / "files" / "script" / "Tibt.yaml"
    script.write_text(script.read_text() + 'segmenter: {use: icu, provenance: "default: measured"}\n')
    own = "code: qaa_Latn\ninherits: script/Latn\nnames: {english: Ourlanguage}\nprovenance: {names: a speaker}\n"
    (tmp_path / "files" / "qaa_Latn.yaml").write_text(own)
    (tmp_path / "files" / "deu_Latn.yaml").unlink()

    root = rewritten()
    language = load_language("pan_Guru", root)
    assert language.thresholds["max_list_ratio"] == 0.2
    assert language.threshold_provenance["max_list_ratio"] == "calibrated: 600 articles"
    assert read_file(root, "pan_Guru").thresholds[0].values["max_list_ratio"] == 0.117
    assert language.lid["mine"].label == "panjabi"
    assert load_language("bod_Tibt", root).segmenter == "icu"
    assert (root / "qaa_Latn.yaml").read_text() == own
    assert (root / "deu_Latn.yaml").is_file()
    assert check_languages(root) == []
    assert resolve("Ourlanguage", root).code == "qaa_Latn"


# Defaults of families and scripts


def test_a_default_is_the_median_of_languages_on_the_web() -> None:
    rows = {
        f"aa{letter}_Latn": {**ROW, "new_line_ratio": value}
        for letter, value in zip("abcdefg", [1, 2, 3, 4, 5, 9, 9], strict=True)
    }
    documents = dict.fromkeys(rows, 1000) | {"aaf_Latn": 999}
    published = tables.Published(rows, documents, {}, bible={"aag_Latn": 0.9})
    ((name, (provenance, values)),) = family_defaults.medians(published, dict.fromkeys(rows, "script/Latn")).items()
    assert (name, values["max_list_ratio"]) == (
        "script/Latn",
        3,
    )  # of 1 to 5: one has too little text, one is the Bible
    assert provenance.startswith("default: median of the 5 languages")


def test_a_rule_that_most_have_off_is_off() -> None:
    values = [-1.0, 0.0, -1.0, 0.2, 0.3]
    rows = {f"aa{letter}_Latn": {**ROW, "line_punct_thr": value} for letter, value in zip("abcde", values, strict=True)}
    published = tables.Published(rows, dict.fromkeys(rows, 1000), {})
    assert family_defaults.medians(published, dict.fromkeys(rows, "x"))["x"][1]["min_line_punct_ratio"] is None


def test_four_languages_make_no_default() -> None:
    rows = {f"aa{letter}_Latn": ROW for letter in "abcd"}
    assert (
        family_defaults.medians(tables.Published(rows, dict.fromkeys(rows, 1000), {}), dict.fromkeys(rows, "x")) == {}
    )


@pytest.mark.parametrize(
    ("family", "name"),
    [
        ("Turkic", "family/Turkic-Cyrl"),
        ("East Bird’s Head-Sentani", "family/East_Bird_s_Head-Sentani-Cyrl"),
        ("Language isolate", None),
        (None, None),
    ],
)
def test_the_file_of_a_family(family: str | None, name: str | None) -> None:
    assert family_defaults.family_file(family, "Cyrl") == name


# Labels


def test_openlid_has_the_labels_of_three_releases() -> None:

    assert len(openlid_labels.V2.split()) == len(set(openlid_labels.V2.split()))
    found = openlid_labels.languages({"cmn_Hani", "ekk_Latn", "dyu_Latn"})
    assert found["cmn_Hani"] == ["cmn_Hans", "cmn_Hant", "zho_Hans", "zho_Hant"]
    assert found["ekk_Latn"] == ["ekk_Latn", "est_Latn"]
    assert found["dyu_Latn"] == ["dyu_Latn"]


def test_labels_of_data_sets_without_a_file_get_one_and_stray_scripts_do_not(tmp_path: Path) -> None:
    rows = [{"lang": "bfa", "script": "Latn"}] * 4 + [{"lang": "deu", "script": "Latn"}] * 9
    rows += [{"lang": "deu", "script": "Cyrl"}, {"lang": "ps", "script": "Arab"}, {"lang": "zlm", "script": "Latn"}]
    rows += [
        {"lang": "xxx-not", "script": "Latn"},
        {"lang": "ti_ER", "script": "Ethi"},
        {"lang": "und", "script": "Latn"},
    ]
    (tmp_path / "set").mkdir()
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (tmp_path / "set" / "part.jsonl.zst").write_bytes(zstandard.compress(data))
    scripts = {"deu": ["Latn"], "pbt": ["Arab"], "zsm": ["Latn"], "tir": ["Ethi"]}
    assert labelled_languages.labelled(tmp_path, scripts) == {"bfa_Latn"}
