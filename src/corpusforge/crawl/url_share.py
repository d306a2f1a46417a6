"""A random share of addresses that is the same on every machine and in every crawl: by their hash."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numba import njit

from corpusforge.text.xxh64 import xxh64


def in_share(urls: Any, share: float) -> Any:
    """Whether each URL belongs to the random share: its xxHash64 lies below `share` x 2^64."""
    column = urls.cast(pa.large_string()).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.large_string())
    if not len(column):
        return np.zeros(0, np.bool_)
    if share >= 1:
        return np.ones(len(column), np.bool_)
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    values = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return _below(values, ends, np.uint64(min(int(share * 2**64), 2**64 - 1)))


@njit(cache=True, nogil=True)
def _below(data: Any, ends: Any, limit: np.uint64) -> Any:
    found = np.zeros(len(ends) - 1, np.bool_)
    for row in range(len(ends) - 1):
        found[row] = xxh64(data, ends[row], ends[row + 1]) < limit
    return found
