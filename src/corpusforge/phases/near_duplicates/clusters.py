"""Clusters: one row for each admitted document, of a language at once or of one of its groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.dedup.policies import order_column
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table
from corpusforge.phases.cluster_rows import ClusterFile
from corpusforge.phases.near_duplicates.groups import Group
from corpusforge.phases.near_duplicates.partitions import read_partition
from corpusforge.phases.near_duplicates.rows import admitted, keys_of, signatures_of, survivor_column
from corpusforge.phases.near_duplicates.step import NOTES, Step
from corpusforge.phases.pieces import Piece, rows_by_unit
from corpusforge.phases.task import Worker
from corpusforge.receipt import File, Receipt

PHASE = "deduplicate"


@dataclass(frozen=True)
class _Clusters(Step):
    """What both kinds share: the clusters file and its receipt."""

    phase = PHASE

    __hash__ = Step.__hash__

    def written(self, file: File, read: int, info: dict[str, int]) -> Receipt:
        """The receipt."""
        return Receipt(
            self.phase,
            self.unit,
            self.key,
            files={"clusters": [file]},
            read=read,
            notes={"parts": self.parts, NOTES: info},
        )


@dataclass(frozen=True)
class Deduplicate(_Clusters):
    """Cluster a language that fits the budget of memory by its signatures: one node does it all."""

    pieces: tuple[Piece, ...]
    generations: tuple[int, ...]  # of each piece
    earlier: tuple[str, ...]  # fates files of admit

    __hash__ = Step.__hash__

    @property
    def unit(self) -> str:
        """The language-script."""
        return self.code

    @property
    def path(self) -> str:
        """The clusters file."""
        return f"clusters/{self.code}/{self.tag}.parquet"

    @property
    def files(self) -> tuple[ClusterFile, ...]:
        """What the later phases look documents up in."""
        return (ClusterFile(self.path, frozenset(piece.unit for piece in self.pieces)),)

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Write clusters/<language-script>/<tag>.parquet; duplicates end in `decide`, by a rule over `duplicate`."""
        from corpusforge.dedup.cluster import cluster

        ended = rows_by_unit(storage, self.earlier, ["key"])
        column = order_column(self.options.survivor)
        keys = [pa.array([], pa.large_string())]
        units = [pa.array([], pa.large_string())]
        values: list[pa.Array] = []
        generations = [np.empty(0, np.int64)]
        signatures = [pa.array([], pa.list_(pa.uint64(), self.sketch.hashes))]
        for piece, generation in zip(self.pieces, self.generations, strict=True):
            names = keys_of(storage, piece)
            wanted = admitted(names, piece.unit, ended)
            mask = pa.array(wanted)
            keys.append(names.filter(mask))
            units.append(pa.array([piece.unit] * len(keys[-1]), pa.large_string()))
            generations.append(np.full(len(keys[-1]), generation))
            signatures += signatures_of(storage, [piece]).filter(mask).chunks
            if column is not None:
                values += survivor_column(storage, self.settings, piece, column).filter(mask).chunks
        table, info = cluster(
            pa.concat_arrays(keys),
            pa.concat_arrays(signatures),
            {} if column is None else {column: pa.concat_arrays(values) if values else pa.array([], pa.int64())},
            self.sketch,
            verify=self.options.verify,
            survivor=self.options.survivor,
            threshold=self.options.threshold,
            cap=self.options.cap,
            generations=np.concatenate(generations) if len(set(self.generations)) > 1 else None,
        )
        table = table.append_column("unit", pa.concat_arrays(units)).select(documents.CLUSTERS.names)
        file = commit_table(storage, self.path, table.cast(documents.CLUSTERS))
        return self.written(file, table.num_rows, info)


@dataclass(frozen=True)
class Assemble(_Clusters):
    """Write the clusters of one group of a large language: what was compared, and everything that has no company."""

    group: Group
    groups: int
    compared: tuple[str, ...]
    earlier: tuple[str, ...]

    __hash__ = Step.__hash__

    @property
    def path(self) -> str:
        """The clusters file."""
        return f"clusters/{self.code}/{self.tag}-{self.number:04d}.parquet"

    @property
    def files(self) -> tuple[ClusterFile, ...]:
        """What the later phases look documents up in."""
        return (ClusterFile(self.path, self.group.units),)

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Rows in order of document."""
        ended = rows_by_unit(storage, self.earlier, ["key"])
        rows = self.group.rows
        size, kept, similarity = np.ones(rows, np.int64), np.ones(rows, np.bool_), np.full(rows, np.nan)
        survivor: dict[int, str] = {}
        header = self.header(groups=self.groups)
        for path in self.compared:
            table = read_partition(storage, path, self.number, header)
            at = table["row"].to_numpy() - self.group.first
            size[at] = table["size"].to_numpy()
            kept[at] = table["kept"].to_numpy()
            similarity[at] = table["similarity"].to_numpy()
            gone = table.filter(pc.invert(table["kept"]))
            numbers = (gone[name].to_pylist() for name in ("row", "survivor_high", "survivor_low"))
            survivor.update(
                (row - self.group.first, f"{high:016x}{low:016x}") for row, high, low in zip(*numbers, strict=True)
            )
        keys = [keys_of(storage, piece) for piece in self.group.pieces]
        units = [piece.unit for piece in self.group.pieces for _ in range(piece.rows)]
        mask = np.concatenate(
            [admitted(one, piece.unit, ended) for one, piece in zip(keys, self.group.pieces, strict=True)]
        )
        twin = pa.array([survivor.get(row) for row in range(rows)], pa.large_string())
        key = pa.concat_arrays(keys)
        table = pa.table(
            {
                "key": key,
                "unit": pa.array(units, pa.large_string()),
                "cluster": pc.coalesce(twin, key),
                "size": size,
                "kept": kept,
                "twin": twin,
                "similarity": pa.array(similarity, mask=kept),
            }
        )
        table = table.filter(pa.array(mask)).cast(documents.CLUSTERS)
        file = commit_table(storage, self.path, table)
        return self.written(file, table.num_rows, {})
