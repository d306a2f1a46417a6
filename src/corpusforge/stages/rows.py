"""How rows pass the map stages of ingest: only rows without a fate, nothing dropped, one bad row costs itself."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents

MapStage = Callable[[pa.Table], dict[str, pa.Array]]
"""A map stage: rows in, the columns that it fills out (same rows, same order); it ends a row by filling `fate`."""

# The columns that travel through ingest.
WORKING = pa.schema(
    [
        *documents.RECORDS,
        pa.field("html", pa.large_string()),
        pa.field("text", pa.large_string()),
        pa.field("top_langs", pa.large_string()),
    ]
)


def through(name: str, stage: MapStage, rows: pa.Table) -> pa.Table:
    """Pass the rows that have no fate through a stage. A row on which the stage fails gets `stage_error/<name>`."""
    active = pc.is_null(rows["fate"])
    chosen = rows.filter(active)
    if chosen.num_rows == 0:
        return rows
    for column, values in _guarded(name, stage, chosen).items():
        index = rows.schema.get_field_index(column)
        field, filled = WORKING.field(column), values
        if chosen.num_rows < rows.num_rows:
            old = rows.column(index).combine_chunks()
            filled = pc.replace_with_mask(old, active.combine_chunks(), filled)
        rows = rows.set_column(index, field, filled)
    return rows


def _guarded(name: str, stage: MapStage, rows: pa.Table) -> dict[str, pa.Array]:
    """The stage's columns; where it raises, halve the rows until the one at fault is alone."""
    try:
        return {column: _typed(column, values) for column, values in stage(rows).items()}
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except Exception as error:
        if rows.num_rows == 1:
            message = f"{type(error).__name__}: {error}"[:500]
            return {"fate": _strings([f"stage_error/{name}"]), "error": _strings([message])}
        middle = rows.num_rows // 2
        parts = [(_guarded(name, stage, half), half) for half in (rows.slice(0, middle), rows.slice(middle))]
        columns = sorted({column for part, _ in parts for column in part})
        return {
            column: pa.concat_arrays(
                [part[column] if column in part else half[column].combine_chunks() for part, half in parts]
            )
            for column in columns
        }


def _typed(column: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    kind = WORKING.field(column).type
    return array if array.type == kind else array.cast(kind)


def _strings(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.large_string())
