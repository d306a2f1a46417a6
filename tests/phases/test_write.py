"""Parts of a corpus close at the document that fills them, and so do their row groups, however the rows come."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.phases import write


def table(lengths: list[int]) -> pa.Table:
    return pa.table({"text": pa.array(["x" * length for length in lengths], pa.large_string())})


def closed(lengths: list[int], limit: int) -> list[list[int]]:
    """By hand: a group ends with the first length at which it has `limit` or more."""
    groups: list[list[int]] = [[]]
    for length in lengths:
        groups[-1].append(length)
        if sum(groups[-1]) >= limit:
            groups.append([])
    return groups if groups[-1] else groups[:-1]


@given(st.lists(st.integers(0, 30), max_size=30), st.integers(1, 5), st.integers(1, 90))
def test_parts_and_row_groups(lengths: list[int], batch: int, shard: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "TEXT_READ_BYTES", 25)
        tables = [table(lengths[start : start + batch]) for start in range(0, len(lengths), batch)]
        kept = write._Kept(iter(tables), shard)
        parts = []
        while not kept.exhausted:
            parts.append([[len(text) for text in group["text"].to_pylist()] for group in kept.part()])
    assert [[one for group in part for one in group] for part in parts] == closed(lengths, shard)
    for part in parts:
        rows = [one for group in part for one in group]
        assert part == closed(rows, 25)
    assert kept.chars == sum(lengths)
