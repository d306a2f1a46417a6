"""The commands as Python functions."""

import subprocess
import sys
from pathlib import Path

import pytest

from corpusforge import api

PROGRAM = """
import sys
from corpusforge import api

if __name__ == "__main__":
    settings = api.build_settings("fineweb2-style", (api.resolve_language("Punjabi").code,), (sys.argv[1],))
    assert api.plan_run(settings, sys.argv[2])["to_do"]
    summary = api.run(settings, sys.argv[2], workers=2)
    assert summary.exit_code == 0 and summary.fates["kept"] == 8, summary.fates
    assert api.plan_run(settings, sys.argv[2])["to_do"] == 0
    assert api.verify(sys.argv[2], [sys.argv[1]]).passed
    row = next(api.export(sys.argv[2], "kept"))
    assert api.why(sys.argv[2], row["key"])[0]["fate"] == "kept"
    moved = api.whatif(sys.argv[2], {"pan_Guru.min_words": 10_000})["languages"]["pan_Guru"]
    assert moved["kept_after"] == 0
    print("all of it")
"""


def test_the_commands_are_functions_too(small_inputs: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, program, small_inputs / "a.jsonl", tmp_path / "out"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout == "all of it\n", done.stderr


@pytest.mark.parametrize(("sets", "promised"), [(["gopher_quality"], False), (["gopher_quality", "c4_quality"], True)])
def test_a_plan_promises_statistics_of_c4_only_where_a_set_reads_them(
    small_inputs: Path, tmp_path: Path, sets: list[str], promised: bool
) -> None:
    changes = {"signals.sets": sets, "decide.rules": ["duplicates", *sets]}
    settings = api.build_settings("fineweb2-style", ("pan_Guru",), (str(small_inputs / "a.jsonl"),), changes=changes)
    ingest = api.plan_run(settings, str(tmp_path / "out"))["phases"][0]
    assert ("c4_sentences" in ingest["stages"]["signals"]["provides"]) is promised
