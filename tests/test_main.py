"""The program's front door."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpusforge import __version__
from corpusforge.cli.main import COMMANDS

Call = Callable[..., "subprocess.CompletedProcess[str]"]

HEAVY = (
    "numpy",
    "pyarrow",
    "polars",
    "numba",
    "pydantic",
    "trafilatura",
    "lxml",
    "fsspec",
    "jinja2",
    "rich",
    "datatrove",
)


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    program = (
        "import sys; from corpusforge.cli.main import main; main(['--help']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert all(name in done.stdout for name in COMMANDS)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(corpusforge: Call, command: str) -> None:
    done = corpusforge(command, "--help")
    assert done.returncode == 0 and done.stdout.startswith(f"usage: corpusforge {command}")


def test_the_version(corpusforge: Call) -> None:
    assert corpusforge("--version").stdout == f"corpusforge {__version__}\n"


def test_no_command_is_a_mistake_that_shows_the_way(corpusforge: Call) -> None:
    done = corpusforge()
    assert done.returncode == 1 and "corpusforge run fineweb2-style --lang pan" in done.stdout


def test_a_missing_argument_exits_1(corpusforge: Call) -> None:
    done = corpusforge("why")
    assert done.returncode == 1 and "RUN" in done.stderr


def test_a_reader_that_goes_away_is_no_error(corpusforge: Call) -> None:
    done = subprocess.run(
        f"{sys.executable} -m corpusforge languages | head -1", shell=True, capture_output=True, text=True
    )
    assert done.stdout.startswith("code") and done.stderr == ""


def test_one_script_among_several_is_said(corpusforge: Call) -> None:
    done = corpusforge("plan", "fineweb2-style", "--lang", "pan")
    assert "taking pan_Guru; there are also" in done.stderr and "pnb_Arab" in done.stderr
    assert "taking" not in corpusforge("plan", "fineweb2-style", "--lang", "pan_Guru").stderr


@pytest.mark.parametrize("name", ["pan", "pa", "Punjabi", "pan_Guru", "punjabi", "ਪੰਜਾਬੀ"])
def test_a_language_answers_to_its_names(corpusforge: Call, name: str) -> None:
    done = corpusforge("plan", "fineweb2-style", "--lang", name)
    assert done.returncode == 2 and "runs/fineweb2-style-pan_Guru" in done.stdout


def test_sample_writes_a_crawl_that_runs_like_the_bundled_one(corpusforge: Call, tmp_path: Path) -> None:
    written = corpusforge("sample", tmp_path / "crawl")
    assert written.returncode == 0 and len(written.stdout.splitlines()) == 6
    done = corpusforge(
        "plan", "fineweb2-style", "--lang", "pan", "--input", tmp_path / "crawl", "--out", tmp_path / "out", "--json"
    )
    [ingest] = [phase for phase in json.loads(done.stdout)["phases"] if phase["phase"] == "ingest"]
    assert [node["label"].split("/")[0] for node in ingest["nodes"]] == ["crawl"] * 6


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(
    corpusforge: Call, small_inputs: Path, tmp_path: Path
) -> None:
    arguments = ("run", "fineweb2-style", "--lang", "pan", "--input", small_inputs / "a.jsonl", "--out")
    lines = corpusforge(*arguments, tmp_path / "lines")
    assert "ingest: 1 of 1 units to do" in lines.stderr and "\x1b" not in lines.stderr
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "corpusforge", *map(str, arguments), str(tmp_path / "bar")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 65536):
            shown += block
    except OSError:  # the other end of a pty was closed
        pass
    stdout, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and b"\x1b" not in stdout and b"corpus " in stdout
    assert "━".encode() in shown and b"ingest" in shown
