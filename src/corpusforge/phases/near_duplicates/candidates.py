"""Candidates: pairs of documents that share a band, of one partition of band keys over all groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table
from corpusforge.phases.near_duplicates.bands import PARTITIONS
from corpusforge.phases.near_duplicates.partitions import read_partition
from corpusforge.phases.near_duplicates.step import NOTES, Step
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt

PHASE = "candidates"


@dataclass(frozen=True)
class Candidates(Step):
    """Write a chain of edges through each bucket: enough to tell what is connected."""

    groups: tuple[tuple[str, int], ...]  # file of bands, number of the group's first document
    partitions: int
    phase = PHASE

    __hash__ = Step.__hash__

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Edges (low, high) between document numbers of the language."""
        from corpusforge.dedup.edges import edges

        start, stop = (PARTITIONS * number // self.partitions for number in (self.number, self.number + 1))
        header = self.header(partitions=PARTITIONS)
        keys, ids = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for path, first in self.groups:
            table = read_partition(storage, path, start, header, stop=stop)
            rows = table["row"].to_numpy()
            ascending = np.argsort(rows, kind="stable")
            keys.append(table["key"].to_numpy()[ascending])
            ids.append(rows[ascending].astype(np.int64) + first)
        found = edges(np.concatenate(keys), np.concatenate(ids))
        table = pa.table({"low": found.pairs[:, 0], "high": found.pairs[:, 1]})
        file = commit_table(storage, self.path, table)
        return self.receipt(file, sum(map(len, keys)), **{NOTES: {"buckets": found.buckets}})
