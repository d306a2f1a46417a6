"""`languages --check`: every way in which a language file can be wrong is found, with file, line and field."""

import shutil
from pathlib import Path

import pytest

from corpusforge.language_check import check_languages
from corpusforge.language_file import read_file
from corpusforge.language_table import index_rows, index_text, language_files
from corpusforge.published import checksum_table, fields_of, read_published
from corpusforge.resources import folder

CODES = ("pan_Guru", "pnb_Arab", "eng_Latn", "srp_Cyrl", "srp_Latn")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Five packaged languages and what they inherit from, with an index and checksums of their own."""
    packaged = folder("language_configs")
    for code in CODES:
        _copy(packaged, tmp_path, code)
    (tmp_path / "index.tsv").write_text(index_text(tmp_path), encoding="utf-8")
    rows = (packaged / "published.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in rows if row.split("\t")[0] in ("code", *CODES)]
    (tmp_path / "published.tsv").write_text("".join(kept), encoding="utf-8")
    return tmp_path


def _copy(packaged: Path, to: Path, name: str) -> None:
    path = to / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    shutil.copy(packaged / f"{name}.yaml", path)
    parent = read_file(packaged, name).inherits
    if parent is not None:
        _copy(packaged, to, parent)


def _edit(root: Path, name: str, old: str, new: str) -> int:
    """Replace text that stands once in a file; the line of it."""
    path = root / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_files_as_they_ship_have_no_fault(files: Path) -> None:
    assert check_languages(files) == []


def test_all_packaged_files_pass() -> None:
    assert check_languages(folder("language_configs")) == []


# Published values


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("min_line_punct_ratio: 0.153", "min_line_punct_ratio: 0.1", "thresholds.min_line_punct_ratio"),
        ("min_line_punct_ratio: 0.153", "min_line_punct_ratio: null", "thresholds.min_line_punct_ratio"),
        ("min_score: 0.84", "min_score: 0.8", "lid.glotlid.min_score"),
        ("3: 6, 5: 4", "3: 7, 5: 4", "rehydration.repeats"),
        ("contamination: {value: 0,", "contamination: {value: 0.2,", "contamination.value"),
    ],
)
def test_an_edited_published_value_is_found_without_the_source(files: Path, old: str, new: str, field: str) -> None:
    line = _edit(files, "pan_Guru", old, new)
    (fault,) = check_languages(files)
    assert fault.startswith(f"{files}/pan_Guru.yaml:{line}: {field}: ")
    assert "a published value is not edited" in fault and "provenance: calibrated" in fault


def test_an_edited_list_of_stop_words_is_found(files: Path) -> None:
    _edit(files, "pan_Guru", "ਲਈ, ਨਾਲ]", "ਲਈ]")
    (fault,) = check_languages(files)
    assert "stop_words: ['ਵਿੱਚ', 'ਦੇ'" in fault


def test_a_published_value_that_is_gone_is_found(files: Path) -> None:
    _edit(files, "pan_Guru", "      min_line_punct_ratio: 0.153\n", "")
    (fault,) = check_languages(files)
    assert "thresholds.min_line_punct_ratio: its published value is missing" in fault


def test_a_value_that_was_not_published_is_not_called_so(files: Path) -> None:
    _edit(
        files,
        "pan_Guru",
        "      min_alpha_word_ratio: 0.83\n",
        "      min_alpha_word_ratio: 0.83\n      min_words: 9\n",
    )
    (fault,) = check_languages(files)
    assert "thresholds.min_words: is called published, and the source has no such value" in fault


def test_calibrated_and_own_values_are_nobody_elses_business(files: Path) -> None:
    own = """thresholds:
  - provenance: "calibrated: 600 news articles, 0.05 to 0.09"
    values: {min_line_punct_ratio: 0.07}
  - provenance: "default: read by hand"
    values: {min_words: 30}
"""
    _edit(files, "pan_Guru", "thresholds:\n", own)
    _edit(files, "pan_Guru", "stop_words:\n", 'stop_words:\n  - {provenance: "default: mine", words: [ਕਿ]}\n')
    assert check_languages(files) == []


def test_a_calibrated_least_score_may_stand_in_the_place_of_the_published_one(files: Path) -> None:
    old = 'min_score: 0.84, provenance: "published: fineweb2@d0defb2"'
    _edit(files, "pan_Guru", old, 'min_score: 0.7, provenance: "calibrated: 600 articles"')
    assert check_languages(files) == []


# Files


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "default_script: true",
            "default_scrpt: true",
            "unknown field 'default_scrpt' (did you mean 'default_script'?)",
        ),
        ("iso639_1: pa", "iso639_1: pan", "iso639_1: "),
        ("family: Indo-European", "family: 7", "family: "),
        ("inherits: script/Guru", "inherits: script/Gurr", "inherits from 'script/Gurr', and there is no script/Gurr"),
        (
            "inherits: script/Guru",
            "inherits: script/Arab",
            "a language in the script Guru inherits from a file of that",
        ),
        ("inherits: script/Guru", "inherits: ../../etc/passwd", "inherits from '../../etc/passwd'"),
        (
            "max_list_ratio: 0.117",
            "max_lst_ratio: 0.117",
            "unknown threshold 'max_lst_ratio' (did you mean 'max_list_ratio'?)",
        ),
        ("max_avg_word_length: 19", "max_avg_word_length: 1", "max_avg_word_length 1 is below min_avg_word_length 2"),
        ("max_avg_word_length: 19", "max_avg_word_length: .inf", "max_avg_word_length: "),
        ("max_avg_word_length: 19", "max_avg_word_length: yes", "max_avg_word_length: "),
        ("related: [pnb]", "related: [Punjabi]", "related.0: "),
        (
            "related: [pnb]",
            "segmenter: {use: unicoed, provenance: x}",
            "unknown segmenter 'unicoed' (did you mean 'unicode'?)",
        ),
        ("code: pan_Guru", "code: pan_Guru\ncode: pan_Guru", "key 'code' stands twice"),
        ("related: [pnb]", "related: &a [*a]", "contains itself"),
        ("related: [pnb]", "related: [!!python/name:os.system x]", "is not allowed here"),
        ("repeats: {1: 1,", "repeats: {0: 1,", "rehydration.repeats"),
        ("value: 0,", "value: -1,", "contamination.value"),
    ],
)
def test_a_fault_of_a_file_names_its_line_and_what_is_wrong(files: Path, old: str, new: str, message: str) -> None:
    _edit(files, "pan_Guru", old, new)
    faults = check_languages(files)
    assert any("pan_Guru.yaml" in fault and message in fault for fault in faults), faults


def test_a_file_that_is_no_text_is_a_fault_and_the_others_are_still_looked_at(files: Path) -> None:
    (files / "pan_Guru.yaml").write_bytes(b"\xff\xfe\x00")
    line = _edit(files, "pnb_Arab", "default_script: true", "colour: red")
    faults = check_languages(files)
    assert any("pan_Guru.yaml: cannot be read as UTF-8" in fault for fault in faults)
    assert any(f"pnb_Arab.yaml:{line}: unknown field 'colour'" in fault for fault in faults)


def test_a_label_means_one_language(files: Path) -> None:
    _edit(files, "pnb_Arab", "lid176: {label: pnb", "lid176: {label: sr")
    _edit(files, "srp_Latn", "lid176: {label: sr", "lid176: {label: en")
    faults = check_languages(files)
    assert any("srp_Latn.yaml: lid.lid176: the label 'en' is that of eng_Latn too" in fault for fault in faults)
    # `sr` in Arabic and in Cyrillic script are two things.
    assert not any("pnb_Arab.yaml" in fault for fault in faults)


def test_a_language_has_one_default_script(files: Path) -> None:
    _edit(files, "srp_Latn", "code: srp_Latn", "code: srp_Latn\ndefault_script: true")
    assert any("default_script: srp_Cyrl is the default of 'srp' too" in fault for fault in check_languages(files))


def test_a_fact_needs_a_source(files: Path) -> None:
    _edit(files, "eng_Latn", "  family: ", "  # family: ")
    assert [fault.partition(": ")[2] for fault in check_languages(files)] == [
        "family: says no source; write it to the field provenance: {family: ...}"
    ]


# The index


def test_a_language_without_a_line_in_the_index_is_found_and_the_index_mended(files: Path) -> None:
    own = "code: qaa_Latn\ninherits: script/Latn\nnames: {english: Ourlanguage}\nprovenance: {names: a speaker}\n"
    (files / "qaa_Latn.yaml").write_text(own, encoding="utf-8")
    (fault,) = check_languages(files)
    assert fault == f"{files}/index.tsv: no line for qaa_Latn: `corpusforge languages --index` mends the table"
    (files / "index.tsv").write_text(index_text(files), encoding="utf-8")
    assert check_languages(files) == []
    assert {entry.code for entry in index_rows(files)} == {"qaa_Latn", *CODES}


def test_a_name_that_the_index_does_not_have_is_found(files: Path) -> None:
    _edit(files, "pan_Guru", "other: [Panjabi, pa]", "other: [Panjabi, Panjābī, pa]")
    (fault,) = check_languages(files)
    assert "index.tsv:3: pan_Guru: other is ('Panjabi', 'pa'), and in its file ('Panjabi', 'Panjābī', 'pa')" in fault


def test_an_index_of_other_columns_is_a_fault(files: Path) -> None:
    (files / "index.tsv").write_text("a\tb\n1\t2\n", encoding="utf-8")
    assert any("index.tsv:1: not the columns of a language index" in fault for fault in check_languages(files))


def test_a_file_that_is_gone_is_missed(files: Path) -> None:
    (files / "srp_Latn.yaml").unlink()
    faults = check_languages(files)
    assert any("srp_Latn.yaml: missing, though published.tsv has its values" in fault for fault in faults)
    assert any("srp_Latn has no file" in fault for fault in faults)


# With the source


def test_values_are_compared_with_the_source(files: Path, published_tables: Path) -> None:
    published = read_published(published_tables)
    line = _edit(files, "pan_Guru", "min_line_punct_ratio: 0.153", "min_line_punct_ratio: 0.1")
    fault = next(fault for fault in check_languages(files, published) if "pan_Guru.yaml" in fault)
    assert fault.startswith(
        f"{files}/pan_Guru.yaml:{line}: thresholds.min_line_punct_ratio: 0.1, and the source has 0.153; write the files anew"
    )


def test_checksums_that_were_mended_to_fit_an_edit_do_not_hide_it(files: Path, published_tables: Path) -> None:
    _edit(files, "pan_Guru", "min_line_punct_ratio: 0.153", "min_line_punct_ratio: 0.1")
    fields = {code: fields_of(read_file(files, code)) for code in language_files(files)}
    table = "".join("\t".join(row) + "\n" for row in checksum_table(fields))
    (files / "published.tsv").write_text(table, encoding="utf-8")
    assert check_languages(files) == []
    faults = check_languages(files, read_published(published_tables))
    assert any("pan_Guru.yaml" in fault and "the source has 0.153" in fault for fault in faults)


def test_every_packaged_file_agrees_with_the_source(published_tables: Path) -> None:
    assert check_languages(folder("language_configs"), read_published(published_tables)) == []
