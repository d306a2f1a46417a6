"""Running recipes in tests, and comparing what they wrote."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

# What "same bytes" covers: not the ledger (timings, order of receipts) and not run.json (the user's spelling of inputs).
COVERED = ("records", "documents", "signals", "edits", "copies", "lines", "clusters", "fates", "data")


def digest(run: Path) -> dict[str, str]:
    """SHA-256 of every covered file of a run, by path."""
    return {
        str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest()
        for layer in COVERED
        for path in sorted((run / layer).rglob("*"))
        if path.is_file()
    }


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    """Start the program in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "corpusforge", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1", **environment},
        start_new_session=True,
    )
