"""Datasets as they are written: what was planned, once, in an order that nothing but key and seed decides."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from tests.mix_runs.conftest import make_run

from corpusforge import documents
from corpusforge.errors import UserError
from corpusforge.mix import shards, spill
from corpusforge.mix.mixture_file import load_mixture
from corpusforge.mix_runs import runs as run_files
from corpusforge.mix_runs.build import build
from corpusforge.mix_runs.plan import Plan, plan_mixture
from corpusforge.run_directory import LeaseRefused

STAGED = """
mixture: mine
languages: [eng, pan, hin]
budget: 3000 words
max_epochs: 3
stages:
  - {stage: first, share: 0.6, shares: {method: unimax, fixed: {eng: 0.5}}}
  - {stage: last, share: 0.4, shares: {method: unimax, fixed: {eng: 0.2}}}
"""


def _plan(mixture: Path | str, *runs: Path, **changes: Any) -> Plan:
    return plan_mixture(load_mixture(str(mixture), changes), [str(run) for run in runs])


def _rows(out: Path) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in sorted((out / "data").glob("part-*.parquet"))])


def _digest(out: Path) -> dict[str, str]:
    files = [*sorted((out / "data").glob("*")), out / "manifest.json"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_rows_are_the_plan(mixture: Callable[[str], Path], web: Path, books: Path, tmp_path: Path) -> None:
    plan = _plan(mixture(STAGED), web, books)
    manifest = build(plan, str(tmp_path / "out"))
    rows = _rows(tmp_path / "out")
    code = pl.concat_str("language", pl.lit("_"), "language_script")
    counted = rows.group_by("stage", code.alias("code")).len().rows()
    planned = Counter()
    for one in plan.taken:
        planned[one.stage, one.language] += one.documents
    assert {(stage, language): count for stage, language, count in counted} == dict(planned)
    assert rows.height == manifest["documents"] == plan.total()["documents"]
    assert not rows.select("key", "repeat").is_duplicated().any()
    # A document's copies are numbered from 0, without gaps.
    for repeats in rows.group_by("key").agg("repeat")["repeat"].to_list():
        assert sorted(repeats) == list(range(len(repeats)))
    # Stages come one after the other, and a repeat of a text in no earlier stage than the copy before.
    assert rows["stage"].to_list() == sorted(rows["stage"].to_list(), key=["first", "last"].index)


def test_texts_are_those_of_the_runs(web: Path, books: Path, tmp_path: Path) -> None:
    build(_plan("unimax", web, books), str(tmp_path / "out"))
    there = {
        row["key"]: row
        for run in (web, books)
        for path in run.glob("data/*/*.parquet")
        for row in pq.read_table(path).to_pylist()
    }
    rows = _rows(tmp_path / "out")
    assert pq.read_schema(tmp_path / "out" / "data" / "part-00000.parquet").names == [
        *documents.PUBLISHED.names,
        "repeat",
    ]
    for row in rows.to_dicts():
        assert {name: row[name] for name in documents.PUBLISHED.names} == there[row["key"]]


def test_words_are_within_a_document_of_the_budget(mixture: Callable[[str], Path], web: Path, books: Path) -> None:
    plan = _plan(
        mixture("{mixture: m, budget: 1500 words, languages: [pan], shares: {method: proportional}}"), web, books
    )
    longest = max(len(text.split()) for run in (web, books) for text in _punjabi(run)) * 2
    assert 1500 - longest < plan.total()["words"] <= 1500


def _punjabi(run: Path) -> list[str]:
    return [text for path in run.glob("data/pan_Guru/*.parquet") for text in pq.read_table(path)["text"].to_pylist()]


def test_a_whole_epoch_is_every_document_once(
    mixture: Callable[[str], Path], web: Path, books: Path, tmp_path: Path
) -> None:
    plan = _plan(mixture("{mixture: m, max_epochs: 1, shares: {method: proportional}}"), web, books)
    build(plan, str(tmp_path / "out"))
    rows = _rows(tmp_path / "out")
    kept = [
        key
        for run in (web, books)
        for path in run.glob("data/*/*.parquet")
        for key in pq.read_table(path)["key"].to_pylist()
    ]
    assert sorted(rows["key"]) == sorted(kept) and set(rows["repeat"]) == {0}
    signals = pl.concat([pl.read_parquet(path) for run in (web, books) for path in run.glob("documents/*.parquet")])
    assert signals.height >= rows.height
    assert rows["key"].to_list() != sorted(rows["key"])  # shuffled


def test_neither_order_of_runs_nor_memory_nor_batches_change_a_byte(
    mixture: Callable[[str], Path], web: Path, books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = mixture(STAGED + "order: {by: lix, pacing: root}\nrehydrate: {method: published, max: 3}\n")
    build(_plan(path, web, books), str(tmp_path / "one"))
    monkeypatch.setattr(spill, "PART_BYTES", 3_000)
    monkeypatch.setattr(spill, "HELD_BYTES", 10_000)
    monkeypatch.setattr(run_files, "INDEX_ROWS", 7)
    monkeypatch.setattr("corpusforge.layers.BATCH_BYTES", 5_000)
    build(_plan(path, books, web), str(tmp_path / "other"))
    assert _digest(tmp_path / "one") == _digest(tmp_path / "other")


def test_another_partition_of_the_inputs_chooses_the_same_documents(
    inputs: Path, web: Path, books: Path, tmp_path: Path
) -> None:
    """One run over both folders instead of two: keys are the same, and so is the dataset, but for cluster sizes."""
    together = tmp_path / "in"
    for name in ("web", "books"):
        (together / name).mkdir(parents=True)
        for path in (inputs / name).iterdir():
            (together / name / path.name).write_bytes(path.read_bytes())
    from corpusforge.run import run
    from corpusforge.settings import build_settings

    settings = build_settings("fineweb2-style", ("pan_Guru", "eng_Latn"), (f"{together}/web/*", f"{together}/books/*"))
    run(settings, str(tmp_path / "both"), workers=1)
    changes = {"languages": ["pan", "eng"], "budget": "2000"}
    one, other = _plan("unimax", tmp_path / "both", **changes), _plan("unimax", web, books, **changes)
    build(one, str(tmp_path / "one"))
    build(other, str(tmp_path / "other"))
    columns = ["key", "repeat", "text"]
    assert _rows(tmp_path / "one").select(columns).equals(_rows(tmp_path / "other").select(columns))


def test_a_larger_budget_keeps_what_a_smaller_one_chose(web: Path, books: Path, tmp_path: Path) -> None:
    chosen = []
    for budget in ("600", "1200"):
        build(_plan("unimax", web, books, languages=["pan"], budget=budget), str(tmp_path / budget))
        chosen.append(set(_rows(tmp_path / budget).select("key", "repeat").rows()))
    assert chosen[0] < chosen[1]


def test_a_seed_decides_what_is_chosen_and_in_which_order(web: Path, books: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        build(_plan("unimax", web, books, seed=seed, budget="2000"), str(tmp_path / str(seed)))
    one, other = (_rows(tmp_path / str(seed))["key"].to_list() for seed in (1, 2))
    assert one != other and set(one) != set(other)


def test_shards_are_cut_by_size(
    mixture: Callable[[str], Path], web: Path, books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _plan("unimax", web, books)
    build(plan, str(tmp_path / "whole"))
    monkeypatch.setattr(shards.Shards, "__init__", _small(shards.Shards.__init__))
    build(plan, str(tmp_path / "many"))
    assert len(list((tmp_path / "many" / "data").iterdir())) > 3
    assert _rows(tmp_path / "whole").equals(_rows(tmp_path / "many"))


def _small(init: Any) -> Any:
    def made(self: Any, tables: Any, size: int) -> None:
        init(self, tables, 20_000)

    return made


def test_rehydration_repeats_documents_of_large_clusters(
    mixture: Callable[[str], Path], web: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "weights.yaml"
    weights.write_text("weights: mine\nmax: 3\nlanguages:\n  pan: {repeats: {1: 1, 2: 3}}\n")
    path = mixture(
        "mixture: m\nlanguages: [pan]\nmax_epochs: 1\nshares: {method: proportional}\nrehydrate: {weights: weights.yaml}\n"
    )
    build(_plan(path, web), str(tmp_path / "out"))
    rows = _rows(tmp_path / "out")
    counts = {row["key"]: row["len"] for row in rows.group_by("key").len().to_dicts()}
    sizes = dict(rows.select("key", "minhash_cluster_size").rows())
    assert 2 in sizes.values() and 1 in sizes.values()
    assert all(counts[key] == (3 if size >= 2 else 1) for key, size in sizes.items())


def test_a_curriculum_puts_easy_texts_first(
    mixture: Callable[[str], Path], web: Path, books: Path, tmp_path: Path
) -> None:
    for by, ascending in (("words", True), ("words", False), ("compression_ratio", True), ("language_score", True)):
        path = mixture(
            "mixture: m\nlanguages: [pan]\nmax_epochs: 1\nshares: {method: proportional}\n"
            f"order: {{by: {by}, ascending: {str(ascending).lower()}, pacing: sorted}}\n"
        )
        out = tmp_path / f"{by}-{ascending}"
        build(_plan(path, web, books), str(out))
        values = _values(by, _rows(out), web, books)
        if not ascending:
            values = values[::-1]
        # 64 windows for these few documents: two neighbours may share one, three cannot. A step of the histogram is 1/4096.
        assert 20 < len(values) < 32
        assert all(one <= other * (1 + 1 / 2048) for one, other in zip(values, values[2:], strict=False))


def _values(by: str, rows: pl.DataFrame, *runs: Path) -> list[float]:
    if by == "language_score":
        return rows[by].to_list()
    if by == "compression_ratio":
        import zlib

        return [len(zlib.compress(text.encode(), 6)) / len(text.encode()) for text in rows["text"]]
    from corpusforge.stored_run import StoredRun

    stored = pl.concat([StoredRun(str(run)).signals("pan_Guru").select("key", by) for run in runs])
    return rows.join(stored, on="key", how="left", maintain_order="left")[by].to_list()


def test_a_finished_dataset_is_left_alone(web: Path, tmp_path: Path) -> None:
    plan = _plan("unimax", web)
    first = build(plan, str(tmp_path / "out"))
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    said: list[str] = []
    assert build(plan, str(tmp_path / "out"), said.append) == json.loads(json.dumps(first))
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".lease"} == {
        path: stamp for path, stamp in stamps.items() if path.name != ".lease"
    }
    assert said == [f"{tmp_path / 'out'}: this mixture is there already"]


def test_another_mixture_or_anything_else_there_is_refused(web: Path, tmp_path: Path) -> None:
    build(_plan("unimax", web), str(tmp_path / "out"))
    with pytest.raises(UserError, match="holds mixture 'unimax', made of other runs"):
        build(_plan("unimax", web, seed=5), str(tmp_path / "out"))
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="is not empty and holds no mixture"):
        build(_plan("unimax", web), str(tmp_path / "thesis"))
    assert [path.name for path in (tmp_path / "thesis").iterdir() if path.name != ".lease"] == ["mine.txt"]


def test_two_builds_in_one_directory_are_refused(web: Path, tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "out").mkdir()
    with open(tmp_path / "out" / ".lease", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(LeaseRefused):
            build(_plan("unimax", web), str(tmp_path / "out"))


def test_the_manifest_says_what_was_made(web: Path, books: Path, tmp_path: Path) -> None:
    plan = _plan("unimax", web, books)
    build(plan, str(tmp_path / "out"))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [run["name"] for run in manifest["runs"]] == ["books", "web"]
    assert manifest["plan"]["total"] == plan.total() and manifest["mixture"]["mixture"] == "unimax"
    assert sum(file["rows"] for file in manifest["files"]) == manifest["documents"]
    text = (tmp_path / "out" / "manifest.json").read_text()
    assert str(tmp_path) not in text and str(web.parent) not in text  # no absolute path


def test_a_run_that_changes_under_the_build_is_noticed(inputs: Path, tmp_path: Path) -> None:
    made = make_run(tmp_path / "run", inputs / "books", ("pan_Guru",))
    plan = _plan("unimax", made)
    part = next((made / "data" / "pan_Guru").glob("part-*.parquet"))
    table = pq.read_table(part)
    pq.write_table(table.slice(1), part)
    with pytest.raises(UserError, match="other documents than were planned"):
        build(plan, str(tmp_path / "out"))
    assert not (tmp_path / "out" / "manifest.json").exists()
