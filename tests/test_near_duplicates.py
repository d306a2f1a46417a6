"""Near-duplicates through a whole run: any cut, any order of nodes, all at once or snapshot by snapshot."""

import json
import random
import shutil

import polars as pl
import pytest

from corpusforge.errors import UserError
from corpusforge.prune import prune
from corpusforge.stored_run import StoredRun
from corpusforge.verify import verify
from tests.conftest import articles
from tests.runs import digest
from tests.serial import run_serially

SMALL = "200KB"  # of memory: some hundred documents are many groups and partitions


def near_copies(texts, documents, dice):
    """Documents made of a few texts: words changed, parts put together, dates and lengths that differ."""
    pool = [
        "\n".join([*dice.choice(texts).split("\n"), *dice.choice(texts).split("\n")[: dice.randint(0, 3)]])
        for _ in range(documents // 3)
    ]
    for number in range(documents):
        words = dice.choice(pool).split(" ")
        for _ in range(dice.choice([0, 0, 1, 3, 8, 20])):
            words[dice.randrange(len(words))] = dice.choice(words)
        date = f"2024-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}T00:00:00Z"
        yield {"id": f"d{number}", "url": f"https://x.example/{number}", "date": date, "text": " ".join(words)}


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory):
    """Two snapshots of four files each, full of near copies of each other."""
    folder = tmp_path_factory.mktemp("snapshots")
    dice = random.Random(11)
    texts = articles("pan_Guru")
    rows = list(near_copies(texts, 480, dice))
    for number in range(8):
        file = folder / "in" / f"{'ab'[number // 4]}-{number}.jsonl"
        file.parent.mkdir(exist_ok=True)
        lines = (json.dumps(row, ensure_ascii=False) for row in rows[number::8])
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def clusters(out):
    found = StoredRun(str(out)).clusters("pan_Guru")
    assert found is not None
    return found.sort("key")


def corpus(out):
    return pl.read_parquet(f"{out}/data/pan_Guru/*.parquet").sort("key")


@pytest.fixture(scope="module")
def whole(snapshots):
    out = snapshots / "whole"
    run_serially(out, f"{snapshots}/in/*.jsonl", {})
    found = clusters(out)
    assert 50 < found["kept"].sum() < found.height - 50
    assert found["size"].max() > 4
    return out


@pytest.mark.parametrize(("memory", "seed"), [(SMALL, 1), ("64KB", 2)])
def test_files_and_memory_find_the_same(snapshots, whole, tmp_path, memory, seed):
    run_serially(tmp_path / "out", f"{snapshots}/in/*.jsonl", {"deduplicate.memory": memory}, seed)
    steps = StoredRun(str(tmp_path / "out"))
    assert len(steps.of_phase("bands")) > 2
    assert len(steps.of_phase("compare")) > 2
    assert clusters(tmp_path / "out").equals(clusters(whole))
    assert {path: hash_ for path, hash_ in digest(tmp_path / "out").items() if path.startswith("data/")} == {
        path: hash_ for path, hash_ in digest(whole).items() if path.startswith("data/")
    }
    assert verify(str(tmp_path / "out")).passed


def test_the_order_of_nodes_does_not_show(snapshots, tmp_path):
    changes = {"deduplicate.memory": SMALL, "deduplicate.verify": "exact"}
    for seed in (1, 2):
        run_serially(tmp_path / str(seed), f"{snapshots}/in/*.jsonl", changes, seed)
    assert digest(tmp_path / "1") == digest(tmp_path / "2")
    assert any(path.startswith("clusters/") for path in digest(tmp_path / "1"))


@pytest.mark.parametrize("survivor", ["longest", "first", "newest", "best:words"])
@pytest.mark.parametrize("memory", ["512 MiB", SMALL])
def test_snapshot_by_snapshot_is_all_at_once(snapshots, tmp_path, survivor, memory):
    changes = {"deduplicate.survivor": survivor, "deduplicate.memory": memory}
    run_serially(tmp_path / "once", f"{snapshots}/in/*.jsonl", changes)
    run_serially(tmp_path / "twice", f"{snapshots}/in/a-*.jsonl", changes)
    second = run_serially(tmp_path / "twice", f"{snapshots}/in/b-*.jsonl", changes, adds=True)
    assert clusters(tmp_path / "twice").equals(clusters(tmp_path / "once"))
    assert corpus(tmp_path / "twice").equals(corpus(tmp_path / "once"))
    assert second.version is not None
    assert {"added", "changed", "removed"} <= second.version.changes["pan_Guru"].keys()


def test_old_inputs_need_not_be_there_any_more(snapshots, whole, tmp_path):
    shutil.copytree(snapshots / "in", tmp_path / "in")
    run_serially(tmp_path / "out", f"{tmp_path}/in/a-*.jsonl", {})
    for file in (tmp_path / "in").glob("a-*"):
        file.unlink()
    run_serially(tmp_path / "out", f"{tmp_path}/in/*.jsonl", {}, adds=True)
    assert clusters(tmp_path / "out").equals(clusters(whole))
    with pytest.raises(UserError, match=r"must be read again .* give it with --input too"):
        run_serially(tmp_path / "out", f"{tmp_path}/in/*.jsonl", {"read.batch": 7, "identify.sample": None}, adds=True)
    assert verify(str(tmp_path / "out"), []).passed


def test_kept_old_documents_stay(snapshots, tmp_path):
    changes = {"deduplicate.keep": "old", "deduplicate.survivor": "longest"}
    run_serially(tmp_path / "out", f"{snapshots}/in/a-*.jsonl", changes)
    before = set(corpus(tmp_path / "out")["key"])
    second = run_serially(tmp_path / "out", f"{snapshots}/in/b-*.jsonl", changes, adds=True)
    assert before <= set(corpus(tmp_path / "out")["key"])
    assert second.version is not None
    assert second.version.changes["pan_Guru"].keys() == {"added", "changed"}
    found = clusters(tmp_path / "out")
    run_serially(tmp_path / "first", f"{snapshots}/in/a-*.jsonl", changes)
    old = set(clusters(tmp_path / "first")["key"])
    lengths = {
        row["key"]: len(row["text"])
        for table in StoredRun(str(tmp_path / "out")).texts("pan_Guru")
        for row in table.select(["key", "text"]).to_pylist()
    }
    gave_way = [
        row["key"]
        for row in found.filter(pl.col("twin").is_not_null()).to_dicts()
        if row["key"] not in old
        and row["twin"] in old
        and (-lengths[row["key"]], row["key"]) < (-lengths[row["twin"]], row["twin"])
    ]
    assert gave_way
    assert second.version.older_kept == {"pan_Guru": len(gave_way)}


def write_rows(file, texts, ids=None):
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = (
        {"id": ids[n] if ids else f"d{n}", "url": f"https://x.example/{n}", "text": text}
        for n, text in enumerate(texts)
    )
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize("memory", ["512 MiB", "1 MB"])
def test_a_document_repeated_again_and_again(tmp_path, memory):
    text, other = articles("pan_Guru")[:2]
    write_rows(tmp_path / "in/a.jsonl", [text] * 3000 + [other])
    run_serially(tmp_path / "out", f"{tmp_path}/in/a.jsonl", {"deduplicate.memory": memory})
    found = clusters(tmp_path / "out")
    assert sorted(found.filter("kept")["size"].to_list()) == [1, 3000]
    assert found.filter(pl.col("twin").is_not_null())["similarity"].unique().to_list() == [1.0]
    assert StoredRun(str(tmp_path / "out")).deduplicated("pan_Guru")["comparisons"] < 10


@pytest.mark.parametrize("memory", ["512 MiB", "10KB"])
def test_short_documents_are_no_near_duplicates_and_one_id_may_come_twice(tmp_path, memory):
    text, other = articles("pan_Guru")[:2]
    short = " ".join(text.split()[:4])
    write_rows(tmp_path / "in/a.jsonl", [short, short, "", text, other], ids=["x"] * 5)
    run_serially(
        tmp_path / "out", f"{tmp_path}/in/a.jsonl", {"deduplicate.memory": memory, "deduplicate.verify": "exact"}
    )
    run = StoredRun(str(tmp_path / "out"))
    assert clusters(tmp_path / "out")["kept"].all()
    assert run.signals("pan_Guru").height == 4
    assert verify(str(tmp_path / "out")).passed


def test_new_documents_leave_the_entries_of_old_ones(snapshots, tmp_path):
    changes = {"deduplicate.memory": SMALL}
    run_serially(tmp_path / "out", f"{snapshots}/in/a-*.jsonl", changes)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out/exchange/bands").rglob("*.parquet")}
    run_serially(tmp_path / "out", f"{snapshots}/in/b-*.jsonl", changes, adds=True)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out/exchange/bands").rglob("*.parquet")}
    assert len(after) > len(before) > 2
    assert len(before.items() & after.items()) >= len(before) - 1


def test_what_was_found_needs_no_intermediate_files(snapshots, tmp_path):
    changes = {"deduplicate.memory": SMALL}
    run_serially(tmp_path / "out", f"{snapshots}/in/a-*.jsonl", changes)
    shutil.rmtree(tmp_path / "out/exchange")
    assert run_serially(tmp_path / "out", f"{snapshots}/in/a-*.jsonl", changes).done == 0
    assert run_serially(tmp_path / "out", f"{snapshots}/in/*.jsonl", changes).done > 10


def test_pruning_leaves_the_index_and_the_result(snapshots, tmp_path):
    changes = {"deduplicate.memory": SMALL}
    out = tmp_path / "out"
    run_serially(out, f"{snapshots}/in/a-*.jsonl", changes)
    before = clusters(out)
    freed = prune(str(out))
    assert freed["exchanged_bytes"] > 10_000
    assert {path.parent.parent.name for path in (out / "exchange").rglob("*.parquet")} == {"bands"}
    assert run_serially(out, f"{snapshots}/in/a-*.jsonl", changes).done == 0
    assert clusters(out).equals(before)
    assert verify(str(out)).passed


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"deduplicate.survivor": "best"}, "survivor must be one of longest, oldest, newest, best:<signal>, first"),
        ({"deduplicate.survivor": "best:wrods"}, "best:wrods: there is no such signal (did you mean 'words'?)"),
        (
            {"deduplicate.survivor": "best:c4_kept_lines"},
            "which stage 'signals' computes only for filter sets that read it",
        ),
        ({"deduplicate.verify": "none", "deduplicate.threshold": 0.8}, "threshold has no effect with verify: none"),
    ],
)
def test_choices_that_cannot_be(snapshots, tmp_path, change, says):
    with pytest.raises(UserError) as raised:
        run_serially(tmp_path / "out", f"{snapshots}/in/*.jsonl", change)
    assert says in str(raised.value)
    assert not (tmp_path / "out").exists()
