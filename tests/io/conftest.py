"""What the tests of reading share: real data, and archives built by hand."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared real data: CORPUSFORGE_SHARED, or ../shared beside the repository."""
    folder = Path(os.environ.get("CORPUSFORGE_SHARED", Path(__file__).parents[3] / "shared"))
    if not (folder / "data" / "warc_raw").is_dir():
        pytest.skip(f"no shared data at {folder}: set CORPUSFORGE_SHARED")
    return folder / "data"
