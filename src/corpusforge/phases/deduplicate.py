"""Deduplicate: clusters of near duplicates among the admitted documents of one language."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table
from corpusforge.phases.depends import Parts
from corpusforge.phases.pieces import Piece, rows_by_unit
from corpusforge.phases.side_cars import SIGNALS, SIGNATURE
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt
from corpusforge.settings import Settings


@dataclass(frozen=True)
class Deduplicate:
    """Cluster one language: key -> cluster, size, kept, twin, similarity."""

    settings: Settings
    unit: str  # the language-script
    parts: Parts
    key: str
    tag: str
    pieces: tuple[Piece, ...]
    earlier: tuple[str, ...] = ()
    phase: str = "deduplicate"

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def path(self) -> str:
        """The clusters file."""
        return f"clusters/{self.unit}/{self.tag}.parquet"

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Write clusters/<language-script>/<tag>.parquet; duplicates end in `decide`, by a rule over `duplicate`."""
        from corpusforge.dedup.cluster import cluster
        from corpusforge.dedup.signature import Sketch

        options = self.settings.dataset.options("deduplicate")
        shape = self.settings.dataset.options("signature")
        sketch = Sketch(shape.kind_, shape.bands, shape.rows, shape.words)
        ended = rows_by_unit(storage, self.earlier, ["key"])
        keys, units, lengths, signatures = [], [], [], []
        for piece in self.pieces:
            key = piece.read(storage, "documents", ["key"])["key"].combine_chunks()
            gone = ended.get(piece.unit)
            admitted = pc.is_valid(key) if gone is None else pc.invert(pc.is_in(key, gone["key"]))
            keys.append(key.filter(admitted))
            units.append(pa.array([piece.unit] * len(keys[-1]), pa.large_string()))
            chars = piece.read(storage, SIGNALS, ["chars"])["chars"].combine_chunks()
            lengths.append(chars.filter(admitted).to_numpy(zero_copy_only=False).astype(np.int64))
            side = piece.read(storage, SIGNATURE)["signature"].combine_chunks()
            signatures.append(side.filter(admitted))
        all_keys = pa.concat_arrays(keys) if keys else pa.array([], pa.large_string())
        if len(all_keys):
            table, info = cluster(
                all_keys,
                pa.concat_arrays(signatures),
                {"chars": np.concatenate(lengths)},
                sketch,
                verify=options.verify,
                survivor=options.survivor,
                threshold=options.threshold,
            )
        else:
            table, info = documents.CLUSTERS.empty_table().drop_columns(["unit"]), {}
        column = pa.concat_arrays(units) if units else pa.array([], pa.large_string())
        table = table.append_column("unit", column).select(documents.CLUSTERS.names).cast(documents.CLUSTERS)
        file = commit_table(storage, self.path, table)
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=self.key,
            files={"clusters": [file]},
            read=table.num_rows,
            notes={"parts": self.parts, **info},
        )
