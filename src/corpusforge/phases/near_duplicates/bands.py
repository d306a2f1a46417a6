"""Bands: the index entries of one group of documents. They depend on the signatures alone, so new documents elsewhere, other
rules and other thresholds leave them as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpusforge.io.storage import Storage
from corpusforge.phases.near_duplicates.groups import MOST_PARTITIONS, Group
from corpusforge.phases.near_duplicates.partitions import commit_partitioned
from corpusforge.phases.near_duplicates.rows import signatures_of
from corpusforge.phases.near_duplicates.step import EXCHANGE, Step
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt

PHASE = "bands"
PARTITIONS = MOST_PARTITIONS  # of every file, since more documents may come: readers take some of them together


@dataclass(frozen=True)
class Bands(Step):
    """Write (band key, document) of a group, by partition of the key."""

    group: Group
    phase = PHASE

    __hash__ = Step.__hash__

    @property
    def unit(self) -> str:
        """Named by what is in it: other documents before it change its number only."""
        return f"{self.code}/{self.tag}"

    @property
    def path(self) -> str:
        """The file that the step writes."""
        return f"{EXCHANGE}/{self.phase}/{self.code}/{self.tag}.parquet"

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """One entry for each document and band; documents without a signature have none."""
        from corpusforge.dedup.band_keys import band_entries

        sketch = self.sketch
        matrix, valid = sketch.matrix(signatures_of(storage, self.group.pieces))
        entries = band_entries(matrix, valid, 0, sketch.bands, PARTITIONS)
        # Numbers inside the group: where the group stands among others may change.
        table = pa.table({"key": entries.keys, "row": entries.ids.astype(np.uint32)})
        header = self.header(partitions=PARTITIONS)
        file = commit_partitioned(storage, self.path, [table], table.schema, entries.offsets, 0, header)
        return self.receipt(file, self.group.rows)
