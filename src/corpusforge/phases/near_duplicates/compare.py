"""Compare: clusters inside the components of one partition."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from corpusforge.io.storage import Storage
from corpusforge.phases.near_duplicates.partitions import commit_partitioned, partition_batches, read_partition
from corpusforge.phases.near_duplicates.step import NOTES, Step
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt

if TYPE_CHECKING:
    from corpusforge.dedup.similarity import Block

PHASE = "compare"
_ORDER = ("row", "component", "generation", "value", "key_high", "key_low")
_ROW_BYTES = 41


@dataclass(frozen=True)
class Compare(Step):
    """Write what became of each row, a partition for each group of documents."""

    gathered: tuple[str, ...]
    firsts: tuple[int, ...]  # number of each group's first document, and of documents after the last
    partitions: int
    budget: int  # rows
    phase = PHASE

    __hash__ = Step.__hash__

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Documents in survivor order take what is alike to them; what does not fit the memory goes through files."""
        from corpusforge.dedup.decide import decide
        from corpusforge.dedup.similarity import Rule
        from corpusforge.dedup.survivors import Order

        header = self.header(partitions=self.partitions)
        table = pa.concat_tables([read_partition(storage, path, self.number, header, _ORDER) for path in self.gathered])
        columns = {name: table[name].to_numpy() for name in _ORDER}
        del table
        generations = columns["generation"]
        several = bool(len(generations)) and bool((generations != generations[0]).any())
        keys = np.stack([columns["key_high"], columns["key_low"]], axis=1)
        order = Order(columns["value"], keys, generations if several else None)
        rule = Rule.of(self.sketch, self.options.verify, self.options.threshold)
        with tempfile.TemporaryDirectory(dir=storage.root if storage.local else None) as scratch:
            found, info = decide(
                columns["component"], order, self._blocks(storage), rule, self.options.cap, self.budget, Path(scratch)
            )
        rows = columns["row"]
        by_row = np.argsort(rows)
        survivors = keys[found.leader[by_row]]
        result = pa.table(
            {
                "row": rows[by_row],
                "survivor_high": survivors[:, 0],
                "survivor_low": survivors[:, 1],
                "size": found.size[by_row],
                "kept": (found.leader == np.arange(len(rows)))[by_row],
                "similarity": found.similarity[by_row],
            }
        )
        offsets = np.searchsorted(rows[by_row], self.firsts)
        header = self.header(groups=len(self.firsts) - 1)
        file = commit_partitioned(storage, self.path, [result], result.schema, offsets, _ROW_BYTES, header)
        return self.receipt(file, len(rows), **{NOTES: info})

    def _blocks(self, storage: Storage) -> Iterator[Block]:
        from corpusforge.dedup.similarity import Block

        exact = self.options.verify == "exact"
        names = ("signature", "shingles") if exact else ("signature",)
        for path in self.gathered:
            for table in partition_batches(storage, path, self.number, self.header(partitions=self.partitions), names):
                halves = table["signature"].combine_chunks().flatten().to_numpy()
                matrix = halves.reshape(-1, self.sketch.hashes)
                if exact:
                    lists = table["shingles"].combine_chunks()
                    yield Block(matrix, lists.offsets.to_numpy(), lists.values.to_numpy())
                else:
                    yield Block(matrix)
