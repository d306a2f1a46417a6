"""Text is read through its edits: those of earlier stages first, each counting in the text that the one before it left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents


def through_edits(tables: Iterable[pa.Table], start: int, *edits: pa.Table) -> Iterator[pa.Table]:
    """Tables of consecutive rows of a documents file, the first of them row `start`, their texts as edited.

    `edits`: rows of EDITS with rows of the file, a table for each stage, in the order of the stages. A text that was pruned
    is empty, and stays so. Tables without a column `text` are as they are.
    """
    from corpusforge.stages.clean import apply_edits

    for table in tables:
        if "text" in table.column_names and any(one.num_rows for one in edits):
            text = table["text"].combine_chunks()
            there = np.asarray(pc.greater(pc.binary_length(text), 0).to_numpy(zero_copy_only=False))
            for one in edits:
                text = apply_edits(text, _of(one, start, there))
            table = table.set_column(table.schema.get_field_index("text"), documents.DOCUMENTS.field("text"), text)
        start += table.num_rows
        yield table


def _of(edits: pa.Table, start: int, there: np.ndarray) -> pa.Table:
    """Edits of the rows from `start` on that have a text, rows counted from there."""
    rows = edits["row"].to_numpy() - start
    low, high = np.searchsorted(rows, (0, len(there)))
    inside = edits.slice(low, high - low).set_column(0, "row", pa.array(rows[low:high], pa.int64()))
    return inside.filter(pa.array(there[rows[low:high]]))
