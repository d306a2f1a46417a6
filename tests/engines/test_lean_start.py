"""A process of a run imports neither pandas nor SciPy, even where they are installed."""

import subprocess
import sys
from pathlib import Path

PRELUDE = """
import sys
sys.path.insert(0, sys.argv[1])
from corpusforge.engines.lean_start import start_without_pandas, start_without_scipy
"""


def found(tmp_path: Path, code: str) -> str:
    """What `code` prints, with a pandas and a SciPy on the path that can be imported and have nothing in them."""
    done = run(tmp_path, code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def errors(tmp_path: Path, code: str) -> str:
    return run(tmp_path, code).stderr


def run(tmp_path: Path, code: str) -> "subprocess.CompletedProcess[str]":
    for name in ("pandas", "scipy"):
        (tmp_path / f"{name}.py").write_text("__version__ = '3.0.0'\n")
    given = [sys.executable, "-c", PRELUDE + code, str(tmp_path)]
    return subprocess.run(given, capture_output=True, text=True, check=False)


def test_arrow_does_not_import_pandas(tmp_path: Path):
    code = "start_without_pandas(); import pyarrow as pa; pa.array(['a']); print('pandas' in sys.modules)"
    assert found(tmp_path, code) == "False"


def test_numba_does_not_import_scipy(tmp_path: Path):
    code = """
start_without_scipy()
from numba import njit
print(njit(lambda x: x + 1)(1), 'scipy' in sys.modules)
"""
    assert found(tmp_path, code) == "2 False"


def test_both_can_be_imported_afterwards(tmp_path: Path):
    code = "start_without_pandas(); start_without_scipy(); import pandas, scipy; print(pandas.__version__)"
    assert found(tmp_path, code) == "3.0.0"


def test_without_the_call_arrow_imports_pandas(tmp_path: Path):
    """Else the call is no longer needed."""
    assert "pandas-shim" in errors(tmp_path, "import pyarrow as pa; pa.array(['a'])")
