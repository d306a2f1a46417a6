"""Golden files, made by datatrove 0.10.1 alone: by path, never by copy; skipped with the reason where they are not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Golden = Callable[[str], Path]


@pytest.fixture(scope="session")
def documents(golden: Golden) -> pl.DataFrame:
    """The golden documents: 3,481 rows in 34 languages."""
    return pl.read_parquet(golden("filters_golden.parquet"))


@pytest.fixture(scope="session")
def given_words(golden: Golden) -> dict[str, list[str]]:
    """The reference tokenizers' words, of 310 documents by id."""
    return dict(pl.read_parquet(golden("words_golden.parquet")).select("id", "words").iter_rows())


@pytest.fixture(scope="session")
def parameters(golden: Golden) -> dict[str, Any]:
    """The arguments that datatrove's classes were given, by language-script."""
    return json.loads(golden("params.json").read_text(encoding="utf-8"))["params"]
