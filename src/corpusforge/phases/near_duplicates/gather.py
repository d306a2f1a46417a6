"""Gather: what comparing needs of a group's documents with company, by partition of their component."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpusforge.io.storage import Storage
from corpusforge.layers import stored_bytes
from corpusforge.phases.near_duplicates.groups import Group
from corpusforge.phases.near_duplicates.partitions import by_partition, commit_partitioned, read_partition
from corpusforge.phases.near_duplicates.rows import admitted, keys_of, shingles_of, signatures_of, survivor_values
from corpusforge.phases.near_duplicates.step import Step
from corpusforge.phases.pieces import rows_by_unit
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt

PHASE = "gather"


@dataclass(frozen=True)
class Gather(Step):
    """Write the rows to compare: number, component, generation, order value, key, signature, and shingles to be exact."""

    group: Group
    generations: tuple[int, ...]  # of each piece of the group
    components: str
    groups: int
    partitions: int
    earlier: tuple[str, ...]  # fates files of admit
    phase = PHASE

    __hash__ = Step.__hash__

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Documents that ended before are left out, and so are those without company."""
        from corpusforge.dedup.components import partitions_of
        from corpusforge.dedup.survivors import key_numbers

        header = self.header(groups=self.groups)
        company = read_partition(storage, self.components, self.group.number, header)
        component = np.full(self.group.rows, -1)
        component[company["row"].to_numpy() - self.group.first] = company["component"].to_numpy()
        ended = rows_by_unit(storage, self.earlier, ["key"])
        tables = []
        row = 0
        for piece, generation in zip(self.group.pieces, self.generations, strict=True):
            keys = keys_of(storage, piece)
            own = component[row : row + piece.rows]
            wanted = (own >= 0) & admitted(keys, piece.unit, ended)
            if wanted.any():
                mask = pa.array(wanted)
                numbers = key_numbers(keys.filter(mask))
                columns = {
                    "row": np.flatnonzero(wanted) + self.group.first + row,
                    "component": own[wanted],
                    "generation": np.full(len(numbers), generation),
                    "value": survivor_values(storage, self.settings, piece)[wanted],
                    "key_high": numbers[:, 0],
                    "key_low": numbers[:, 1],
                    "signature": self._low_halves(signatures_of(storage, [piece]).filter(mask)),
                }
                if self.options.verify == "exact":
                    columns["shingles"] = shingles_of(
                        storage, self.settings, self.code, piece, wanted, self.sketch, worker
                    )
                tables.append(pa.table(columns))
            row += piece.rows
        table = pa.concat_tables([self._empty(), *tables])
        number = partitions_of(table["component"].to_numpy(), self.partitions)
        order, offsets = by_partition(number, self.partitions)
        header = self.header(partitions=self.partitions)
        row_bytes = stored_bytes(table) // max(1, table.num_rows)
        taken = table.take(pa.array(order))
        file = commit_partitioned(storage, self.path, [taken], table.schema, offsets, row_bytes, header)
        return self.receipt(file, table.num_rows)

    def _low_halves(self, signatures: pa.ChunkedArray) -> pa.FixedSizeListArray:
        """All that comparing looks at: half the bytes of the files."""
        matrix, _ = self.sketch.matrix(signatures)
        return pa.FixedSizeListArray.from_arrays(pa.array(matrix.astype(np.uint32).reshape(-1)), self.sketch.hashes)

    def _empty(self) -> pa.Table:
        names = ("row", "component", "generation")
        fields = [(name, pa.int64()) for name in names] + [("value", pa.float64())]
        fields += [("key_high", pa.uint64()), ("key_low", pa.uint64())]
        fields.append(("signature", pa.list_(pa.uint32(), self.sketch.hashes)))
        if self.options.verify == "exact":
            fields.append(("shingles", pa.large_list(pa.uint64())))
        return pa.schema(fields).empty_table()
