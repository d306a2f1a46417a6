"""The numbers of the report, against the run's own layers counted in another way."""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from tests.report.conftest import LANGUAGES, SCRIPT

from corpusforge.ledger import Ledger
from corpusforge.report.build import build_report
from corpusforge.report.figures import language_figures
from corpusforge.report.run_figures import index_figures
from corpusforge.stored_run import StoredRun

Figures = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def stored(finished: Path) -> StoredRun:
    return StoredRun(str(finished))


def test_the_run_has_something_of_everything(figures: Figures) -> None:
    """Guards the other tests against passing over empty tables."""
    punjabi = figures["pan_Guru"]
    assert punjabi["kept"] >= 15
    assert {"duplicate", "gopher_quality/short_doc"} <= set(punjabi["samples"]["removed"])
    assert {"corrupt_record", "empty_body", "language_not_wanted"} <= {
        one["fate"] for one in figures["report"]["fates"]
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_document_is_kept_or_ends_at_one_step(figures: Figures, code: str) -> None:
    one = figures[code]
    assert one["documents"] == one["kept"] + sum(step["removed"] for step in one["funnel"])
    assert one["funnel"][-1]["left"] == one["kept"]
    assert one["documents"] == one["kept"] + sum(fate["count"] for fate in one["fates"])


def test_every_record_is_kept_or_ends_at_one_step(figures: Figures) -> None:
    run = figures["report"]
    assert run["read"] == sum(fate["count"] for fate in run["fates"])
    assert run["read"] == run["kept"] + sum(step["removed"] for step in run["funnel"])
    assert run["documents"] == sum(one["documents"] for one in run["languages"])


def test_the_corpus_has_as_many_documents_and_characters_as_it_says(finished: Path, figures: Figures) -> None:
    for code in LANGUAGES:
        files = sorted((finished / "data" / code).glob("*.parquet"))
        texts = [text for file in files for text in pq.read_table(file)["text"].to_pylist()]
        assert (len(texts), sum(map(len, texts))) == (figures[code]["kept"], figures[code]["kept_chars"])


def test_broken_alone_and_first_are_what_the_stored_fates_say(stored: StoredRun, figures: Figures) -> None:
    rows = stored.fates("pan_Guru").filter(pl.col("fate") != "kept")
    broken: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for names in rows["broken"].to_list():
        broken.update(names)
        alone.update(names if len(names) == 1 else [])
    first = Counter(rows["fate"].to_list())
    for rule in figures["pan_Guru"]["rules"]:
        assert (rule["broken"], rule["alone"]) == (broken[rule["rule"]], alone[rule["rule"]])
        assert rule["first"] == first[rule["fate"]]


def test_a_rule_is_broken_by_the_documents_beyond_its_threshold(stored: StoredRun, figures: Figures) -> None:
    short = next(rule for rule in figures["pan_Guru"]["rules"] if rule["rule"] == "gopher_quality/short_doc")
    words = stored.signals("pan_Guru")["words"].to_list()
    assert (short["operator"], short["bound"]) == ("<", 50)
    assert short["broken"] == sum(1 for count in words if count < 50) > 0
    assert short["condition_here"] == "words < 50"


def test_histograms_hold_every_document_that_their_rule_was_applied_to(figures: Figures) -> None:
    for signal in figures["pan_Guru"]["signals"]:
        drawn = signal["histogram"]
        counted = sum(drawn["kept"]) + sum(drawn["removed"])
        outside = drawn["below"] + drawn["above"] + drawn["without_value"]
        assert counted + outside == signal["documents"] == figures["pan_Guru"]["documents"]


def test_every_threshold_says_where_it_comes_from(figures: Figures) -> None:
    rules = {rule["rule"]: rule for rule in figures["pan_Guru"]["rules"]}
    published = rules["fineweb_quality/line_punct_ratio"]["provenance"]["min_line_punct_ratio"]
    assert published == "published: fineweb2@d0defb2"
    assert rules["gopher_quality/short_doc"]["provenance"]["min_words"].startswith("inherited: default")
    assert rules["language/min_score"]["provenance"] == {"min_language_score": "default"}


def test_a_rule_that_is_off_says_why(figures: Figures) -> None:
    off = {rule["rule"]: rule["inactive"] for rule in figures["pan_Guru"]["rules"] if rule["inactive"]}
    assert off["gopher_repetition/dup_para_frac"] == "max_dup_para_frac is null: off"


def test_copies_are_counted_and_point_to_the_one_that_stands_for_them(figures: Figures) -> None:
    copies = figures["pan_Guru"]["duplicates"]
    assert copies["copies"] == 3  # the first article stands four times in the input
    assert {one["least"]: one["clusters"] for one in copies["sizes"]}[3] == 1
    samples = figures["pan_Guru"]["samples"]["removed"]["duplicate"]
    assert len({one["twin"] for one in samples}) == 1
    assert all(one["similarity"] == 1 and "duplicates/near" in one["broken"][0]["rule"] for one in samples)


def test_hosts_are_counted_without_user_password_and_case(figures: Figures) -> None:
    hosts = {one["host"]: one["documents"] for one in figures["pan_Guru"]["hosts"]["by_documents"]}
    assert {"host0.example", "host1.example", "host2.example"} <= set(hosts)
    assert not any("secret" in host or "<" in host for host in hosts)


def test_dates_are_those_of_the_kept_documents(figures: Figures) -> None:
    dates = figures["pan_Guru"]["dates"]
    assert (dates["first"], dates["last"][:4]) == ("2010-03-07", "2024")
    assert sum(year["documents"] for year in dates["years"]) + dates["undated"] == figures["pan_Guru"]["kept"]


def test_samples_of_kept_documents_are_cut_and_as_they_stand_in_the_corpus(finished: Path, figures: Figures) -> None:
    rows = pq.read_table(finished / "data" / "pan_Guru" / "part-00000.parquet").to_pylist()
    texts = {row["key"]: row["text"] for row in rows}
    for sample in figures["pan_Guru"]["samples"]["kept"]:
        assert sample["text"] == texts[sample["key"]][:600]
        assert sample["cut"] == (len(texts[sample["key"]]) > 600)


def test_few_documents_are_called_uncertain_with_an_interval(figures: Figures) -> None:
    punjabi = figures["pan_Guru"]
    low, high = punjabi["kept_interval"]
    assert low < punjabi["kept_share"] < high
    assert any(remark["about"] == "small sample" for remark in punjabi["remarks"])


def test_other_languages_of_the_input_are_named(figures: Figures) -> None:
    french = next(one for one in figures["report"]["identified"] if one["language"] == "fra_Latn")
    assert french["records"] == french["not_wanted"] > 0
    assert french["documents"] == 0


def test_damaged_records_are_shown_with_their_reason(figures: Figures) -> None:
    corrupt = next(one for one in figures["report"]["fates"] if one["fate"] == "corrupt_record")
    assert corrupt["count"] == 1
    assert "not JSON" in corrupt["examples"][0]["error"]


def test_every_fate_is_explained(figures: Figures) -> None:
    for one in figures["report"]["fates"]:
        assert one["about"].endswith(".") and "no words" not in one["about"], one["fate"]


def test_an_unfinished_run_says_so_and_its_sums_still_hold(copy: Path) -> None:
    ledger = Ledger(StoredRun(str(copy)).storage)
    ledger.forget("write", "pan_Guru")
    ledger.compact()
    build_report(str(copy))
    run = StoredRun(str(copy))
    one, whole = language_figures(run, "pan_Guru"), index_figures(run)
    assert one["undecided"] > 0 and one["kept"] == 0
    assert one["documents"] == sum(step["removed"] for step in one["funnel"])
    assert one["remarks"][0]["about"] == "unfinished"
    assert whole["read"] == whole["kept"] + sum(step["removed"] for step in whole["funnel"])


def test_input_files_are_named_as_the_run_names_them(figures: Figures) -> None:
    (file,) = figures["report"]["inputs"]["largest"]
    assert file["name"] == f"web/crawl{SCRIPT.replace('/', '-')}.jsonl"
    assert file["records"] == figures["report"]["read"]
    assert (file["documents"], file["kept"]) == (figures["report"]["documents"], figures["report"]["kept"])
