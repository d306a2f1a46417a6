"""Components: which documents of a language may hang together, over the edges of all partitions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpusforge.io.storage import Storage
from corpusforge.layers import read_batches
from corpusforge.phases.near_duplicates.partitions import commit_partitioned
from corpusforge.phases.near_duplicates.step import Step
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt
from corpusforge.spool import Spool

PHASE = "components"
_ROWS = pa.schema([("row", pa.int64()), ("component", pa.int64())])


@dataclass(frozen=True)
class Components(Step):
    """Write (document, component) of every document with company, a partition for each group of documents."""

    edges: tuple[str, ...]
    firsts: tuple[int, ...]  # number of each group's first document, and of documents after the last
    block: int
    phase = PHASE

    __hash__ = Step.__hash__

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """The component of a document is its least document's number."""
        from corpusforge.dedup.components import components

        spool = Spool(storage, _ROWS)
        counts = np.zeros(len(self.firsts), np.int64)  # of each group, behind a zero
        first = 0
        with tempfile.TemporaryDirectory(dir=storage.root if storage.local else None) as scratch:
            for some in components(self.firsts[-1], self._edges(storage), self.block, Path(scratch)):
                with_company = np.flatnonzero(some >= 0)
                rows = with_company + first
                spool.add(pa.table({"row": rows, "component": some[with_company]}, _ROWS))
                counts[1:] += np.histogram(rows, np.array(self.firsts))[0]
                first += len(some)
        header = self.header(groups=len(self.firsts) - 1)
        file = commit_partitioned(storage, self.path, spool, _ROWS, np.cumsum(counts), 16, header)
        spool.close()
        return self.receipt(file, self.firsts[-1], with_company=file.rows)

    def _edges(self, storage: Storage) -> Iterator[np.ndarray]:
        for path in self.edges:
            for table in read_batches(storage, path):
                yield np.stack([table["low"].to_numpy(), table["high"].to_numpy()], axis=1)
