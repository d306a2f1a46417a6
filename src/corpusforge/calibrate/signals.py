"""The signals of a sample's documents, as a run of the recipe computes them."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from corpusforge.phases.portions import portions
from corpusforge.phases.side_cars import SIGNALS, guarded, side_cars
from corpusforge.phases.task import Worker
from corpusforge.settings import Settings
from corpusforge.stages.identify import Identifier


def signals_of(texts: list[str], settings: Settings, code: str, identifier: Identifier | None = None) -> pl.DataFrame:
    """One row per text: every statistic, `duplicate` (false: copies were left out) and, with an identifier, `language`
    (language-script or null), `language_score`, `script`."""
    car = next(car for car in side_cars(settings) if car.layer == SIGNALS)
    worker = Worker()
    frames = []
    for part in portions(pa.array(texts, pa.large_string())):
        frame = _frame(guarded(car, settings, code, part, worker))
        if identifier is not None:
            found = _frame(identifier(part))
            whole = pl.concat_str("language", "language_script", separator="_")
            frame = frame.hstack(found.select(whole.alias("language"), "language_score", "script"))
        frames.append(frame)
    return pl.concat(frames).with_columns(duplicate=pl.lit(False))


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
