"""The end-to-end oracle: every record of the bundled crawl has the fate that its hand-written manifest gives it."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpusforge.stored_run import StoredRun

Call = Callable[..., "subprocess.CompletedProcess[str]"]  # type: ignore[name-defined]  # noqa: F821

MANIFEST = yaml.safe_load((Path(__file__).parents[1] / "sample_crawl" / "manifest.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(file["name"], capture, id=f"{capture['case']}-{capture['url'].rsplit('//', 1)[-1]}")
    for file in MANIFEST["files"]
    for capture in file["captures"]
]


class Found:
    """What a run made of the sample crawl: fate and language by (file, url), damage by file, published texts by url."""

    def __init__(self, url: Path) -> None:
        run = StoredRun(str(url))
        fates = {row["key"]: row["fate"] for code in run.codes for row in run.fates(code).to_dicts()}
        self.fate: dict[tuple[str, str], str] = {}
        self.language: dict[tuple[str, str], str] = {}
        self.damage: Counter[str] = Counter()
        for table in run.records():
            for row in table.to_pylist():
                file = row["file_path"].removeprefix("sample/")
                if row["record_type"] == "damage":
                    self.damage[file] += 1
                    continue
                assert (file, row["url"]) not in self.fate, "a capture has one record"
                self.fate[file, row["url"]] = row["fate"] or fates[row["key"]]
                self.language[file, row["url"]] = f"{row['language']}_{row['language_script']}"
        self.counted = {r.inputs[0]["name"].removeprefix("sample/"): r.counted_only for r in run.of_phase("ingest")}
        self.texts = {
            row["url"]: row["text"]
            for receipt in run.of_phase("write")
            for file in receipt.files["data"]
            for row in _rows(run, file.path)
        }


def _rows(run: StoredRun, path: str) -> list[dict[str, Any]]:
    from corpusforge.layers import read_rows

    return read_rows(run.storage, path, columns=["url", "text"]).to_pylist()


@pytest.fixture(scope="module", params=["all", "pan"])
def found(
    request: pytest.FixtureRequest, corpusforge: Call, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Found]:
    out = tmp_path_factory.mktemp("sample") / request.param
    done = corpusforge("run", "fineweb2-style", "--lang", request.param, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert "using the bundled sample crawl" in done.stderr
    verdict = corpusforge("verify", out, "--inputs", "--json")
    assert verdict.returncode == 0, json.loads(verdict.stdout)["problems"]
    return request.param, Found(out)


@pytest.mark.parametrize(("file", "capture"), CASES)
def test_a_capture_has_the_fate_of_the_manifest(found: tuple[str, Found], file: str, capture: dict[str, Any]) -> None:
    wanted, run = found
    if capture.get("damaged"):
        assert run.damage[file] == 1 and capture["fate"] == "corrupt_record"
        return
    name = (file, capture["url"])
    elsewhere = capture["ends"] == "after_language" and capture["language"] != "pan_Guru"
    if capture["language"] is not None:
        assert run.language[name] == capture["language"]
    if wanted == "pan" and elsewhere:
        assert run.fate[name] == MANIFEST["not_pan"]["text" if ".wet." in file else "page"]
    elif capture["fate"] == "one_of_group":
        assert run.fate[name] in ("kept", "duplicate")
    else:
        assert run.fate[name] == capture["fate"], capture["why"]
    if run.fate[name] == "kept":
        text = run.texts[capture["url"]]
        assert all(passage in text for passage in capture.get("text_has", []))
        assert not any(passage in text for passage in [*capture.get("text_lacks", []), *MANIFEST["never_in_text"]])


def test_of_equal_pages_exactly_one_is_kept(found: tuple[str, Found]) -> None:
    wanted, run = found
    groups: dict[str, list[str]] = defaultdict(list)
    for file in MANIFEST["files"]:
        for capture in file["captures"]:
            if capture["fate"] == "one_of_group" and (wanted == "all" or capture["language"] == "pan_Guru"):
                groups[capture["group"]].append(run.fate[file["name"], capture["url"]])
    assert groups
    assert all(Counter(fates)["kept"] == 1 for fates in groups.values())


def test_nothing_else_was_read_and_the_rest_was_counted(found: tuple[str, Found]) -> None:
    _, run = found
    listed = {(file["name"], c["url"]) for file in MANIFEST["files"] for c in file["captures"] if not c.get("damaged")}
    assert set(run.fate) == listed
    assert run.counted == {file["name"]: file["counted_only"] for file in MANIFEST["files"]}
