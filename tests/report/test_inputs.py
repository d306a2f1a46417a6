"""Input files: what each gave to the corpus, which gave nothing, which were left out."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.conftest import articles

from corpusforge.report.build import build_report
from corpusforge.run import run
from corpusforge.settings import build_settings

HOSTILE = "x/<b>\u202eodt.exe"
Figures = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def three_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over articles, over 21 texts too short to keep, and over a mixture of both; with two skipped files."""
    folder = tmp_path_factory.mktemp("inputs")
    whole = articles("pan_Guru")
    # Seven words each, all different: too short for gopher_quality, and copies of nothing.
    words = " ".join(whole).split()
    short = [f"{' '.join(words[7 * n : 7 * n + 7])}।" for n in range(30)]
    (folder / "in").mkdir()
    for name, texts in (("good", whole[:10]), ("short", short[:21]), ("both", [*whole[10:14], *short[21:25]])):
        lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts]
        (folder / "in" / f"{name}.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    made = folder / "run"
    run(build_settings("fineweb2-style", ("pan_Guru",), (f"{folder}/in/*.jsonl",)), str(made), workers=1)
    described = json.loads((made / "run.json").read_text(encoding="utf-8"))
    described["skipped"] = [{"file": HOSTILE, "reason": "<i>empty</i>"}, {"file": "b.pdf", "reason": "not an archive"}]
    (made / "run.json").write_text(json.dumps(described), encoding="utf-8")
    build_report(str(made))
    return made


@pytest.fixture(scope="module")
def numbers(three_files: Path) -> Figures:
    folder = three_files / "report"
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("report", "pan_Guru")}


def test_kept_documents_of_a_file_are_those_that_the_corpus_says_come_from_it(
    three_files: Path, numbers: Figures
) -> None:
    rows = pq.read_table(three_files / "data" / "pan_Guru" / "part-00000.parquet", columns=["file_path"])
    corpus = Counter(rows["file_path"].to_pylist())
    files = numbers["report"]["inputs"]["largest"]
    assert {file["name"]: file["kept"] for file in files} == {
        name: corpus[name] for name in ("in/both.jsonl", "in/good.jsonl", "in/short.jsonl")
    }
    assert sum(file["kept"] for file in files) == numbers["report"]["kept"] > 0
    assert sum(file["documents"] for file in files) == numbers["report"]["documents"]


def test_a_file_that_gave_many_documents_and_nothing_to_the_corpus_is_named(
    three_files: Path, numbers: Figures
) -> None:
    assert numbers["report"]["inputs"]["gave_nothing"] == 1
    assert numbers["pan_Guru"]["inputs"] == {
        "files": 3,
        "gave_nothing": 1,
        "first": [{"name": "in/short.jsonl", "documents": 21}],
    }
    assert "in/short.jsonl: none of its 21 documents in this language was kept." in [
        remark["text"] for remark in numbers["pan_Guru"]["remarks"]
    ]
    index = (three_files / "report" / "index.html").read_text(encoding="utf-8")
    assert "or more documents and nothing to the corpus" in index


def test_skipped_files_are_listed_with_their_reason_as_text(three_files: Path, numbers: Figures) -> None:
    assert numbers["report"]["inputs"]["skipped"] == 2
    page = (three_files / "report" / "index.html").read_text(encoding="utf-8")
    assert 'x/&lt;b&gt;<span class="unseen">U+202E</span>odt.exe' in page
    assert "&lt;i&gt;empty&lt;/i&gt;" in page and "b.pdf" in page


def test_a_run_of_an_older_version_has_no_list_of_skipped_files(three_files: Path, tmp_path: Path) -> None:
    old = Path(shutil.copytree(three_files, tmp_path / "run"))
    described = json.loads((old / "run.json").read_text(encoding="utf-8"))
    del described["skipped"]
    (old / "run.json").write_text(json.dumps(described), encoding="utf-8")
    build_report(str(old))
    assert "Skipped files" not in (old / "report" / "index.html").read_text(encoding="utf-8")
