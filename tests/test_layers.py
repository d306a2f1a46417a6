"""Layer files: what is written is what is read, in any slice, and its hash and size are those of the file."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from corpusforge import layers
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_groups, commit_table, group_sizes, read_batches, read_rows, stored_bytes

ROWS = 500
TABLE = pa.table(
    {
        "key": pa.array([f"{number:05d}" for number in range(ROWS)], pa.large_string()),
        "text": pa.array([None if n % 50 == 7 else "ਪੰਜਾਬ " * (n % 9) for n in range(ROWS)], pa.large_string()),
        "signature": pa.array([[n, n * n] for n in range(ROWS)], pa.list_(pa.uint64(), 2)),
        "broken": pa.array([["a", "b"][: n % 3] for n in range(ROWS)], pa.list_(pa.large_string())),
        "kept": pa.array([n % 2 == 0 for n in range(ROWS)]),
    }
)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path))


@pytest.mark.parametrize("batch", [1, 700, 1 << 20])
def test_every_slice_is_read_as_written(storage: Storage, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "BATCH_BYTES", batch)
    commit_table(storage, "a.parquet", TABLE, [0, 120, 121, 400])
    for start, rows in ((0, None), (0, 1), (119, 3), (130, 300), (499, 1), (500, 0), (200, 0)):
        stop = ROWS if rows is None else start + rows
        assert read_rows(storage, "a.parquet", start, rows).equals(TABLE.slice(start, stop - start))
    found = read_rows(storage, "a.parquet", 10, 5, ["key", "kept"])
    assert found.to_pylist() == TABLE.select(["key", "kept"]).slice(10, 5).to_pylist()


def test_what_is_read_at_a_time_is_bounded(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "BATCH_BYTES", 4_000)
    commit_table(storage, "a.parquet", TABLE)
    tables = list(read_batches(storage, "a.parquet"))
    assert len(tables) > 5 and max(stored_bytes(one) for one in tables) < 16_000


def test_size_rows_and_hash_are_the_file_s(storage: Storage, tmp_path: Path) -> None:
    groups = [TABLE.slice(0, 100), TABLE.slice(100, 0), TABLE.slice(100)]
    file = commit_groups(storage, "a.parquet", TABLE.schema, iter(groups), {"more": "x"})
    data = (tmp_path / "a.parquet").read_bytes()
    assert (file.bytes, file.rows, file.xxh3) == (len(data), ROWS, xxhash.xxh3_64_hexdigest(data))
    stored = pq.ParquetFile(tmp_path / "a.parquet", pre_buffer=False)
    assert [stored.metadata.row_group(index).num_rows for index in range(stored.num_row_groups)] == [100, 400]
    assert stored.schema_arrow.metadata == {b"corpusforge.schema": b"1", b"more": b"x"}


def test_an_error_amid_writing_leaves_nothing(storage: Storage, tmp_path: Path) -> None:
    def groups():  # type: ignore[no-untyped-def]
        yield TABLE
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        commit_groups(storage, "a.parquet", TABLE.schema, groups())
    assert list(tmp_path.iterdir()) == []


@given(st.integers(0, 10_000), st.integers(0, 10**10))
def test_row_groups_share_rows_evenly(rows: int, size: int) -> None:
    sizes = group_sizes(rows, size)
    assert sum(sizes) == rows and all(one > 0 for one in sizes)
    assert len(set(sizes[:-1])) <= 1 and (not sizes or sizes[-1] <= sizes[0])
    if rows:
        assert sizes[0] <= max(1, -(-rows // max(1, size // layers.ROW_GROUP_BYTES)))


def test_stored_bytes_are_a_sum_over_rows() -> None:
    # 5 + 8; "ਪੰਜਾਬ " has 16 bytes, + 8; 16; the list's offset 4, and its strings 1 + 8 each; 1
    assert stored_bytes(TABLE.slice(1, 1)) == 13 + 24 + 16 + (4 + 9) + 1
    assert sum(stored_bytes(TABLE.slice(row, 1)) for row in range(ROWS)) == stored_bytes(TABLE)
