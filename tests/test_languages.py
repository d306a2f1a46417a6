"""Language files: what is inherited, where each value comes from, and by which names a language is found."""

import pickle
from pathlib import Path

import pytest

from corpusforge.errors import UserError
from corpusforge.language_table import COLUMNS, Entry
from corpusforge.languages import all_codes, load_language, resolve, with_overrides

DEFAULT = """\
direction: ltr
segmenter: {use: icu, provenance: default}
thresholds:
  - provenance: "published: somewhere, the same for all languages"
    values: {max_char_dup_ratio: 0.1, max_short_line_ratio: null, min_stop_words: 2}
  - provenance: "default: off"
    values: {min_line_punct_ratio: null}
"""
GURMUKHI = """\
code: pan_Guru
inherits: script/Guru
default_script: true
names: {english: Punjabi, native: ਪੰਜਾਬੀ, other: [Panjabi, pa]}
related: [pnb]
lid:
  lid176: {label: pa, min_score: 0.5, provenance: default}
thresholds:
  - provenance: "published: a table"
    values: {min_line_punct_ratio: 0.153, max_char_dup_ratio: 0}
stop_words:
  - provenance: "published: a table"
    words: [ਦੇ, ਹੈ, ਅਤੇ]
"""
LATIN = "code: pan_Latn\ninherits: script/Guru\nnames: {english: Punjabi, other: [Panjabi, pa]}\n"
SHAHMUKHI = (
    "code: pnb_Arab\ninherits: script/Arab\ndefault_script: true\nnames: {english: Western Panjabi, native: پنجابی}\n"
)


@pytest.fixture
def configs(tmp_path: Path) -> Path:
    """Three languages, two scripts and the default; no index."""
    files = {
        "default": DEFAULT,
        "script/Guru": "inherits: default\nthresholds:\n  - {provenance: default, values: {max_words: 9}}\n",
        "script/Arab": "inherits: default\ndirection: rtl\n",
        "pan_Guru": GURMUKHI,
        "pan_Latn": LATIN,
        "pnb_Arab": SHAHMUKHI,
    }
    for name, text in files.items():
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


# What a language inherits


def test_its_own_value_wins_over_an_inherited_one_and_zero_is_a_number(configs: Path) -> None:
    thresholds = load_language("pan_Guru", configs).thresholds
    assert thresholds["min_line_punct_ratio"] == 0.153
    assert thresholds["max_char_dup_ratio"] == 0.0
    assert thresholds["max_short_line_ratio"] is None


def test_an_inherited_value_is_never_called_published(configs: Path) -> None:
    provenance = load_language("pan_Guru", configs).threshold_provenance
    assert provenance["min_line_punct_ratio"] == "published: a table"
    assert provenance["max_words"] == "inherited: script/Guru"
    assert provenance["min_stop_words"] == "inherited: default (published: somewhere, the same for all languages)"


def test_direction_and_segmenter_come_from_the_nearest_file_that_says_them(configs: Path) -> None:
    language = load_language("pnb_Arab", configs)
    assert language.direction == "rtl"
    assert (language.segmenter, language.segmenter_provenance) == ("icu", "inherited: default")
    assert language.inherits == ("script/Arab", "default")


def test_a_language_without_stop_words_is_not_judged_by_them(configs: Path) -> None:
    language = load_language("pnb_Arab", configs)
    assert language.stop_words == ()
    assert language.thresholds["min_stop_words"] is None
    assert language.threshold_provenance["min_stop_words"] == "off: the language has no stop words"


def test_a_language_survives_the_way_to_a_worker(configs: Path) -> None:
    language = load_language("pan_Guru", configs)
    assert pickle.loads(pickle.dumps(language)) == language


# What a stage depends on


def test_a_slice_holds_only_the_fields_asked_for(configs: Path) -> None:
    language = load_language("pan_Guru", configs)
    assert language.slice(["stop_words", "segmenter", "thresholds.min_line_punct_ratio", "lid.lid176.label"]) == {
        "lid.lid176.label": "pa",
        "segmenter": "icu",
        "stop_words": sorted(["ਦੇ", "ਹੈ", "ਅਤੇ"]),
        "thresholds.min_line_punct_ratio": 0.153,
    }


def test_a_slice_tells_a_threshold_that_is_off_from_one_that_is_absent(configs: Path) -> None:
    slice_ = load_language("pan_Guru", configs).slice(["thresholds.max_short_line_ratio", "thresholds.max_unheard_of"])
    assert slice_ == {"thresholds.max_short_line_ratio": None}


def test_provenance_does_not_enter_a_slice(configs: Path) -> None:
    before = load_language("pan_Guru", configs).slice(["thresholds", "lid", "stop_words"])
    path = configs / "pan_Guru.yaml"
    path.write_text(GURMUKHI.replace("published: a table", "calibrated: elsewhere"), encoding="utf-8")
    assert load_language("pan_Guru", configs).slice(["thresholds", "lid", "stop_words"]) == before


def test_a_slice_of_an_unknown_field_is_a_programming_error(configs: Path) -> None:
    with pytest.raises(ValueError, match="no field 'colour'"):
        load_language("pan_Guru", configs).slice(["colour"])


# --set


def test_a_threshold_set_on_the_command_line_says_so(configs: Path) -> None:
    changed = with_overrides(
        load_language("pan_Guru", configs), {"min_line_punct_ratio": 0.1, "max_char_dup_ratio": None}
    )
    assert (changed.thresholds["min_line_punct_ratio"], changed.thresholds["max_char_dup_ratio"]) == (0.1, None)
    assert changed.threshold_provenance["min_line_punct_ratio"] == "set on the command line"
    assert changed.threshold_provenance["max_words"] == "inherited: script/Guru"


def test_an_unknown_threshold_is_refused_with_the_nearest_name(configs: Path) -> None:
    with pytest.raises(UserError, match=r"pan_Guru\.min_line_punkt_ratio.*did you mean 'min_line_punct_ratio'"):
        with_overrides(load_language("pan_Guru", configs), {"min_line_punkt_ratio": 0.1})


def test_names_that_only_a_recipe_knows_can_be_set(configs: Path) -> None:
    language = load_language("pan_Guru", configs)
    assert (
        with_overrides(language, {"max_swear_words": 3}, known=["max_swear_words"]).thresholds["max_swear_words"] == 3.0
    )
    assert with_overrides(language, {"min_language_score": 0.7}).thresholds["min_language_score"] == 0.7


# Faults name file and line


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (("min_line_punct_ratio: 0.153", "line_punct_ratio: 0.153"), r"pan_Guru\.yaml:10: .*pattern"),
        (("label: pa", "label: no\n    colour: red"), r"pan_Guru\.yaml:\d+: (not valid YAML|unknown field 'colour')"),
        (("min_score: 0.5", "min_score: 1.5"), r"pan_Guru\.yaml:7: .*less than or equal to 1"),
        (("max_char_dup_ratio: 0", "max_char_dup_ratio: true"), r"pan_Guru\.yaml:10: .*number"),
        (("code: pan_Guru", "code: pan_Gurr"), r"pan_Guru\.yaml:1: code 'pan_Gurr' is not the file's name"),
        (("inherits: script/Guru", "inherits: pan_Guru"), r"pan_Guru\.yaml: inherits from 'pan_Guru'"),
    ],
)
def test_a_fault_in_a_file_is_reported_with_its_line(configs: Path, fault: tuple[str, str], message: str) -> None:
    (configs / "pan_Guru.yaml").write_text(GURMUKHI.replace(*fault), encoding="utf-8")
    with pytest.raises(UserError, match=message):
        load_language("pan_Guru", configs)


def test_a_threshold_in_two_blocks_is_a_fault(configs: Path) -> None:
    again = "  - {provenance: default, values: {min_line_punct_ratio: 0.2}}\nstop_words:"
    (configs / "pan_Guru.yaml").write_text(GURMUKHI.replace("stop_words:", again), encoding="utf-8")
    with pytest.raises(UserError, match=r"pan_Guru\.yaml:11: threshold 'min_line_punct_ratio' stands in two blocks"):
        load_language("pan_Guru", configs)


# Finding a language


@pytest.mark.parametrize(
    "query",
    [
        "pan_Guru",
        "PAN_GURU",
        "pan-Guru",
        "pa-Guru",
        "pan",
        "pa",
        "PA",
        "Punjabi",
        "punjabi",
        "Panjabi",
        "ਪੰਜਾਬੀ",
        " Punjabi ",
    ],
)
def test_a_language_is_found_by_any_of_its_names(query: str) -> None:
    assert resolve(query).code == "pan_Guru"


def test_other_scripts_and_related_languages_are_named() -> None:
    assert resolve("pan").others == ("pan_Latn", "pnb_Arab")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("en", "eng_Latn"),
        ("zh", "cmn_Hani"),
        ("ar", "arb_Arab"),
        ("no", "nob_Latn"),
        ("ms", "zsm_Latn"),
        ("Farsi", "fas_Arab"),
        ("Tagalog", "fil_Latn"),
        ("日本語", "jpn_Jpan"),
        ("हिन्दी", "hin_Deva"),
        ("hi-Latn", "hin_Latn"),
        ("als", "als_Latn"),  # ISO 639-3: Tosk Albanian, though lid.176 means Alemannic by it
        ("Swiss German", "gsw_Latn"),
        ("Arabic", "arb_Arab"),  # also the native name of arb_Latn
        ("srpski", "srp_Latn"),  # a name that one script alone bears
        ("en-US", "eng_Latn"),
        ("zh-CN", "cmn_Hani"),
        ("pt-BR", "por_Latn"),
        ("es-419", "spa_Latn"),
        ("sr-Latn-RS", "srp_Latn"),
    ],
)
def test_codes_of_whole_languages_mean_their_usual_member(query: str, code: str) -> None:
    assert resolve(query).code == code


def test_the_script_that_most_documents_use_is_taken() -> None:
    assert resolve("Serbian").code == "srp_Cyrl"
    assert "srp_Latn" in resolve("Serbian").others


def test_an_unknown_language_is_refused_with_suggestions() -> None:
    with pytest.raises(UserError, match=r"unknown language 'punjbi': did you mean pan_Guru \(Punjabi\)\?"):
        resolve("punjbi")


@pytest.mark.parametrize("query", ["pan_Cyrl", "pan_Deva", "Punjabi-Deva", "pa-Deva-IN"])
def test_a_script_that_is_not_configured_gives_those_that_are_and_related_languages(query: str) -> None:
    meant = r"did you mean pan_Guru or pan_Latn \(Punjabi\)\? Related: pnb_Arab \(Western Panjabi\)\."
    with pytest.raises(UserError, match=f"unknown language '{query}': {meant}"):
        resolve(query)


@pytest.mark.parametrize(
    ("query", "scripted", "region"),
    [
        ("pan", False, ""),
        ("pan_guru", True, ""),
        ("pan-Guru", True, ""),
        ("pa-Guru", True, ""),
        ("en-us", False, "US"),
        ("sr-Cyrl-RS", True, "RS"),
    ],
)
def test_a_query_that_names_its_script_left_no_choice(query: str, scripted: bool, region: str) -> None:
    found = resolve(query)
    assert (found.scripted, found.region) == (scripted, region)


@pytest.mark.parametrize(
    ("code", "meant"), [("pan_Gurr", r"pan_Guru or pan_Latn \(Punjabi\)"), ("pan", r"pan_Guru \(Punjabi\)")]
)
def test_a_code_without_a_file_is_refused_with_what_may_be_meant(code: str, meant: str) -> None:
    with pytest.raises(UserError, match=rf"no language-script '{code}': did you mean {meant}\?"):
        load_language(code)


def test_a_language_that_a_user_added_needs_no_index(configs: Path) -> None:
    assert all_codes(configs) == ("pan_Guru", "pan_Latn", "pnb_Arab")
    assert resolve("Panjabi", configs).code == "pan_Guru"
    assert resolve("pa", configs).others == ("pan_Latn", "pnb_Arab")


def test_a_line_of_the_index_reads_back_as_it_was_written() -> None:
    entry = Entry(
        code="pan_Guru",
        iso639_1="pa",
        default_script=True,
        documents=7,
        english="Punjabi",
        native="ਪੰਜਾਬੀ",
        other=("Panjabi", "pa"),
        family="Indo-European",
        macrolanguage=None,
        related=("pnb",),
        lid176="pa",
        glotlid="pan_Guru",
        openlid=("pan_Guru", "pan_Deva"),
    )
    assert len(entry.row()) == len(COLUMNS)
    assert Entry.from_row(entry.row()) == entry


# The files that ship


def test_every_language_loads_and_knows_the_same_thresholds() -> None:
    names = set(load_language("pan_Guru").thresholds)
    assert len(names) == 27
    assert all(set(load_language(code).thresholds) == names for code in all_codes())


def test_punjabi_has_the_published_values() -> None:
    # https://github.com/huggingface/fineweb-2, configs/pan_Guru.yml at d0defb2
    language = load_language("pan_Guru")
    published = {
        "max_dup_line_frac": 0.328,
        "max_top_2_gram_frac": 0.191,
        "max_dup_10_gram_frac": 0.098,
        "min_line_punct_ratio": 0.153,
        "max_list_ratio": 0.117,
        "min_avg_word_length": 2.0,
        "max_avg_word_length": 19.0,
        "min_alpha_word_ratio": 0.83,
    }
    assert {name: language.thresholds[name] for name in published} == published
    assert {language.threshold_provenance[name] for name in published} == {"published: fineweb2@d0defb2"}
    assert language.lid["glotlid"].min_score == 0.84
    assert len(language.stop_words) == 15


def test_english_has_the_values_of_fineweb() -> None:
    language = load_language("eng_Latn")
    assert language.thresholds["max_char_dup_ratio"] == 0.01
    assert language.thresholds["max_short_line_ratio"] == 0.67
    assert language.thresholds["max_dup_para_frac"] == 0.3
    assert language.lid["lid176"].min_score == 0.65


def test_stop_words_have_no_invisible_marks_of_direction() -> None:
    assert "توں" in load_language("pnb_Arab").stop_words  # published as توں with U+200F inside
    marks = "\u200b\u200e\u200f\u202a\u202b\u202c\ufeff"
    assert not [code for code in all_codes() if set(marks) & set("".join(load_language(code).stop_words))]
