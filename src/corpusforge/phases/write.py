"""Write: the corpus of one language as Parquet shards, text read through its edits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents, faults
from corpusforge.io.storage import Storage
from corpusforge.layers import TEXT_READ_BYTES, commit_table, read_rows
from corpusforge.phases.depends import Parts
from corpusforge.phases.pieces import Piece, rows_by_unit
from corpusforge.phases.task import Worker
from corpusforge.receipt import File, Receipt
from corpusforge.settings import Settings

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
    clusters: tuple[str, ...]
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
        pending: list[pa.Table] = []
        size = chars = 0
        for table in self._kept(storage):
            for start, stop in _cuts(table, shard, size):
                part = table.slice(start, stop - start)
                pending.append(part)
                size += _text_bytes(part)
                if size >= shard:
                    files.append(_part(storage, folder, len(files), pending))
                    pending, size = [], 0
            chars += pc.sum(pc.utf8_length(table["text"])).as_py() or 0
        if pending:
            files.append(_part(storage, folder, len(files), pending))
        rows = sum(file.rows for file in files)
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
            files={"data": files, "manifest": [manifest_file]},
            read=rows,
            fates={documents.KEPT: rows} if rows else {},
            notes={"parts": self.parts, "chars": chars},
        )

    def _kept(self, storage: Storage) -> Iterator[pa.Table]:
        """The kept rows, in order of input and position, as published."""
        ended = rows_by_unit(storage, self.earlier, ["key"])
        clusters = rows_by_unit(storage, self.clusters, ["key", "size"])
        edit_files = dict(self.edits)
        for piece in self.pieces:
            stored = None
            if piece.documents in edit_files:
                stored = read_rows(storage, edit_files[piece.documents])
            row = piece.start
            for table in piece.batches(storage, "documents"):
                if stored is not None:
                    from corpusforge.stages.clean import apply_edits

                    inside = pc.and_(pc.greater_equal(stored["row"], row), pc.less(stored["row"], row + table.num_rows))
                    edits = stored.filter(inside)
                    edits = edits.set_column(0, "row", pc.subtract(edits["row"], row))
                    text = apply_edits(table["text"].combine_chunks(), edits)
                    table = table.set_column(
                        table.schema.get_field_index("text"), documents.DOCUMENTS.field("text"), text
                    )
                row += table.num_rows
                gone = ended.get(piece.unit)
                kept = table if gone is None else table.filter(pc.invert(pc.is_in(table["key"], gone["key"])))
                if kept.num_rows:
                    yield _published(kept, clusters.get(piece.unit))


def _published(table: pa.Table, clusters: pa.Table | None) -> pa.Table:
    """Documents in the published columns; without clusters, the sizes of clusters are null."""
    count = table.num_rows
    if clusters is None:
        sizes = pa.nulls(count, pa.int64())
    else:
        keys = pl.DataFrame({"key": pl.Series(table["key"].to_pylist(), dtype=pl.String)})
        joined = keys.join(pl.DataFrame(clusters), on="key", how="left", maintain_order="left")
        sizes = pa.array(joined["size"].to_list(), pa.int64())
    extra = {
        "minhash_cluster_size": sizes,
        "source": pa.array(["web"] * count, pa.large_string()),
        "derived_from": pa.nulls(count, documents.PUBLISHED.field("derived_from").type),
    }
    arrays = [
        extra[field.name] if field.name in extra else table[field.name].combine_chunks().cast(field.type)
        for field in documents.PUBLISHED
    ]
    return pa.Table.from_arrays(arrays, schema=documents.PUBLISHED)


def _text_bytes(table: pa.Table) -> int:
    return pc.sum(pc.binary_length(table["text"])).as_py() or 0


def _cuts(table: pa.Table, shard: int, size: int) -> list[tuple[int, int]]:
    """Where to cut a table so that parts close at the first document that fills them."""
    if size + _text_bytes(table) < shard:
        return [(0, table.num_rows)]
    cuts, start = [], 0
    for row, length in enumerate(pc.binary_length(table["text"]).to_pylist()):
        size += length
        if size >= shard:
            cuts.append((start, row + 1))
            start, size = row + 1, 0
    return cuts + ([(start, table.num_rows)] if start < table.num_rows else [])


def _part(storage: Storage, folder: str, number: int, tables: list[pa.Table]) -> File:
    table = pa.concat_tables(tables)
    starts = [0]
    size = 0
    for row, length in enumerate(pc.binary_length(table["text"]).to_pylist()):
        if size >= TEXT_READ_BYTES:
            starts.append(row)
            size = 0
        size += length
    return commit_table(storage, f"{folder}/part-{number:05d}.parquet", table, starts)


def _manifest_file(path: str, data: bytes) -> File:
    import xxhash

    return File(path, len(data), 0, xxhash.xxh3_64_hexdigest(data))
