"""Rows of documents as deduplication reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.dedup.policies import order_column
from corpusforge.io.storage import Storage
from corpusforge.phases.pieces import Piece
from corpusforge.phases.portions import portions, segmenter_of
from corpusforge.phases.side_cars import PRECISION, SIGNALS, SIGNATURE
from corpusforge.phases.task import Worker
from corpusforge.settings import Settings

if TYPE_CHECKING:
    from corpusforge.dedup.signature import Sketch


def signatures_of(storage: Storage, pieces: Iterable[Piece]) -> pa.ChunkedArray:
    """The signatures of pieces' rows; null where a document has none."""
    columns = [piece.read(storage, SIGNATURE, ["signature"])["signature"] for piece in pieces]
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)


def keys_of(storage: Storage, piece: Piece) -> pa.Array:
    """Keys of a piece's rows."""
    keys = piece.read(storage, "documents", ["key"])["key"]
    return pa.concat_arrays([pa.array([], pa.large_string()), *keys.chunks])


def admitted(keys: pa.Array, unit: str, ended: dict[str, pa.Table]) -> np.ndarray:
    """bool: which rows go on. `ended`: the keys that ended before, by unit."""
    gone = ended.get(unit)
    if gone is None:
        return np.ones(len(keys), np.bool_)
    goes_on: np.ndarray = pc.invert(pc.is_in(keys, gone["key"])).to_numpy(zero_copy_only=False)
    return goes_on


def survivor_column(storage: Storage, settings: Settings, piece: Piece, name: str) -> pa.ChunkedArray:
    """The column of a piece's rows that survivors are chosen by."""
    return piece.read(storage, _layer(settings, name), [name])[name]


def survivor_values(storage: Storage, settings: Settings, piece: Piece) -> np.ndarray:
    """float64 per row: what the survivor policy orders documents by, least first."""
    from corpusforge.dedup.survivors import order_values

    policy = settings.dataset.options("deduplicate").survivor
    name = order_column(policy)
    columns = {} if name is None else {name: survivor_column(storage, settings, piece, name)}
    return order_values(policy, columns, piece.rows)


def _layer(settings: Settings, column: str) -> str:
    if column in documents.DOCUMENTS.names:
        return "documents"
    stages: dict[str, Any] = settings.dataset.stages
    return PRECISION if "precision" in stages and column in stages["precision"].provides else SIGNALS


def shingles_of(
    storage: Storage, settings: Settings, code: str, piece: Piece, wanted: np.ndarray, sketch: Sketch, worker: Worker
) -> pa.LargeListArray:
    """list<uint64> per wanted row: its different shingle hashes, ascending. Reads the text of these rows."""
    split = segmenter_of(settings, code, worker)
    found: list[pa.Array] = [pa.array([], pa.large_list(pa.uint64()))]
    start = 0
    for table in piece.texts(storage, ["text"]):
        texts = table["text"].combine_chunks().filter(pa.array(wanted[start : start + table.num_rows]))
        start += table.num_rows
        for some in portions(texts):
            found.append(sketch.shingle_sets(some, split))
    return pa.concat_arrays(found)
