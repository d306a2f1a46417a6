"""Which documents change their fate when thresholds change."""

from collections.abc import Mapping, Sequence

import polars as pl
import pyarrow as pa

from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import FilterSet


def whatif(
    signals: pa.Table | pl.DataFrame,
    sets: Sequence[FilterSet],
    thresholds_before: Mapping[str, float | None],
    thresholds_after: Mapping[str, float | None],
) -> pl.DataFrame:
    """Evaluate stored signals twice: a frame (key, fate_before, fate_after) of the documents that move.

    `signals` has a column `key`. A null fate means that no rule of `sets` drops the document. Raises
    UserError as `evaluate` does.
    """
    frame = signals if isinstance(signals, pl.DataFrame) else pl.DataFrame(pl.from_arrow(signals))
    before = evaluate(frame, sets, thresholds_before)["fate"].alias("fate_before")
    after = evaluate(frame, sets, thresholds_after)["fate"].alias("fate_after")
    moved = pl.DataFrame([frame["key"], before, after])
    return moved.filter(pl.col("fate_before").ne_missing(pl.col("fate_after")))
