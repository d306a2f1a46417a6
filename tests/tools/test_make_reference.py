"""The reference pages: written from the code, never stale, and saying what the code says."""

import subprocess
import sys
from pathlib import Path

import pytest


def _tool(repository: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(repository / "tools" / "make_reference.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def written(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, written anew."""
    folder = tmp_path_factory.mktemp("reference")
    done = _tool(repository, "--output", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_committed_pages_are_what_the_tool_writes(repository: Path) -> None:
    done = _tool(repository, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_changed_page_is_stale_and_named(repository: Path, written: Path, tmp_path: Path) -> None:
    for page in written.glob("*.md"):
        (tmp_path / page.name).write_bytes(page.read_bytes())
    page = tmp_path / "fates.md"
    page.write_text(page.read_text(encoding="utf-8") + "by hand\n", encoding="utf-8")
    done = _tool(repository, "--check", "--output", tmp_path)
    assert done.returncode == 1
    assert "fates.md: not what tools/make_reference.py writes" in done.stdout
    assert "stages.md" not in done.stdout


def test_a_missing_page_and_one_that_is_no_longer_written_are_stale(
    written: Path, repository: Path, tmp_path: Path
) -> None:
    for page in written.glob("*.md"):
        (tmp_path / page.name).write_bytes(page.read_bytes())
    (tmp_path / "stages.md").rename(tmp_path / "old.md")
    done = _tool(repository, "--check", "--output", tmp_path)
    assert done.returncode == 1
    assert "stages.md" in done.stdout and "old.md" in done.stdout
    assert _tool(repository, "--output", tmp_path).returncode == 0
    assert (tmp_path / "stages.md").exists() and not (tmp_path / "old.md").exists()


def test_pages_that_others_wrote_are_left_alone(written: Path, repository: Path, tmp_path: Path) -> None:
    (tmp_path / "agreement.md").write_text("# Written by somebody else\n", encoding="utf-8")
    assert _tool(repository, "--output", tmp_path).returncode == 0
    assert (tmp_path / "agreement.md").read_text(encoding="utf-8") == "# Written by somebody else\n"
    assert _tool(repository, "--check", "--output", tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("stages.md", "| `shard` | size | `512 MiB` | above 0 |"),
        ("stages.md", "| `verify` | `sketch` or `exact` or `none` | `sketch` |  |"),
        ("stages.md", "| `sets` | list of text | required |  |"),
        ("stages.md", "| `threshold` | number or null | `null` | above 0 and at most 1 |"),
        ("filter-sets.md", "| `list_ratio` | `list_ratio > $max_list_ratio` | `fineweb_quality/list_ratio` |"),
        ("filter-sets.md", "| `max_short_line_ratio` | off |"),
        ("command-line.md", "corpusforge why RUN KEY|ID|URL [--json]"),
        ("command-line.md", "| `--fate FATE` |"),
        ("run-directory.md", "| `derived_from` | list of large_string |"),
    ],
)
def test_pages_say_what_the_code_says(written: Path, page: str, line: str) -> None:
    assert line in (written / page).read_text(encoding="utf-8")


def test_every_command_stage_and_signal_stands_in_the_reference(written: Path) -> None:
    from corpusforge.cli.main import COMMANDS
    from corpusforge.rules.known_signals import KNOWN_SIGNALS
    from corpusforge.stages.options import STAGES

    commands = (written / "command-line.md").read_text(encoding="utf-8")
    stages = (written / "stages.md").read_text(encoding="utf-8")
    signals = (written / "signals.md").read_text(encoding="utf-8")
    assert all(f"## `corpusforge {name}`\n" in commands for name in COMMANDS)
    assert all(f"## `{name}`\n" in stages for name in STAGES)
    assert all(f"| `{name}` |" in signals for name in KNOWN_SIGNALS)
