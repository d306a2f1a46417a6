"""SIGKILL at every point that matters, and at random times: the next run ends in the bytes of an uninterrupted one."""

import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CRASH_SEED
from tests.runs import digest, start

Call = Callable[..., "subprocess.CompletedProcess[str]"]  # type: ignore[name-defined]  # noqa: F821

SEED = int(os.environ.get("CORPUSFORGE_CRASH_SEED", CRASH_SEED))
RANDOM_KILLS = 26

# (point, its count-th passing in one process, who may die there): between write and rename, between rename and receipt,
# around the receipt, around the sweep.
POINTS = [
    *(("put:before-rename", count, "worker") for count in (1, 2, 3, 4, 6, 8)),
    *(("put:after-rename", count, "worker") for count in (1, 2, 3, 5, 7, 9)),
    *(("put:before-rename", count, "driver") for count in (1, 2, 3)),
    *(("put:after-rename", count, "driver") for count in (1, 2, 3)),
    *(("ledger:before-segment", count, "driver") for count in (1, 2)),
    *(("ledger:after-segment", count, "driver") for count in (1, 2)),
    ("write:before-sweep", 1, "worker"),
    ("sweep:before-compact", 1, "driver"),
    ("ledger:between-compactions", 1, "driver"),
]


# The same while near-duplicates of one language are found through files, by one worker.
IN_DEDUPLICATION = [("put:before-rename", count) for count in (24, 31, 38, 45, 52)] + [
    ("put:after-rename", count) for count in (28, 41, 55)
]
THROUGH_FILES = ("--set", "deduplicate.memory=20KB", "--set", "deduplicate.verify=exact")


def arguments(inputs: Path, out: Path) -> tuple[str | Path, ...]:
    return (
        "run",
        "fineweb2-style",
        "--lang",
        "pan,hin",
        "--input",
        f"{inputs}/*.jsonl",
        "--out",
        out,
        "--workers",
        "2",
        "--json",
    )


@pytest.fixture(scope="module")
def undisturbed(corpusforge: Call, small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    done = corpusforge(*arguments(small_inputs, out))
    assert done.returncode == 0, done.stderr
    return digest(out)


def finish(corpusforge: Call, small_inputs: Path, out: Path, undisturbed: dict[str, str]) -> None:
    done = corpusforge(*arguments(small_inputs, out))
    assert done.returncode == 0, done.stderr
    assert digest(out) == undisturbed
    assert corpusforge("verify", out).returncode == 0


@pytest.mark.parametrize(("point", "count", "role"), POINTS)
def test_killed_at_a_point(
    corpusforge: Call,
    small_inputs: Path,
    tmp_path: Path,
    undisturbed: dict[str, str],
    point: str,
    count: int,
    role: str,
) -> None:
    mark = tmp_path / "mark"
    fault = {"CORPUSFORGE_FAULT": f"{point}:{count}", "CORPUSFORGE_FAULT_MARK": str(mark), "CORPUSFORGE_FAULT_IN": role}
    process = start(*arguments(small_inputs, tmp_path / "out"), **fault)
    process.communicate(timeout=300)
    assert mark.exists(), f"{point}:{count} was never reached"
    if role == "driver":
        assert process.returncode == -signal.SIGKILL
    finish(corpusforge, small_inputs, tmp_path / "out", undisturbed)


@pytest.fixture(scope="module")
def undisturbed_through_files(
    corpusforge: Call, small_inputs: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    out = tmp_path_factory.mktemp("through-files") / "out"
    done = corpusforge(*arguments(small_inputs, out), *THROUGH_FILES)
    assert done.returncode == 0, done.stderr
    assert len(list((out / "exchange").rglob("*.parquet"))) > 20
    return digest(out)


@pytest.mark.parametrize(("point", "count"), IN_DEDUPLICATION)
def test_killed_in_deduplication(
    corpusforge: Call,
    small_inputs: Path,
    tmp_path: Path,
    undisturbed_through_files: dict[str, str],
    point: str,
    count: int,
) -> None:
    mark, out = tmp_path / "mark", tmp_path / "out"
    command = [one if one != "2" else "1" for one in arguments(small_inputs, out)] + list(THROUGH_FILES)
    fault = {
        "CORPUSFORGE_FAULT": f"{point}:{count}",
        "CORPUSFORGE_FAULT_MARK": str(mark),
        "CORPUSFORGE_FAULT_IN": "worker",
    }
    start(*command, **fault).communicate(timeout=300)
    assert mark.exists(), f"{point}:{count} was never reached"
    done = corpusforge(*command)
    assert done.returncode == 0, done.stderr
    assert digest(out) == undisturbed_through_files
    assert corpusforge("verify", out).returncode == 0


def test_killed_at_random_times(
    corpusforge: Call, small_inputs: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    """The driver dies again and again in one directory; units are redone, and units are reused."""
    print(f"seed {SEED} (CORPUSFORGE_CRASH_SEED)")
    dice = random.Random(SEED)
    reused = redone = 0
    began = time.monotonic()
    finish(corpusforge, small_inputs, tmp_path / "whole", undisturbed)
    whole = time.monotonic() - began  # seconds here and now: on a busy machine a fixed time would always be too early
    kills, out = 0, tmp_path / "out-0"
    while kills < RANDOM_KILLS:
        process = start(*arguments(small_inputs, out))
        try:
            process.wait(timeout=whole * dice.uniform(0.1, 1.2))
        except Exception:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
            process.communicate()
            planned = corpusforge("plan", *arguments(small_inputs, out)[1:-3], "--json")
            if planned.returncode in (0, 2):  # 0: it died in the report, with every unit done
                nodes = [node for phase in json.loads(planned.stdout)["phases"] for node in phase["nodes"]]
                redone += sum(node["reason"] is not None for node in nodes)
                reused += sum(node["reason"] is None for node in nodes)
            continue
        process.communicate()
        assert process.returncode == 0
        assert digest(out) == undisturbed
        out = tmp_path / f"out-{kills}"
    finish(corpusforge, small_inputs, out, undisturbed)
    assert redone and reused


def test_workers_killed_at_random_cost_nothing(
    corpusforge: Call, small_inputs: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    print(f"seed {SEED + 1}")
    dice = random.Random(SEED + 1)
    process = start(*arguments(small_inputs, tmp_path / "out"))
    killed = 0
    for _ in range(2):
        time.sleep(dice.uniform(0.8, 1.6))
        for child in workers_of(process.pid)[:1]:
            os.kill(child, signal.SIGKILL)
            killed += 1
    _, errors = process.communicate(timeout=300)
    assert killed and process.returncode == 0, errors
    assert digest(tmp_path / "out") == undisturbed


def workers_of(driver: int) -> list[int]:
    """Process ids of the driver's workers."""
    children = Path(f"/proc/{driver}/task/{driver}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_one_driver_at_a_time(corpusforge: Call, small_inputs: Path, tmp_path: Path) -> None:
    first = start(*arguments(small_inputs, tmp_path / "out"))
    while not (tmp_path / "out" / "run.json").exists():
        time.sleep(0.02)
    second = corpusforge(*arguments(small_inputs, tmp_path / "out"))
    assert second.returncode == 4 and "another corpusforge works on this run" in second.stderr
    first.communicate(timeout=300)
    assert first.returncode == 0


def test_ctrl_c_drains_and_the_same_command_resumes(
    corpusforge: Call, small_inputs: Path, tmp_path: Path, undisturbed: dict[str, str]
) -> None:
    process = start(*arguments(small_inputs, tmp_path / "out"))
    while not (tmp_path / "out" / "run.json").exists():
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 130, errors
    assert "goes on from here" in errors and "Traceback" not in errors
    finish(corpusforge, small_inputs, tmp_path / "out", undisturbed)


@pytest.mark.parametrize(
    ("point", "word"), [("put:before-rename:1", "unaccounted"), ("write:before-sweep:1", "unfinished")]
)
def test_a_unit_that_always_kills_its_worker_is_quarantined(
    corpusforge: Call, small_inputs: Path, tmp_path: Path, undisturbed: dict[str, str], point: str, word: str
) -> None:
    fault = {"CORPUSFORGE_FAULT": point, "CORPUSFORGE_FAULT_IN": "worker"}
    done = corpusforge(*arguments(small_inputs, tmp_path / "out")[:-1], env=fault)
    assert done.returncode == 3, done.stderr
    assert "not finished (the next run tries again)" in done.stdout and "the worker died" in done.stdout
    verdict = corpusforge("verify", tmp_path / "out")
    assert verdict.returncode == 1 and word in verdict.stdout
    finish(corpusforge, small_inputs, tmp_path / "out", undisturbed)
