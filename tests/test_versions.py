"""Versions of a corpus: immutable, each with what it changed and why."""

import json
import signal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpusforge.io.storage import Storage
from corpusforge.versions import Versions
from tests.conftest import articles, write_jsonl
from tests.runs import digest, start


@pytest.fixture(scope="module")
def twice(corpusforge, tmp_path_factory):
    """A run of one file, then of two: the second copies one article of the first, and has a longer copy of another."""
    folder = tmp_path_factory.mktemp("versions")
    pan = articles("pan_Guru")
    write_jsonl(folder / "web" / "a.jsonl", [*pan[:6], *articles("hin_Deva")])
    out = folder / "out"
    first = call(corpusforge, folder, out)
    before = {path: hash_ for path, hash_ in digest(out).items() if path.endswith(".parquet") and path[:5] == "data/"}
    longer = pan[1] + "\n" + pan[8].split("\n")[0]
    write_jsonl(folder / "web" / "b.jsonl", [*pan[6:8], pan[0][: len(pan[0]) * 19 // 20], longer])
    second = call(corpusforge, folder, out)
    return folder, out, first, before, second


def call(corpusforge, folder, out, *more):
    languages = () if "--lang" in more else ("--lang", "pan,hin")
    done = corpusforge(
        "run", "fineweb2-style", *languages, "--input", f"{folder}/web/*.jsonl", "--out", out, "--json", *more
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def keys_of(path):
    return set(pq.read_table(path, columns=["key"])["key"].to_pylist())


def test_a_finished_run_is_a_version_and_the_same_run_again_is_none(twice, corpusforge):
    folder, out, first, _, second = twice
    assert first["version"] == {"number": 1, "changes": {}}
    assert second["version"]["number"] == 2
    assert call(corpusforge, folder, out)["version"] is None
    assert [version.number for version in Versions(Storage(str(out))).all] == [1, 2]


def test_an_older_version_can_still_be_read_byte_for_byte(twice):
    _, out, _, before, _ = twice
    assert before
    old = digest(out / "versions" / "0001")
    assert {path: old[path] for path in before} == before


def test_the_delta_says_what_came_and_what_went_and_why(twice, corpusforge):
    _, out, *_ = twice
    found = json.loads(corpusforge("diff", out, "--json").stdout)
    old = keys_of(out / "versions/0001/data/pan_Guru/part-00000.parquet")
    new = keys_of(out / "data/pan_Guru/part-00000.parquet")
    rows = {row["key"]: row for row in found["rows"]}
    assert {key for key, row in rows.items() if row["change"] == "added"} == new - old
    assert {key for key, row in rows.items() if row["change"] == "removed"} == old - new
    assert all(row["why"] == "new input" for row in rows.values() if row["change"] == "added")
    (gone,) = (row for row in rows.values() if row["change"] == "removed")
    assert gone["why"] == "duplicate"
    assert gone["twin"] in new - old
    (grown,) = (row for row in rows.values() if row["change"] == "changed")
    assert grown["why"] == "cluster size 1 -> 2"
    assert grown["key"] in old & new
    assert set(found["languages"]) == {"pan_Guru"}


def test_the_list_shows_both(twice, corpusforge):
    _, out, *_ = twice
    shown = corpusforge("versions", out).stdout
    assert "3 added" in shown or "2 added" in shown
    assert "1 removed" in shown
    assert "a.jsonl" not in shown


def test_a_stricter_rule_a_language_less_and_retention(corpusforge, tmp_path):
    pan = articles("pan_Guru")
    write_jsonl(tmp_path / "web" / "a.jsonl", [*pan[:6], *articles("hin_Deva")])
    out = tmp_path / "out"
    call(corpusforge, tmp_path, out)
    words = sorted(len(text.split()) for text in pan[:6])[2]
    call(corpusforge, tmp_path, out, "--set", f"pan_Guru.min_words={words}")
    stricter = json.loads(corpusforge("diff", f"{out}@1", f"{out}@2", "--json").stdout)
    (why,) = stricter["languages"]["pan_Guru"]
    assert why == "gopher_quality/short_doc"
    assert "min_words" in corpusforge("versions", out).stdout
    call(corpusforge, tmp_path, out, "--lang", "pan", "--set", f"pan_Guru.min_words={words}")
    fewer = json.loads(corpusforge("diff", out, "--json").stdout)
    assert set(fewer["languages"]) == {"hin_Deva"}
    assert fewer["languages"]["hin_Deva"] == {"language_not_wanted": {"removed": 3}}
    across = json.loads(corpusforge("diff", f"{out}@1", out, "--json").stdout)
    assert set(across["languages"]) == {"hin_Deva", "pan_Guru"}
    assert not list((out / "versions/0001/data").rglob("*.parquet"))  # two versions stay readable
    assert (out / "versions/0002/data/hin_Deva/part-00000.parquet").exists()
    assert "(its data is not stored any more)" in corpusforge("versions", out).stdout


def test_killed_before_the_manifest_the_next_run_makes_the_version(corpusforge, tmp_path):
    pan = articles("pan_Guru")
    write_jsonl(tmp_path / "web" / "a.jsonl", pan[:4])
    out = tmp_path / "out"
    call(corpusforge, tmp_path, out, "--lang", "pan")
    write_jsonl(tmp_path / "web" / "b.jsonl", pan[4:6])
    command = ("run", "fineweb2-style", "--lang", "pan", "--input", f"{tmp_path}/web/*.jsonl", "--out", out)
    fault = {"CORPUSFORGE_FAULT": "version:before-manifest:1", "CORPUSFORGE_FAULT_IN": "driver"}
    process = start(*command, CORPUSFORGE_FAULT_MARK=str(tmp_path / "mark"), **fault)
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    assert len(Versions(Storage(str(out))).all) == 1
    again = call(corpusforge, tmp_path, out, "--lang", "pan")
    assert again["version"] == {"number": 2, "changes": {"pan_Guru": {"added": 2}}}
    assert len(keys_of(out / "versions/0001/data/pan_Guru/part-00000.parquet")) == 4


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("diff", "{out}@7"), "no version 7; there are versions 1 to 2"),
        (("diff", "{out}@2"), "give the newer version too"),
        (("diff", "{out}/nowhere"), "no run here"),
        (("versions", "{out}/nowhere"), "no run here"),
    ],
)
def test_what_does_not_exist(twice, corpusforge, arguments, says):
    _, out, *_ = twice
    done = corpusforge(*(one.format(out=out) for one in arguments))
    assert done.returncode == 1
    assert says in done.stderr


def test_a_damaged_manifest_is_named(corpusforge, tmp_path):
    write_jsonl(tmp_path / "web" / "a.jsonl", articles("pan_Guru")[:2])
    out = tmp_path / "out"
    call(corpusforge, tmp_path, out, "--lang", "pan")
    Path(out / "versions" / "0001.json").write_text("{")
    done = corpusforge("versions", out)
    assert done.returncode == 1
    assert "versions/0001.json: not readable as a version's manifest" in done.stderr


def test_a_remote_run_keeps_its_older_version():
    storage = Storage("memory://versions-link")
    storage.put("data/x.parquet", b"one")
    storage.link("data/x.parquet", "versions/0001/data/x.parquet")
    storage.put("data/x.parquet", b"two")
    assert storage.read("versions/0001/data/x.parquet") == b"one"
