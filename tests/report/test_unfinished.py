"""An unfinished run says so, before its first number, and says what is missing."""

import json
from pathlib import Path

import pytest
from tests.report.conftest import LANGUAGES

from corpusforge.ledger import Ledger
from corpusforge.report.build import build_report
from corpusforge.report.unfinished import missing_phases, unread_inputs
from corpusforge.stored_run import StoredRun

NOTICE = "This run is not finished"


def forget(run: Path, *phases: str, code: str = "") -> StoredRun:
    """The run less the receipts of some phases (of one language), as if it had been stopped before them."""
    ledger = Ledger(StoredRun(str(run)).storage)
    for phase, unit in list(ledger.receipts):
        if phase in phases and code in ("", unit):
            ledger.forget(phase, unit)
    ledger.compact()
    return StoredRun(str(run))


def report(run: Path, page: str) -> str:
    build_report(str(run))
    return (run / "report" / f"{page}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["index", *LANGUAGES])
def test_a_finished_run_says_nothing_of_it(finished: Path, page: str) -> None:
    text = (finished / "report" / f"{page}.html").read_text(encoding="utf-8")
    assert NOTICE not in text and "Kept so far" not in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_finished_run_misses_no_phase(finished: Path, code: str) -> None:
    assert missing_phases(StoredRun(str(finished)), code) == []


@pytest.mark.parametrize("page", ["index", "pan_Guru"])
def test_the_notice_stands_before_the_first_number(copy: Path, page: str) -> None:
    forget(copy, "decide", "clean", "write")
    text = report(copy, page)
    assert 0 < text.index(NOTICE) < text.index('<dl class="tiles">')
    assert "Kept so far" in text


def test_a_language_names_its_missing_phases_and_others_do_not(copy: Path) -> None:
    run = forget(copy, "decide", "write", code="pan_Guru")
    assert missing_phases(run, "pan_Guru") == ["decide", "write"]
    assert missing_phases(run, "urd_Arab") == []
    assert "there: decide, write." in report(copy, "pan_Guru")
    assert "1 of 4 languages are not worked through: pan_Guru." in report(copy, "index")
    assert NOTICE not in report(copy, "urd_Arab")


def test_what_an_unfinished_language_kept_of_a_file_is_not_known(copy: Path) -> None:
    forget(copy, "write", code="pan_Guru")
    build_report(str(copy))
    (file,) = json.loads((copy / "report" / "report.json").read_text(encoding="utf-8"))["inputs"]["largest"]
    assert file["kept"] is None and file["documents"] > 0


def test_a_run_that_has_read_nothing_does_not_look_like_one_that_kept_nothing(copy: Path) -> None:
    run = forget(copy, "ingest", "admit", "deduplicate", "decide", "clean", "write")
    assert unread_inputs(run) == [one["name"] for one in run.description["inputs"]]
    text = report(copy, "index")
    assert "1 of 1 input files have not been read to their end" in text
    assert "No record has become a document yet." in text


def test_an_input_without_a_receipt_is_told_on_every_page_and_named(copy: Path) -> None:
    described = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    described["inputs"].append({**described["inputs"][0], "name": "web/late<br>.jsonl"})
    (copy / "run.json").write_text(json.dumps(described), encoding="utf-8")
    assert "web/late&lt;br&gt;.jsonl" in report(copy, "index")
    for page in ("index", "urd_Arab"):
        assert "1 of 2 input files have not been read to their end" in report(copy, page)


def test_receipts_over_fewer_documents_than_there_are_count_as_missing(copy: Path) -> None:
    """Inputs were added and read, and the run stopped there: the receipts of the phases after it are the old ones."""
    run = StoredRun(str(copy))
    ingest = run.of_phase("ingest")[0]
    first = next(piece for piece in ingest.slices if piece.language == "pan_Guru")
    ingest.slices.append(first)
    assert missing_phases(run, "pan_Guru") == ["admit", "deduplicate", "decide", "write"]
