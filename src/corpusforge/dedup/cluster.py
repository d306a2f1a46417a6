"""Clusters of near-duplicates and the one document of each that is kept."""

from collections.abc import Sequence
from math import ceil
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.dedup.candidates import buckets
from corpusforge.dedup.signature import Sketch
from corpusforge.dedup.verify import alike, connected, equal_hashes
from corpusforge.errors import UserError

VERIFY = ("sketch", "none")
SURVIVOR = ("longest", "first")
CAP = 2_000  # leaders per bucket
DECIMALS = 6

Lengths: TypeAlias = np.ndarray | pa.Array | pa.ChunkedArray


def cluster(
    keys: Sequence[str] | pa.Array | pa.ChunkedArray,
    signatures: pa.FixedSizeListArray | pa.ChunkedArray,
    lengths: Lengths,
    sketch: Sketch,
    verify: str = "sketch",
    survivor: str = "longest",
    threshold: float | None = None,
    cap: int = CAP,
) -> tuple[pa.Table, dict[str, int]]:
    """Cluster n documents by their signatures; the order of the input does not matter.

    keys: n different strings. lengths: int64[n] characters. signatures: one per document; null = never a
    duplicate. Candidates are documents that agree on all hashes of one band.
    verify: "sketch" = in survivor order, a document that no one took takes the candidates not yet taken
    whose share of equal hashes is at least `threshold` (default `sketch.threshold`), so chains do not merge
    what is not alike; "none" = the published behaviour (datatrove 0.10.1): candidates are duplicates, and of
    duplicates too.
    survivor: "longest" = most characters first, then the least key; "first" = the least key first.

    Returns the table (key, cluster: the survivor's key, size int64: members, kept bool, twin: the survivor's
    key, null when kept, similarity float64: estimated, to the survivor, 6 decimals, null when kept), rows as
    in the input; and {"buckets", "capped_buckets": those of more than `cap` leaders, where comparisons were
    left out, "comparisons"}.
    Raises UserError for an unknown policy or a threshold outside (0, 1], ValueError for keys that are
    null or not unique.
    """
    _check(verify, survivor, threshold)
    names = _keys(keys)
    matrix, has_signature = sketch.matrix(signatures)
    if not len(names) == len(matrix) == len(lengths):
        raise ValueError(f"{len(names)} keys, {len(matrix)} signatures, {len(lengths)} lengths")
    order = _survivor_order(names, lengths, survivor)
    order = order[has_signature[order]]
    ordered = matrix[order]
    found = buckets(ordered, sketch.bands)
    info = {"buckets": len(found.offsets) - 1, "capped_buckets": 0, "comparisons": 0}
    if verify == "none":
        leaders = connected(len(order), found)
    else:
        least = _least(sketch.threshold if threshold is None else threshold, sketch.hashes)
        leaders, info["capped_buckets"], info["comparisons"] = alike(ordered, found, least, cap)
    twins = np.arange(len(names))
    twins[order] = order[leaders]
    similarity = np.ones(len(names))
    similarity[order] = equal_hashes(ordered, np.arange(len(order)), leaders) / sketch.hashes
    return _table(names, twins, similarity), {name: int(value) for name, value in info.items()}


def _check(verify: str, survivor: str, threshold: float | None) -> None:
    if verify not in VERIFY:
        raise UserError(f"deduplicate: verify must be one of {', '.join(VERIFY)}, not '{verify}'")
    if survivor not in SURVIVOR:
        raise UserError(f"deduplicate: survivor must be one of {', '.join(SURVIVOR)}, not '{survivor}'")
    if threshold is not None and not 0 < threshold <= 1:
        raise UserError(f"deduplicate: threshold must be above 0 and at most 1, not {threshold}")
    if threshold is not None and verify == "none":
        raise UserError("deduplicate: threshold has no effect with verify: none; leave one of them out")


def _keys(keys: Sequence[str] | pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(keys, pa.ChunkedArray):
        keys = keys.combine_chunks()
    names = keys.cast(pa.large_string()) if isinstance(keys, pa.Array) else pa.array(keys, pa.large_string())
    if names.null_count or pc.count_distinct(names).as_py() != len(names):
        raise ValueError("keys must not be null and must differ from each other")
    return names


def _survivor_order(names: pa.Array, lengths: Lengths, survivor: str) -> np.ndarray:
    """int64[n]: row numbers, the document that survives first. Keys compare by their bytes."""
    by = [("key", "ascending")]
    if survivor == "longest":
        by.insert(0, ("length", "descending"))
    table = pa.table({"key": names, "length": lengths})
    order: np.ndarray = pc.sort_indices(table, sort_keys=by).to_numpy().astype(np.int64)
    return order


def _least(share: float, hashes: int) -> int:
    """The least number of equal hashes whose share is not below `share`."""
    count = max(ceil(share * hashes) - 1, 0)
    while count / hashes < share:
        count += 1
    return count


def _table(names: pa.Array, twins: np.ndarray, similarity: np.ndarray) -> pa.Table:
    kept = twins == np.arange(len(twins))
    survivors = names.take(pa.array(twins))
    return pa.table(
        {
            "key": names,
            "cluster": survivors,
            "size": np.bincount(twins, minlength=len(twins))[twins] if len(twins) else np.zeros(0, np.int64),
            "kept": kept,
            "twin": pc.if_else(pa.array(kept), pa.scalar(None, pa.large_string()), survivors),
            "similarity": pa.array(np.round(similarity, DECIMALS), mask=kept),
        }
    )
