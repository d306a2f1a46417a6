"""Survivors: datatrove keeps the root of a union by size, in the order of its files, which our pairs give too."""

from itertools import pairwise

import numpy as np
import polars as pl
import pyarrow as pa
from tests.golden.conftest import Golden

from corpusforge.dedup.cluster import cluster
from corpusforge.dedup.signature import Sketch


def roots(signatures: np.ndarray, bands: int) -> list[int]:
    """The row that datatrove 0.10.1 (pipeline/dedup/minhash.py, MinhashDedupCluster) keeps for each row.

    Of each band in turn, rows in the order of their hashes, then of file and document: each is joined with the next one
    of the same hashes; the root of the larger set stays the root, of two equal ones that of the earlier row.
    """
    parent, size = list(range(len(signatures))), [1] * len(signatures)

    def root(row: int) -> int:
        while parent[row] != row:
            row = parent[row]
        return row

    width = signatures.shape[1] // bands
    for band in range(bands):
        hashes = [tuple(row) for row in signatures[:, band * width : (band + 1) * width].tolist()]
        order = sorted(range(len(hashes)), key=lambda row: (hashes[row], row))
        for left, right in pairwise(order):
            a, b = root(left), root(right)
            if hashes[left] == hashes[right] and a != b:
                if size[a] < size[b]:
                    a, b = b, a
                parent[b] = a
                size[a] += size[b]
    return [root(row) for row in range(len(signatures))]


def test_clusters_sizes_and_survivors(golden: Golden) -> None:
    revisions = pl.read_parquet(golden("minhash_golden.parquet")).sort("lang", "rank", "doc_index")
    first_is_root = clusters = 0
    for _, rows in revisions.group_by("lang", maintain_order=True):
        signatures = rows["minhash_sig"].cast(pl.List(pl.UInt64)).to_arrow()
        signatures = [row if len(row) == 112 else None for row in signatures.to_pylist()]
        keys = [f"{rank:03d}-{index:06d}" for rank, index in rows.select("rank", "doc_index").rows()]
        sketch = Sketch()
        column = pa.array(signatures, pa.list_(pa.uint64(), 112))
        table = pl.from_arrow(cluster(keys, column, {}, sketch, "none", "first")[0])
        assert table["size"].to_list() == rows["cluster_size"].to_list()
        known = [row for row, signature in enumerate(signatures) if signature]
        theirs = {
            known[row]: known[to] for row, to in enumerate(roots(np.array([signatures[row] for row in known]), 14))
        }
        kept = [theirs.get(row, row) == row for row in range(len(keys))]
        assert kept == rows["kept"].to_list()
        ours = dict(zip(keys, table["cluster"].to_list(), strict=True))
        assert all(ours[keys[row]] == ours[keys[to]] for row, to in theirs.items())
        several = [row for row in range(len(keys)) if kept[row] and rows["cluster_size"][row] > 1]
        clusters += len(several)
        first_is_root += sum(ours[keys[row]] == keys[row] for row in several)
    assert (first_is_root, clusters) == (1098, 1192)  # measured by others too: the root is not always the first
