"""The signals of a sample's documents, as a run computes them: the same segmenter, statistics and language model."""

import polars as pl
import pyarrow as pa

from corpusforge.languages import Language
from corpusforge.phases.side_cars import portions
from corpusforge.stages.identify import Identifier
from corpusforge.text.segment import segmenter
from corpusforge.text.statistics import statistics


def signals_of(texts: list[str], language: Language, identifier: Identifier | None) -> pl.DataFrame:
    """One row per text: all statistics, `duplicate` (false: copies were left out) and, with an identifier, `language`
    (language-script or null), `language_score`, `script`."""
    split = segmenter(language.segmenter, language.code)
    frames = []
    for part in portions(pa.array(texts, pa.large_string())):
        frame = _frame(statistics(part, split.words(part), language.stop_words))
        if identifier is not None:
            found = _frame(identifier(part))
            code = pl.concat_str("language", "language_script", separator="_")
            frame = frame.hstack(found.select(code.alias("language"), "language_score", "script"))
        frames.append(frame)
    return pl.concat(frames).with_columns(duplicate=pl.lit(False))


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
