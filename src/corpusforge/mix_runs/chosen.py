"""The copies of documents that a plan takes, with their text, in the order of the runs' files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from corpusforge import documents
from corpusforge.mix.ring import CHOICE, key_halves, places, stages_of
from corpusforge.mix_runs.plan import Plan
from corpusforge.mix_runs.runs import data_batches
from corpusforge.stored_run import StoredRun


@dataclass(frozen=True, eq=False)
class Chosen:
    """Copies taken of one batch of documents. Of copy i: `row[i]` in `table`, `repeat[i]` from 0, `stage[i]`.

    `start`: the number of the batch's first document in the language's corpus of this run.
    """

    run: StoredRun
    language: str
    start: int
    table: pa.Table
    high: np.ndarray
    low: np.ndarray
    row: np.ndarray
    repeat: np.ndarray
    stage: np.ndarray

    def parts(self) -> Iterator[Chosen]:
        """The same copies, no more at a time than there are documents: a document may come 40 times."""
        for start in range(0, len(self.row), max(1, self.table.num_rows)):
            some = slice(start, start + max(1, self.table.num_rows))
            yield replace(self, row=self.row[some], repeat=self.repeat[some], stage=self.stage[some])


def chosen_rows(plan: Plan) -> Iterator[Chosen]:
    """Every copy that the plan takes."""
    selection = plan.selection
    stages = plan.cuts.shape[1]
    taken_from = {one.language for one in plan.taken}
    for run in plan.runs:
        for code in selection.codes(run):
            if code not in taken_from:
                continue
            start = 0
            for table in data_batches(run, code, documents.PUBLISHED.names):
                high, low = key_halves(table["key"])
                rings = selection.rings_of(run, code, table)
                copies = selection.copies(code, table)
                epochs = int(plan.cuts[rings, -1, 0].max(initial=0)) + 1
                rows, repeats, taken = [], [], []
                for number in range(int(copies.max(initial=0))):
                    there = np.flatnonzero(copies > number)
                    place = places(high[there], low[there], np.full(len(there), number), selection.mixture.seed, CHOICE)
                    for epoch in range(epochs):
                        stage = stages_of(plan.cuts, rings[there], place, epoch)
                        inside = np.flatnonzero(stage < stages)
                        rows.append(there[inside])
                        repeats.append(epoch * copies[there[inside]] + number)
                        taken.append(stage[inside])
                yield Chosen(run, code, start, table, high, low, *(_joined(one) for one in (rows, repeats, taken)))
                start += table.num_rows


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int64)
