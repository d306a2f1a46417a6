"""The documents of a corpus with what runs already counted of them: no text is read.

Words and bytes stand in the side-cars of the stage `signals`, counted on the text as extracted; cleaning (repaired letters,
masked addresses) changes them little. They are joined to the corpus by key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.errors import UserError
from corpusforge.layers import read_rows
from corpusforge.mix.key_index import KeyIndex
from corpusforge.mix.ring import key_halves
from corpusforge.mix_runs import runs as run_files
from corpusforge.mix_runs.runs import corpus, data_batches
from corpusforge.phases.pieces import Piece
from corpusforge.phases.side_cars import SIGNALS
from corpusforge.stored_run import StoredRun

WORDS, BYTES = "words", "utf8_bytes"


@dataclass(frozen=True, eq=False)
class Measured:
    """Rows of a corpus: `rows`, their numbers in it; `table`, the columns asked for; the two halves of their keys; words,
    bytes and the signal asked for."""

    rows: np.ndarray
    table: pa.Table
    high: np.ndarray
    low: np.ndarray
    words: np.ndarray
    bytes: np.ndarray
    signal: np.ndarray | None = None


def measured(run: StoredRun, code: str, columns: list[str], signal: str | None = None) -> Iterator[Measured]:
    """The corpus of a language with its words and bytes, and a stored signal; INDEX_ROWS of its counts in memory at once."""
    receipt = corpus(run, code)
    if receipt is None:
        return
    pieces = run.pieces(code)
    layer = SIGNALS if signal is None else layer_of(run, pieces, signal)
    parts = np.uint64(max(1, -(-sum(piece.rows for piece in pieces) // run_files.INDEX_ROWS)))
    for part in range(int(parts)):
        index = _Index(run, pieces, parts, part, layer, signal)
        start = 0
        for table in data_batches(run, code, ["key", *columns]):
            high, low = key_halves(table["key"])
            chosen = np.flatnonzero(low % parts == part)
            found = index.find(high[chosen], low[chosen])
            if found is None:
                raise UserError(
                    f"{run.storage.url}: the corpus of {code} has documents without signals; run the recipe again"
                )
            taken = table if len(chosen) == table.num_rows else table.take(pa.array(chosen))
            yield Measured(start + chosen, taken.select(columns), high[chosen], low[chosen], *found)
            start += table.num_rows


def layer_of(run: StoredRun, pieces: tuple[Piece, ...], signal: str) -> str:
    """The layer that has a signal. Raises UserError, with what there is, where none has."""
    there: dict[str, str] = {}
    for layer, path in pieces[0].side_cars if pieces else ():
        for name in read_rows(run.storage, path, 0, 0).schema.names:
            there.setdefault(name, layer)
    if signal not in there:
        known = ", ".join(sorted(name for name in there if name not in ("signature", "stage_error")))
        raise UserError(f"{run.storage.url}: has no signal '{signal}'; it has: {known}")
    return there[signal]


class _Index:
    """Counts by key: those whose keys leave the rest `part` when divided by `parts`."""

    def __init__(
        self, run: StoredRun, pieces: tuple[Piece, ...], parts: np.uint64, part: int, layer: str, signal: str | None
    ) -> None:
        kept: list[list[np.ndarray]] = [[], [], [], [], []]
        for piece in pieces:
            high, low = key_halves(piece.read(run.storage, "documents", ["key"])["key"])
            inside = low % parts == part
            counts = piece.read(run.storage, SIGNALS, [WORDS, BYTES])
            columns = [high, low, _whole(counts[WORDS]), _whole(counts[BYTES])]
            if signal is not None:
                value = piece.read(run.storage, layer, [signal])[signal]
                columns.append(pc.cast(value, pa.float64()).to_numpy(zero_copy_only=False))
            for held, column in zip(kept, columns, strict=False):
                held.append(column[inside])
        high, low, self._words, self._bytes, *signals = (np.concatenate(held) for held in kept if held)
        self._keys = KeyIndex(high, low)
        self._signal = signals[0] if signals else None

    def find(self, high: np.ndarray, low: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray | None] | None:
        """Words, bytes and signal of keys, or None where one is missing."""
        at = self._keys.find(high, low)
        if at is None:
            return None
        return self._words[at], self._bytes[at], None if self._signal is None else self._signal[at]


def _whole(column: pa.ChunkedArray) -> np.ndarray:
    found: np.ndarray = pc.fill_null(pc.cast(column, pa.int64()), 0).to_numpy()
    return found
