"""Our deduplication, step by step through plain files, in one process: what the nodes of a run do, without their ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.dedup_signatures import BANDS, HASHES, read, scalars
from corpusforge.dedup.band_keys import band_entries
from corpusforge.dedup.components import components, partitions_of
from corpusforge.dedup.decide import decide
from corpusforge.dedup.edges import edges
from corpusforge.dedup.signature import Sketch
from corpusforge.dedup.similarity import Block, Rule
from corpusforge.dedup.survivors import Order

GROUP = 20_000  # documents whose entries are made at a time
ENTRIES = 8_000_000  # of a hash partition
ROWS = 400_000  # of a component partition
BLOCK = 8_192  # rows of signatures read at a time: memory that is used again, not asked for again
SCALARS = np.dtype([("id", "<i8"), ("label", "<i8"), ("value", "<f8"), ("key", "<u8", 2)])
RESULT = np.dtype([("id", "<i8"), ("survivor", "<i8"), ("size", "<i8"), ("similarity", "<f8")])


def candidates(source: str, folder: str, documents: int) -> dict[str, int]:
    """Stage 2: signatures -> band entries by hash partition -> edges-N, int64[e, 2]."""
    partitions = -(-documents * BANDS // ENTRIES)
    offsets = []
    for number, signatures in enumerate(read(source, GROUP)):
        entries = band_entries(signatures, np.ones(len(signatures), np.bool_), number * GROUP, BANDS, partitions)
        entries.keys.tofile(Path(folder) / f"keys-{number}")
        entries.ids.tofile(Path(folder) / f"ids-{number}")
        offsets.append(entries.offsets)
    shuffled = sum(path.stat().st_size for path in Path(folder).iterdir())
    buckets = pairs = 0
    for partition in range(partitions):
        keys, ids = (
            np.concatenate(
                [
                    np.fromfile(Path(folder) / f"{name}-{number}", kind, end - start, offset=8 * start)
                    for number, (start, end) in enumerate(each[partition : partition + 2].tolist() for each in offsets)
                ]
            )
            for name, kind in (("keys", np.uint64), ("ids", np.int64))
        )
        found = edges(keys, ids)
        found.pairs.tofile(Path(folder) / f"edges-{partition}")
        buckets, pairs = buckets + found.buckets, pairs + len(found.pairs)
    for number in range(len(offsets)):
        for name in ("keys", "ids"):
            (Path(folder) / f"{name}-{number}").unlink()
    return {"pairs": pairs, "buckets": buckets, "partitions": partitions, "shuffle_bytes": shuffled}


def connect(folder: str, documents: int, block: int) -> dict[str, int]:
    """Stage 3 without verification: edges-N -> labels, int64[documents], and who is removed."""
    scratch = Path(folder) / "blocks"
    scratch.mkdir(exist_ok=True)
    connected = clusters = start = 0
    with (Path(folder) / "labels").open("wb") as labels, (Path(folder) / "removed").open("wb") as removed:
        for found in components(documents, _pairs(folder), block, scratch):
            found.tofile(labels)
            ids = np.arange(start, start + len(found))
            np.packbits((found >= 0) & (found != ids)).tofile(removed)
            connected += int((found >= 0).sum())
            clusters += int((found == ids).sum())
            start += len(found)
    return {"connected": connected, "clusters": clusters, "removed": connected - clusters}


def verify(source: str, folder: str, documents: int, policy: str = "sketch") -> dict[str, Any]:
    """Stage 3, the rest: labels and signatures -> rows by component partition -> a row per document in result-N."""
    labels = np.memmap(Path(folder) / "labels", np.int64, "r")
    partitions = max(-(-int((labels >= 0).sum()) // ROWS), 1)
    start = 0
    for signatures in read(source, BLOCK):
        mine = np.array(labels[start : start + len(signatures)])
        rows = np.empty(len(mine), SCALARS)
        rows["id"], rows["label"] = np.arange(start, start + len(mine)), mine
        chars, rows["key"] = scalars(start, len(mine))
        rows["value"] = -chars
        where = partitions_of(mine, partitions)
        for partition in range(partitions):
            chosen = np.flatnonzero(where == partition)
            with (Path(folder) / f"rows-{partition}").open("ab") as file:
                rows[chosen].tofile(file)
            with (Path(folder) / f"signatures-{partition}").open("ab") as file:
                signatures[chosen].astype(np.uint32).tofile(file)
        start += len(mine)
    del labels
    shuffled = sum(path.stat().st_size for path in Path(folder).iterdir() if path.name.startswith(("rows-", "sig")))
    rule, removed, totals = Rule.of(Sketch(bands=BANDS, rows=HASHES // BANDS), policy), 0, dict[str, int]()
    for partition in range(partitions):
        rows = np.fromfile(Path(folder) / f"rows-{partition}", SCALARS)
        order = Order(rows["value"].copy(), np.ascontiguousarray(rows["key"]))
        found, info = decide(rows["label"].copy(), order, _blocks(folder, partition), rule)
        out = np.empty(len(rows), RESULT)
        out["id"], out["survivor"] = rows["id"], rows["id"][found.leader]
        out["size"], out["similarity"] = found.size, found.similarity
        out.tofile(Path(folder) / f"result-{partition}")
        removed += int((found.leader != np.arange(len(rows))).sum())
        totals = {name: totals.get(name, 0) + count for name, count in info.items()}
        for name in ("rows", "signatures"):
            (Path(folder) / f"{name}-{partition}").unlink()
    return {"removed": removed, "partitions": partitions, "shuffle_bytes": shuffled, **totals}


def _pairs(folder: str) -> Iterator[np.ndarray]:
    for path in sorted(Path(folder).glob("edges-*")):
        with path.open("rb") as file:
            while len(numbers := np.fromfile(file, np.int64, 1 << 21)):
                yield numbers.reshape(-1, 2)


def _blocks(folder: str, partition: int) -> Iterator[Block]:
    with (Path(folder) / f"signatures-{partition}").open("rb") as file:
        while len(numbers := np.fromfile(file, np.uint32, BLOCK * HASHES)):
            yield Block(numbers.reshape(-1, HASHES))
