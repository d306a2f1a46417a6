"""How deduplication cuts a language: groups of documents, and files by partition."""

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.errors import UserError
from corpusforge.io.storage import Storage
from corpusforge.phases.near_duplicates.groups import groups, sizes
from corpusforge.phases.near_duplicates.partitions import by_partition, commit_partitioned, read_partition
from corpusforge.phases.pieces import Piece


def pieces(rows, prefix="u"):
    named = [xxhash.xxh3_64_hexdigest(f"{prefix}{number}".encode()) for number in range(len(rows))]
    return [Piece(unit, f"{unit}.parquet", 0, count, ()) for unit, count in zip(named, rows, strict=True)]


ROWS = st.lists(st.integers(1, 60), min_size=1, max_size=40)


@given(ROWS, st.integers(1, 50))
def test_every_document_is_in_one_group_in_order(rows, most):
    given_ = [(piece.unit, row) for piece in pieces(rows) for row in range(piece.rows)]
    found = groups(pieces(rows), most)
    assert [
        (piece.unit, row)
        for group in found
        for piece in group.pieces
        for row in range(piece.start, piece.start + piece.rows)
    ] == given_
    assert all(0 < group.rows <= most for group in found)
    assert [group.first for group in found] == np.cumsum([0, *(group.rows for group in found)])[:-1].tolist()
    assert [group.number for group in found] == list(range(len(found)))


@given(ROWS, st.lists(st.integers(1, 60), max_size=10), st.integers(1, 50))
def test_units_that_come_last_change_the_last_group_only(rows, more, most):
    before, after = groups(pieces(rows), most), groups(pieces(rows) + pieces(more, "v"), most)
    assert after[: len(before) - 1] == before[:-1]


def test_a_unit_that_comes_first_leaves_most_groups_as_they_were():
    many = pieces([10] * 400)
    before, after = groups(many, 100), groups(pieces([10], "first") + many, 100)
    same = {group.pieces for group in before} & {group.pieces for group in after}
    assert len(same) > 0.8 * len(before)


def test_less_memory_means_more_parts():
    large, small = sizes(100_000, 112, 14, False, 2**29), sizes(100_000, 112, 14, False, 2**22)
    assert large.entry_partitions < small.entry_partitions
    assert large.row_partitions < small.row_partitions
    assert large.group_rows > small.group_rows > 1
    assert sizes(100_000, 112, 14, True, 2**22).group_rows < small.group_rows


@given(st.lists(st.tuples(st.integers(0, 6), st.integers()), max_size=50))
def test_a_partition_is_read_as_it_was_written(rows):
    storage = Storage("memory://partitions")
    partition = np.array([one for one, _ in rows], np.int64)
    order, offsets = by_partition(partition, 7)
    values = [str(value) for _, value in rows]
    table = pa.table({"value": pa.array(values, pa.large_string())}).take(pa.array(order))
    commit_partitioned(storage, "x.parquet", [table], table.schema, offsets, 8, {"seed": 1})
    for number in range(7):
        found = read_partition(storage, "x.parquet", number, {"seed": 1})["value"].to_pylist()
        assert found == [value for (one, _), value in zip(rows, values, strict=True) if one == number]


def test_a_file_made_with_something_else_is_refused(tmp_path):
    storage = Storage(str(tmp_path))
    table = pa.table({"value": [1]})
    header = {"kind": "datatrove", "seed": 1, "words": 5}
    commit_partitioned(storage, "x.parquet", [table], table.schema, np.array([0, 1]), 8, header)
    with pytest.raises(UserError, match=r"x.parquet: made with words 5, and this run has 4; delete the file"):
        read_partition(storage, "x.parquet", 0, {**header, "words": 4})


def test_a_truncated_file_is_named(tmp_path):
    storage = Storage(str(tmp_path))
    table = pa.table({"value": [1]})
    commit_partitioned(storage, "x.parquet", [table], table.schema, np.array([0, 1]), 8, {})
    (tmp_path / "x.parquet").write_bytes((tmp_path / "x.parquet").read_bytes()[:-20])
    with pytest.raises(UserError, match=r"x.parquet: not readable as Parquet; delete it and run the recipe again"):
        read_partition(storage, "x.parquet", 0, {})
