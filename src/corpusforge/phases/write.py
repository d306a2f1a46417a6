"""Write: the corpus of one language as Parquet shards, text read through its edits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpusforge import documents, faults
from corpusforge.io.storage import Storage
from corpusforge.layers import TEXT_READ_BYTES, commit_groups, group_sizes, read_rows, stored_bytes
from corpusforge.phases.cluster_rows import ClusterFile, ClusterRows
from corpusforge.phases.depends import Parts
from corpusforge.phases.pieces import Piece, rows_by_unit
from corpusforge.phases.task import Worker
from corpusforge.receipt import File, Receipt
from corpusforge.settings import Settings
from corpusforge.spool import Spool, regrouped

# Readers of a directory of Parquet files pass over names that begin with an underscore.
MANIFEST = "_manifest.json"


@dataclass(frozen=True)
class Write:
    """Write data/<language-script>/part-*.parquet: every document that has no fate yet is `kept`."""

    settings: Settings
    unit: str  # the language-script
    parts: Parts
    key: str
    pieces: tuple[Piece, ...]
    earlier: tuple[str, ...]  # fates files of admit, decide and clean
    clusters: tuple[ClusterFile, ...]
    edits: tuple[tuple[str, str], ...]  # documents file -> edits file
    phase: str = "write"

    def __hash__(self) -> int:
        return hash(self.key)

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Remove the manifest, write the parts, sweep older parts, write the manifest."""
        folder = f"data/{self.unit}"
        storage.delete(f"{folder}/{MANIFEST}")
        shard = self.settings.dataset.options("write").shard
        files: list[File] = []
        kept = _Kept(self._kept(storage), shard)
        keys = Spool(storage, documents.KEYS)
        while not kept.exhausted:
            path = f"{folder}/part-{len(files):05d}.parquet"
            files.append(commit_groups(storage, path, documents.PUBLISHED, _noted(kept.part(), keys)))
        written = commit_groups(storage, f"keys/{self.unit}.parquet", documents.KEYS, keys)
        keys.close()
        rows, chars = sum(file.rows for file in files), kept.chars
        faults.reached("write:before-sweep")
        names = {file.path for file in files}
        for path in storage.list(folder):
            if path not in names:
                storage.delete(path)
        manifest = {
            "schema": documents.SCHEMA_VERSION,
            "language": self.unit,
            "documents": rows,
            "chars": chars,
            "parts": [vars(file) | {"path": file.path.rsplit("/", 1)[-1]} for file in files],
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
        storage.put(f"{folder}/{MANIFEST}", text)
        manifest_file = _manifest_file(f"{folder}/{MANIFEST}", text)
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=self.key,
            files={"data": files, "manifest": [manifest_file], "keys": [written]},
            read=rows,
            fates={documents.KEPT: rows} if rows else {},
            notes={"parts": self.parts, "chars": chars},
        )

    def _kept(self, storage: Storage) -> Iterator[pa.Table]:
        """The kept rows, in order of input and position, as published."""
        ended = rows_by_unit(storage, self.earlier, ["key"])
        clusters = ClusterRows(storage, self.clusters) if self.clusters else None
        edit_files = dict(self.edits)
        for piece in self.pieces:
            path = edit_files.get(piece.documents)
            edits = [] if path is None else [read_rows(storage, path)]
            for table in piece.texts(storage, None, *edits):
                gone = ended.get(piece.unit)
                kept = table if gone is None else table.filter(pc.invert(pc.is_in(table["key"], gone["key"])))
                if kept.num_rows:
                    yield _published(kept, None if clusters is None else clusters.of({piece.unit}))


def _noted(groups: Iterator[pa.Table], keys: Spool) -> Iterator[pa.Table]:
    """The groups as they come, their keys added to `keys`."""
    for group in groups:
        hashes = pa.array(map(xxhash.xxh3_64_intdigest, _bytes(group["text"])), pa.uint64())
        keys.add(group.select(["key", "minhash_cluster_size"]).append_column(documents.KEYS.field("text"), hashes))
        yield group


def _bytes(texts: pa.ChunkedArray) -> Iterator[bytes]:
    for text in texts.cast(pa.large_binary()):
        yield text.as_buffer()


def _published(table: pa.Table, clusters: pl.DataFrame | None) -> pa.Table:
    """Documents in the published columns; without clusters, the sizes of clusters are null."""
    count = table.num_rows
    if clusters is None:
        sizes = pa.nulls(count, pa.int64())
    else:
        joined = pl.DataFrame(table.select(["key"])).join(clusters, on="key", how="left", maintain_order="left")
        sizes = joined["size"].to_arrow().cast(pa.int64())
    extra = {
        "minhash_cluster_size": sizes,
        "source": pa.repeat(pa.scalar("web", pa.large_string()), count),
        "derived_from": pa.nulls(count, documents.PUBLISHED.field("derived_from").type),
    }
    arrays = [
        extra[field.name] if field.name in extra else table[field.name].combine_chunks().cast(field.type)
        for field in documents.PUBLISHED
    ]
    return pa.Table.from_arrays(arrays, schema=documents.PUBLISHED)


class _Kept:
    """Kept rows as parts of a corpus, each as row groups of about TEXT_READ_BYTES of text."""

    def __init__(self, tables: Iterator[pa.Table], shard: int) -> None:
        self._tables, self._shard = tables, shard
        self._rest = next(tables, None)
        self.chars = 0

    @property
    def exhausted(self) -> bool:
        """Whether there are no more rows."""
        return self._rest is None

    def part(self) -> Iterator[pa.Table]:
        """Row groups until the part has `shard` bytes of text: it ends with the document that fills it."""
        left = self._shard
        while left > 0 and self._rest is not None:
            held: list[pa.Table] = []
            wanted = min(TEXT_READ_BYTES, left)
            while wanted > 0 and self._rest is not None:
                table, size = self._taken(wanted)
                held.append(table)
                wanted -= size
                left -= size
            group = pa.concat_tables(held)
            held.clear()
            self.chars += pc.sum(pc.utf8_length(group["text"])).as_py()
            yield from regrouped([group], group_sizes(group.num_rows, stored_bytes(group)))

    def _taken(self, wanted: int) -> tuple[pa.Table, int]:
        """Rows from the front until there are `wanted` bytes of text, and how many bytes they have."""
        assert self._rest is not None
        ends = np.cumsum(pc.binary_length(self._rest["text"]).to_numpy())
        rows = min(int(np.searchsorted(ends, wanted)) + 1, len(ends))
        table = self._rest.slice(0, rows)
        self._rest = self._rest.slice(rows) if rows < len(ends) else next(self._tables, None)
        return table, int(ends[rows - 1])


def _manifest_file(path: str, data: bytes) -> File:
    return File(path, len(data), 0, xxhash.xxh3_64_hexdigest(data))
