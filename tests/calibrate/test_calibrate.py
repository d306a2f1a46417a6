"""`corpusforge calibrate`, as a user meets it: text in, table and language file out, a run that uses it."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.calibrate.conftest import reference_texts
from tests.conftest import write_jsonl

from corpusforge import api
from corpusforge.calibrate.as_json import as_json
from corpusforge.calibrate.calibration import Calibration, calibrate
from corpusforge.calibrate.written_file import file_text, write_file
from corpusforge.errors import UserError
from corpusforge.languages import load_language
from corpusforge.own_languages import own_language, own_languages
from corpusforge.resources import folder
from corpusforge.stored_run import StoredRun

Command = Callable[..., subprocess.CompletedProcess[str]]
Made = Callable[[str, list[str]], Path]


@pytest.fixture(scope="module")
def found(punjabi_reference: Path) -> Calibration:
    return calibrate("pan_Guru", [str(punjabi_reference)])


@pytest.fixture(scope="module")
def run(small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = str(tmp_path_factory.mktemp("run") / "out")
    api.run(api.build_settings("fineweb2-style", ("pan_Guru",), (f"{small_inputs}/*.jsonl",)), out, workers=1)
    return out


def test_the_same_text_in_another_order_gives_the_same_file(
    found: Calibration, punjabi_reference: Path, tmp_path: Path
) -> None:
    lines = punjabi_reference.read_text().splitlines()
    random.Random(1).shuffle(lines)
    shuffled = tmp_path / punjabi_reference.parent.name / punjabi_reference.name
    shuffled.parent.mkdir()
    shuffled.write_text("\n".join(lines))
    other = calibrate("pan_Guru", [str(shuffled)])
    assert file_text(found) == file_text(other)
    assert as_json(found) == as_json(other)


def test_the_written_file_is_a_language_with_provenance(
    found: Calibration, punjabi_reference: Path, tmp_path: Path
) -> None:
    path = write_file(found, str(tmp_path / "mine"))
    assert path == tmp_path / "mine" / "pan_Guru.yaml"
    files = own_languages(path.parent)
    language = load_language("pan_Guru", own=own_language(files, "pan_Guru"))
    published = load_language("pan_Guru")
    assert (language.names, language.related) == (published.names, published.related)
    assert found.used
    start = f"calibrated: {punjabi_reference.parent.name}/pan.jsonl, 120 documents"
    for name, one in found.used.items():
        assert language.thresholds[name] == one.value
        assert language.threshold_provenance[name].startswith(start)
        assert f"({one.method})" in language.threshold_provenance[name]
    for one in found.thresholds:
        if one.threshold not in found.used:
            assert language.threshold_provenance[one.threshold] == "published: fineweb2@d0defb2"
    assert language.stop_words == tuple(one.word for one in found.stop_words)
    assert language.lid["lid176"].min_score == found.score.value
    assert language.lid["glotlid"] == published.lid["glotlid"]


def test_a_file_with_other_values_is_not_overwritten(found: Calibration, tmp_path: Path) -> None:
    path = write_file(found, str(tmp_path))
    write_file(found, str(tmp_path))  # the same text again
    path.write_text(path.read_text() + "# by hand\n")
    with pytest.raises(UserError, match="stands there already"):
        write_file(found, str(tmp_path))
    write_file(found, str(tmp_path), replace=True)
    assert path.read_text() == file_text(found)


def test_packaged_files_are_never_written(found: Calibration) -> None:
    with pytest.raises(UserError, match="these are the packaged files"):
        write_file(found, str(folder("language_configs")), replace=True)


def test_a_run_as_web_sample_has_the_fates_that_whatif_gives(punjabi_reference: Path, run: str) -> None:
    found = calibrate("pan_Guru", [str(punjabi_reference)], [run])
    assert found.on_web is not None and found.web is not None and found.web.counted is not None
    stored = StoredRun(run)
    assert found.on_web.documents == stored.signals("pan_Guru").height
    # What the run itself decided, under the published values.
    fates = stored.fates("pan_Guru")["fate"].to_list()
    assert found.on_web.fates["published"] == {fate: fates.count(fate) for fate in set(fates)}


def test_whatif_agrees_about_a_threshold(punjabi_reference: Path, run: str) -> None:
    keep = {"": "keep", "max_list_ratio": "10Tail"}
    found = calibrate("pan_Guru", [str(punjabi_reference)], [run], methods=keep)
    assert list(found.used) == ["max_list_ratio"] and found.on_web is not None
    changed = {"pan_Guru.max_list_ratio": found.used["max_list_ratio"].value}
    answer = api.whatif(run, changed)["languages"]["pan_Guru"]
    published = load_language("pan_Guru").stop_words
    # Stop words change too here, so compare only where no list is involved.
    ours = {(a, b): n for (a, b), n in found.on_web.moves.items() if "stop_words" not in a + b}
    theirs = {(m["before"], m["after"]): m["documents"] for m in answer["moves"]}
    assert ours == theirs and published


def test_a_run_uses_the_file_and_remembers_it(
    corpusforge: Command, punjabi_reference: Path, small_inputs: Path, tmp_path: Path
) -> None:
    done = corpusforge("calibrate", "--lang", "pan_Guru", "--reference", punjabi_reference, "--out", tmp_path / "mine")
    assert done.returncode == 0, done.stderr
    assert f"use it:     corpusforge run fineweb2-style --lang pan_Guru --languages {tmp_path}/mine" in done.stdout
    arguments = (
        "fineweb2-style",
        "--lang",
        "pan_Guru",
        "--input",
        f"{small_inputs}/*.jsonl",
        "--out",
        tmp_path / "run",
    )
    assert corpusforge("run", *arguments, "--workers", "1").returncode == 0
    assert corpusforge("plan", *arguments).returncode == 0
    planned = corpusforge("plan", *arguments, "--languages", tmp_path / "mine", "--json")
    assert planned.returncode == 2
    phases = {one["phase"]: one for one in json.loads(planned.stdout)["phases"]}
    # Stop words changed, so statistics are computed again; documents are not.
    reasons = {node["reason"] for node in phases["ingest"]["nodes"]}
    assert reasons == {"signals@1 of pan_Guru: configuration changed"}
    again = corpusforge("run", *arguments, "--languages", tmp_path / "mine", "--workers", "1")
    assert again.returncode == 0, again.stderr
    stored = StoredRun(str(tmp_path / "run")).settings.language("pan_Guru")
    assert stored.threshold_provenance["max_top_2_gram_frac"].startswith("calibrated: ")
    (tmp_path / "mine" / "pan_Guru.yaml").unlink()
    assert StoredRun(str(tmp_path / "run")).settings.language("pan_Guru") == stored


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--method", "Median"), "unknown method (did you mean 'MedianRatio'?)"),
        (("--method", "list_ratios=10Tail"), "no rule of the recipe has this name (did you mean 'list_ratio'?)"),
        (("--method", "10Tail", "--method", "MeanStd"), "is given twice"),
        (("--seed", "-1"), "--seed -1: a whole number from 0"),
        (("--stop-words", "4"), "a share above 0 and below 1"),
        (("--out", "x/hin_Deva.yaml"), "write x/pan_Guru.yaml"),
    ],
)
def test_slips_are_said_with_their_mend(
    corpusforge: Command, punjabi_reference: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = corpusforge("calibrate", "--lang", "pan_Guru", "--reference", punjabi_reference, *arguments, cwd=tmp_path)
    assert done.returncode == 1 and said in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_small_reference_is_refused_with_the_numbers(make_reference: Made) -> None:
    path = make_reference("small", reference_texts("pan_Guru")[:99] * 2)
    with pytest.raises(UserError) as error:
        calibrate("pan_Guru", [str(path)])
    assert "99 distinct documents (99 exact copies left out)" in str(error.value)
    assert "at least 100 documents and 10,000 words" in str(error.value)


def test_few_words_are_refused(make_reference: Made) -> None:
    with pytest.raises(UserError, match="at least 100 documents and 10,000 words"):
        calibrate("pan_Guru", [str(make_reference("short", [f"ਕਣਕ {n}" for n in range(200)]))])


def test_a_reference_in_another_script_is_refused(punjabi_reference: Path) -> None:
    with pytest.raises(UserError, match="120 of 120 documents are in the script Guru, and pnb_Arab is written in Arab"):
        calibrate("pnb_Arab", [str(punjabi_reference)])


def test_a_reference_in_another_language_is_said(make_reference: Made) -> None:
    hindi = make_reference("hindi", [*reference_texts("hin_Deva", 130, 8)])
    found = calibrate("mar_Deva", [str(hindi)])
    assert any(
        one.startswith("lid176 takes 100% of the reference for hin_Deva and 0% for mar_Deva") for one in found.warnings
    )
    assert found.score.value is None and "lid176 takes 0 of 130" in str(found.score.refused)


def test_copies_and_records_without_text_are_said(punjabi_reference: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = punjabi_reference.read_text()
    path.write_text(lines + lines.splitlines()[0] + '\n{"text": ""}\n')
    assert calibrate("pan_Guru", [str(path)]).warnings[:2] == (
        "1 exact copy of another document was left out of the reference",
        "1 record of the reference has no text (empty_body)",
    )


def test_english_of_ones_own(make_reference: Made, punjabi_reference: Path) -> None:
    english = make_reference("english", reference_texts("eng_Latn", 130, 8))
    found = calibrate("pan_Guru", [str(punjabi_reference)], english=[str(english)])
    assert found.english == f"{english.parent.name}/english.jsonl, 130 documents"
    few = write_jsonl(english.parent / "few.jsonl", map(str, range(50)))
    with pytest.raises(UserError, match=r"--english: .* has 50 documents; at least 100 are needed"):
        calibrate(
            "pan_Guru",
            [str(punjabi_reference)],
            english=[str(few)],
        )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no language file"),
        ({"qqq_Latn": "code: qqq_Latn\n"}, "no packaged language 'qqq_Latn' for it to replace"),
        ({"hin_Deva": "code: hin_Deva\nnames: {english: Hindi}\n"}, "holds hin_Deva, and this run wants pan_Guru"),
        (
            {
                "pan_Guru": "code: pan_Guru\nnames: {english: P}\nlid: {lid176: {label: pnb, min_score: 1, provenance: x}}\n"
            },
            "label 'pnb' is not the packaged one (pa)",
        ),
        ({"pan_Guru": "code: pan_Guru\ntreshold: 1\n"}, "unknown field 'treshold' (did you mean 'thresholds'?)"),
    ],
)
def test_language_files_of_ones_own_are_checked(tmp_path: Path, files: dict[str, str], said: str) -> None:
    for code, text in files.items():
        (tmp_path / f"{code}.yaml").write_text(text)
    with pytest.raises(UserError) as error:
        own_languages(tmp_path, ("pan_Guru",))
    assert said in str(error.value)


def test_the_shipped_english_table_is_what_the_tool_writes(repository: Path, shared: Path) -> None:
    tool = [
        sys.executable,
        str(repository / "tools" / "make_english_statistics.py"),
        "--data",
        str(shared / "data"),
        "--check",
    ]
    assert subprocess.run(tool, timeout=300).returncode == 0
