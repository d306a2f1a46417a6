"""Golden files by path, never by copy; skipped with the reason where they are not."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", Path(__file__).parents[3] / "shared"))


@pytest.fixture(scope="session")
def golden():
    """`golden(name)`: the path of a file in shared/golden."""

    def path(name: str) -> Path:
        file = SHARED / "golden" / name
        if not file.exists():
            pytest.skip(f"{file} is absent; set CORPUSFORGE_SHARED to the folder that holds golden/")
        return file

    return path


@pytest.fixture(scope="session")
def documents(golden) -> pa.Table:
    """The golden documents: 3,481 rows in 34 languages."""
    return pq.read_table(golden("filters_golden.parquet"))
