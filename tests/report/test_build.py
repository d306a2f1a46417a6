"""Building: the same run gives the same bytes, old pages go, the command prints where the index is."""

import json
import shutil
from pathlib import Path

import pytest
from tests.report.conftest import LANGUAGES, make_run

from corpusforge.cli.main import main
from corpusforge.report.build import build_report


def contents(run: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (run / "report").iterdir()}


def test_an_index_and_a_page_and_json_per_language(finished: Path) -> None:
    expected = {"index.html", "report.json"} | {f"{code}.{kind}" for code in LANGUAGES for kind in ("html", "json")}
    assert set(contents(finished)) == expected


def test_building_twice_gives_equal_bytes(finished: Path, copy: Path) -> None:
    assert build_report(str(copy)) == f"{copy}/report/index.html"
    assert contents(copy) == contents(finished)


def test_equal_runs_elsewhere_give_equal_reports(finished: Path, tmp_path: Path) -> None:
    again = make_run(tmp_path)
    build_report(str(again))
    assert contents(again) == contents(finished)


def test_pages_of_languages_that_left_the_run_are_removed(copy: Path) -> None:
    (copy / "report" / "fra_Latn.html").write_text("old")
    (copy / "report" / "fra_Latn.json").write_text("{}")
    build_report(str(copy))
    assert not [name for name in contents(copy) if name.startswith("fra_Latn")]


def test_a_run_without_any_document_has_an_index(tmp_path: Path) -> None:
    made = make_run(tmp_path, ("kor_Hang",))
    build_report(str(made))
    assert set(contents(made)) == {"index.html", "report.json"}
    assert "No record became a document" in contents(made)["index.html"].decode()


def test_the_command_prints_the_index(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(copy)]) == 0
    assert capsys.readouterr().out == f"{copy}/report/index.html\n"


def test_the_command_prints_the_numbers_and_writes_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (copy / "report").iterdir():
        path.unlink()
    assert main(["report", str(copy), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["run"]["read"] == sum(fate["count"] for fate in printed["run"]["fates"])
    assert sorted(printed["languages"]) == sorted(LANGUAGES)
    assert not contents(copy)


def test_a_report_that_cannot_be_written_is_a_clear_error(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(copy / "report")
    (copy / "report").write_text("a file where the folder should be")
    assert main(["report", str(copy)]) == 1
    assert f"{copy}/report/arb_Arab.html: cannot be written: " in capsys.readouterr().err


def test_no_run_is_a_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 1
    assert "no run here" in capsys.readouterr().err
