"""The importer of published parameters: what it makes of them, and that the committed files are its output."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge import published as tables
from corpusforge import yaml12
from corpusforge.text.stop_words import clean_words

pytest.importorskip("langcodes", reason="the tools need the dev extra")

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", ROOT.parent / "shared"))
sys.path.insert(0, str(ROOT / "tools"))

import language_names  # noqa: E402
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
