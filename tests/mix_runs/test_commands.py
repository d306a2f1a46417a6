"""`corpusforge mix`, as a user meets it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from corpusforge import yaml12
from corpusforge.mix.removal import removal_table
from corpusforge.mix_runs.weights import read_weights
from corpusforge.stored_run import StoredRun

Call = Callable[..., Any]


def test_list_names_the_mixtures(corpusforge: Call) -> None:
    done = corpusforge("mix", "list")
    assert done.returncode == 0
    assert {"temperature", "unimax", "bilingual-1to1", "staged-30-60", "babylm-10m"} <= {
        line.split()[0] for line in done.stdout.splitlines()
    }


def test_weights_are_counted_from_clusters_and_fates(corpusforge: Call, web: Path) -> None:
    done = corpusforge("mix", "weights", web, "--lang", "pan_Guru", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["pan_Guru"]["sizes"]
    run = StoredRun(str(web))
    clusters, fates = run.clusters("pan_Guru"), run.fates("pan_Guru")
    assert clusters is not None
    by_hand: dict[int, list[bool]] = {}
    fate_of = dict(fates.select("key", "fate").rows())
    for key, size, kept in clusters.select("key", "size", "kept").rows():
        if kept:
            by_hand.setdefault(size, []).append(fate_of[key] == "kept")
    assert {row["size"]: (row["documents"], row["kept"]) for row in found} == {
        size: (len(kept), sum(kept)) for size, kept in by_hand.items()
    }
    assert set(by_hand) == {1, 2}


def test_weights_are_shown_and_written_and_read_by_a_mixture(corpusforge: Call, web: Path, tmp_path: Path) -> None:
    path = tmp_path / "weights.yaml"
    done = corpusforge("mix", "weights", web, "--method", "published", "--max", "4", "--write", path)
    assert done.returncode == 0, done.stderr
    assert "95% interval" in done.stdout and f"written  {path}" in done.stdout
    assert yaml12.load(path).data["max"] == 4
    weights = read_weights(path)
    assert "pan_Guru" in weights and max(max(steps.values()) for steps in weights.values()) <= 4
    mixture = tmp_path / "mine.yaml"
    mixture.write_text("mixture: m\nshares: {method: unimax}\nrehydrate: {weights: weights.yaml}\n")
    assert corpusforge("mix", "plan", mixture, "--from", web).returncode == 0


def test_a_weights_file_with_a_slip_is_named_by_line(corpusforge: Call, web: Path, tmp_path: Path) -> None:
    (tmp_path / "weights.yaml").write_text("weights: m\nmax: 3\nlanguages:\n  pan: {repeats: {1: 0}}\n")
    mixture = tmp_path / "mine.yaml"
    mixture.write_text("mixture: m\nshares: {method: unimax}\nrehydrate: {weights: weights.yaml}\n")
    done = corpusforge("mix", "plan", mixture, "--from", web)
    assert done.returncode == 1 and "weights.yaml:4: " in done.stderr


def test_plan_then_build(corpusforge: Call, web: Path, books: Path, tmp_path: Path) -> None:
    planned = corpusforge("mix", "plan", "unimax", "--from", web, books, "--budget", "2k")
    assert planned.returncode == 0, planned.stderr
    assert "budget  2,000 words" in planned.stdout and "pan_Guru" in planned.stdout
    data = json.loads(corpusforge("mix", "plan", "unimax", "--from", web, books, "--budget", "2k", "--json").stdout)
    built = corpusforge("mix", "build", "unimax", "--from", web, books, "--budget", "2k", "--out", tmp_path / "out")
    assert built.returncode == 0, built.stderr
    assert f"{data['total']['documents']:,} documents in 1 files" in built.stdout
    assert pl.read_parquet(tmp_path / "out" / "data" / "*.parquet").height == data["total"]["documents"]


def test_errors_exit_1_with_one_line(corpusforge: Call, web: Path, tmp_path: Path) -> None:
    done = corpusforge("mix", "plan", "unimax", "--from", tmp_path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "no run here" in done.stderr
    done = corpusforge("mix", "plan", "unimax", "--from", web, "--lang", "tam")
    assert done.returncode == 1 and "the runs hold no tam_Taml" in done.stderr


@pytest.mark.parametrize(
    "fault", ["mix:spilled:1", "put:before-rename:2", "put:after-rename:2", "mix:before-manifest:1"]
)
def test_a_killed_build_is_finished_by_the_same_command(
    corpusforge: Call, web: Path, books: Path, tmp_path: Path, fault: str
) -> None:
    mixture = tmp_path / "mine.yaml"
    mixture.write_text("mixture: m\nshares: {method: unimax}\norder: {by: compression_ratio}\n")
    arguments = ("mix", "build", mixture, "--from", web, books, "--out")
    killed = corpusforge(*arguments, tmp_path / "out", env={"CORPUSFORGE_FAULT": fault})
    assert killed.returncode == -9
    assert not (tmp_path / "out" / "manifest.json").exists()
    assert corpusforge(*arguments, tmp_path / "out").returncode == 0
    assert corpusforge(*arguments, tmp_path / "whole").returncode == 0

    def files(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.name != ".lease"
        }

    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_the_tail_of_a_table_is_the_published_share() -> None:
    import numpy as np

    table = removal_table("pan_Guru", np.array([1] * 999 + [9]), np.ones(1_000, bool))
    assert table.sizes.tolist() == [1, 9]
