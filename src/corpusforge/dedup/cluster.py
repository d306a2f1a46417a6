"""Clusters of near-duplicates and the one document of each that is kept, of documents that fit into memory."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.dedup.band_keys import band_entries
from corpusforge.dedup.components import components
from corpusforge.dedup.decide import COUNTS, Clusters, decide
from corpusforge.dedup.edges import edges
from corpusforge.dedup.giants import CAP
from corpusforge.dedup.signature import Sketch
from corpusforge.dedup.similarity import Block, Rule
from corpusforge.dedup.survivors import Order, key_ranks, order_values

_ROWS = 8192  # signatures handed on at a time


def cluster(
    keys: Sequence[str] | pa.Array | pa.ChunkedArray,
    signatures: pa.FixedSizeListArray | pa.ChunkedArray,
    columns: Mapping[str, Any] | pa.Table,
    sketch: Sketch,
    verify: str = "sketch",
    survivor: str = "longest",
    threshold: float | None = None,
    cap: int = CAP,
    generations: np.ndarray | None = None,
    shingles: pa.LargeListArray | pa.ChunkedArray | None = None,
) -> tuple[pa.Table, dict[str, int]]:
    """Cluster n documents by their signatures; the order of the input does not matter.

    keys: n different strings. signatures: one per document; null = never a duplicate. columns: of n values, the one that
    the policy `survivor` needs (`order_column`). Candidates are documents that agree on all hashes of one band.
    verify: in survivor order, a document that no one took takes the candidates not yet taken that are alike to it, so
    chains do not merge what is not alike. "sketch": the share of equal hashes is at least `threshold` (default
    `sketch.threshold`), an estimate of the Jaccard similarity with a standard error of sqrt(s (1 - s) / hashes): 0.042 at
    0.72 for 112 hashes. "exact": the Jaccard similarity of their shingles (`Sketch.shingle_sets`, `shingles`) is.
    "none": the published behaviour (datatrove 0.10.1): candidates are duplicates, and of duplicates too.
    survivor: `order_values`; ties go to the least key. generations: int64[n], where documents of an earlier generation
    come before later ones whatever the policy.
    cap: of a bucket of more different members not all pairs are compared: see `giants`.

    Returns the table (key, cluster: the survivor's key, size int64: members, kept bool, twin: the survivor's key, null
    when kept, similarity float64: to the survivor, of shingles where exact, else estimated, 6 decimals, null when kept),
    rows as in the input; and the counts of `decide` with "buckets".
    Raises UserError for an unknown policy or a threshold outside (0, 1], ValueError for keys that are null or not unique,
    and columns that are missing or of another length.
    """
    rule = Rule.of(sketch, verify, threshold)
    names = _keys(keys)
    matrix, valid = sketch.matrix(signatures)
    if len(names) != len(matrix):
        raise ValueError(f"{len(names)} keys, {len(matrix)} signatures")
    if verify == "exact" and (shingles is None or len(shingles) != len(names)):
        raise ValueError(f"verify: exact needs the shingles of all {len(names)} documents")
    order = Order(order_values(survivor, columns, len(names)), key_ranks(names), generations)
    entries = band_entries(matrix, valid, 0, sketch.bands, 1)
    pairs, buckets = edges(entries.keys, entries.ids)
    labels = np.concatenate(list(components(len(names), [pairs], max(len(names), 1))))
    some = np.flatnonzero(labels >= 0)
    leader, size, similarity = np.arange(len(names)), np.ones(len(names), np.int64), np.ones(len(names))
    info = dict.fromkeys((*COUNTS, *(["older_kept"] if generations is not None else [])), 0)
    if len(some):
        found, info = decide(labels[some], order.of(some), _blocks(matrix, some, shingles, verify), rule, cap)
        leader[some], size[some], similarity[some] = some[found.leader], found.size, found.similarity
    return _table(names, Clusters(leader, size, similarity)), {"buckets": buckets, **info}


def _blocks(
    matrix: np.ndarray, some: np.ndarray, shingles: pa.LargeListArray | pa.ChunkedArray | None, verify: str
) -> Iterator[Block]:
    """Signatures and shingles of some rows, a few at a time."""
    for start in range(0, len(some), _ROWS):
        rows = some[start : start + _ROWS]
        if verify != "exact" or shingles is None:
            yield Block(matrix[rows])
            continue
        chosen = shingles.take(pa.array(rows))
        if isinstance(chosen, pa.ChunkedArray):
            chosen = chosen.combine_chunks()
        yield Block(matrix[rows], chosen.offsets.to_numpy(), chosen.values.to_numpy())


def _keys(keys: Sequence[str] | pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    return keys.cast(pa.large_string()) if isinstance(keys, pa.Array) else pa.array(keys, pa.large_string())


def _table(names: pa.Array, found: Clusters) -> pa.Table:
    kept = found.leader == np.arange(len(names))
    survivors = names.take(pa.array(found.leader))
    return pa.table(
        {
            "key": names,
            "cluster": survivors,
            "size": found.size,
            "kept": kept,
            "twin": pc.if_else(pa.array(kept), pa.scalar(None, pa.large_string()), survivors),
            "similarity": pa.array(found.similarity, mask=kept),
        }
    )
