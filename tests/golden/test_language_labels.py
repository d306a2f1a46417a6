"""Labels and scores of lid.176.ftz, as datatrove's FT176LID gave them."""

import json
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from tests.golden.conftest import Golden

from corpusforge.models.model_files import model_checksum
from corpusforge.stages.identify import SCORE_DECIMALS, Identifier


@pytest.fixture(scope="module")
def identified(documents: pl.DataFrame, golden: Golden) -> list[dict[str, Any]]:
    described = json.loads(golden("params.json").read_text(encoding="utf-8"))["lid_model"]
    if model_checksum("lid176") not in described:
        pytest.skip(f"the installed lid176 is not the golden one ({described})")
    return Identifier("lid176")(pa.array(documents["text"].to_list(), pa.large_string())).to_pylist()


def test_every_label_and_score(identified: list[dict[str, Any]], documents: pl.DataFrame) -> None:
    ours = [(row["label"], row["language_score"]) for row in identified]
    scores = [round(score, SCORE_DECIMALS) for score in documents["ft176ftz_score"]]
    assert len(ours) == 3_481
    assert ours == list(zip(documents["ft176ftz_label"], scores, strict=True))


def test_the_best_of_the_top_languages_is_the_language(identified: list[dict[str, Any]]) -> None:
    for row in identified:
        if row["language"] is not None and row["language_score"] > 0.01:
            assert next(iter(json.loads(row["top_langs"]))) == f"{row['language']}_{row['language_script']}"
