"""`python -m benchmarks` on made documents: the JSON's shape, the page, the chart."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CORPUSFORGE_SHARED": str(data)}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder without real data, and what a run on made documents wrote there."""
    folder = tmp_path_factory.mktemp("measured")
    written = ["--json", str(folder / "b.json"), "--write", str(folder / "b.md"), "--svg", str(folder / "b.svg")]
    only = ["--only", "filters + signature, Hindi", "URL filter", "signature, documents 1x"]
    done = command("--quick", *only, *written, data=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_rows_have_sides_on_the_same_documents_with_five_repetitions(measured: Path):
    held = json.loads((measured / "b.json").read_text())
    assert (held["data"], held["quick"], held["repetitions"]) == ("made", True, 5)
    assert {"cpu", "python", "packages", "revision", "memory_gib"} <= set(held["machine"])
    names = [row["name"] for row in held["results"]]
    assert names == ["filters + signature, Hindi", "URL filter", "filters + signature, documents 1x"]
    for row in held["results"]:
        for name, side in row["sides"].items():
            if side["missing"] is None:
                assert side["digest"] == row["digest"], name
                assert len(side["cpu_s"]) == 5
                assert side["mb_s"] > 0 and side["docs_s"] > 0 and side["peak_mib"] > 1
        for name, ratio in row["ratios"].items():
            assert ratio["low"] <= ratio["median"] <= ratio["high"], name


def test_words_of_both_sides_are_counted(measured: Path):
    row = json.loads((measured / "b.json").read_text())["results"][0]
    ours, peer = row["sides"]["corpusforge"], row["sides"]["datatrove"]
    if peer["missing"]:
        pytest.skip(peer["missing"])
    assert abs(ours["counts"]["words"] - peer["counts"]["words"]) < 0.1 * peer["counts"]["words"]


def test_the_page_and_the_chart_show_the_rows(measured: Path):
    page = (measured / "b.md").read_text(encoding="utf-8")
    assert "| URL filter | datatrove |" in page and "made documents" in page
    chart = ElementTree.parse(measured / "b.svg").getroot()
    bars = chart.findall("{http://www.w3.org/2000/svg}rect")
    held = json.loads((measured / "b.json").read_text())["results"]
    assert len(bars) == sum("datatrove" in row["ratios"] for row in held[:1])


def test_results_can_be_shown_again_without_measuring(measured: Path):
    done = command("--read", str(measured / "b.json"), data=measured)
    assert done.returncode == 0
    assert "| filters + signature, Hindi | datatrove |" in done.stdout


def test_fewer_than_five_repetitions_are_refused(tmp_path: Path):
    done = command("--repetitions", "3", data=tmp_path)
    assert done.returncode == 2
    assert "at least 5" in done.stderr


def test_a_name_that_no_row_has_is_refused(tmp_path: Path):
    done = command("--only", "filtres", data=tmp_path)
    assert done.returncode == 1
    assert "--only filtres: no row" in done.stderr
