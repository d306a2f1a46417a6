"""The external shuffle and the shards: nothing lost, nothing doubled, no trace of how rows came."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.mix import shards, spill
from corpusforge.mix.shards import Shards
from corpusforge.mix.spill import Spill

SCHEMA = pa.schema([pa.field("row", pa.int64()), pa.field("text", pa.large_string())])


def _rows(numbers: list[int]) -> pa.Table:
    return pa.table({"row": numbers, "text": [f"{number} " * (number % 7) for number in numbers]}, SCHEMA)


@pytest.mark.parametrize("held", [0, 1_000, 2**30])
@pytest.mark.parametrize("size", [0, 100, 20_000])
def test_every_row_comes_back_once_in_the_part_where_it_belongs(
    monkeypatch: pytest.MonkeyPatch, held: int, size: int
) -> None:
    monkeypatch.setattr(spill, "HELD_BYTES", held)
    monkeypatch.setattr(spill, "PART_BYTES", 1_000)
    rng = np.random.default_rng(5)
    order = rng.integers(0, 2**64, 500, np.uint64, endpoint=False)
    order[:2] = 0, 2**64 - 1
    kept = Spill(None, SCHEMA, size)
    for start in range(0, 500, 37):
        part = slice(start, min(500, start + 37))
        kept.add(_rows(list(range(500))[part]), order[part])
    tables = list(kept.read())
    kept.close()
    assert len(tables) == max(1, -(-size // 1_000))
    rows = [table["row"].to_pylist() for table in tables]
    assert sorted(one for part in rows for one in part) == list(range(500))
    ends = [(order[part].min(), order[part].max()) for part in rows if part]
    assert all(before[1] < after[0] for before, after in itertools.pairwise(ends))


@given(
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 9)), min_size=1, max_size=60, unique=True),
    st.integers(0, 300),
    st.integers(1, 30),
    st.randoms(),
)
def test_sorted_rows_do_not_tell_how_they_came(rows: list[tuple[int, int]], held: int, batch: int, random) -> None:
    schema = pa.schema([pa.field("order", pa.uint64()), pa.field("row", pa.int64())])

    def through(given_: list[tuple[int, int]], parts: int) -> list[tuple[int, int]]:
        kept = Spill(None, schema, parts * spill.PART_BYTES)
        for start in range(0, len(given_), batch):
            order, row = (list(column) for column in zip(*given_[start : start + batch], strict=True))
            table = pa.table({"order": pa.array(order, pa.uint64()), "row": row}, schema)
            kept.add(table, np.array(order, np.uint64))
        found = [pair for table in kept.read() for pair in sorted(zip(*table.to_pydict().values(), strict=True))]
        kept.close()
        return found

    shuffled = list(rows)
    random.shuffle(shuffled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spill, "HELD_BYTES", held)
        assert through(rows, 1) == through(shuffled, 7) == sorted(rows)


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 200), st.lists(st.integers(1, 20), max_size=20))
def test_shards_do_not_depend_on_how_rows_come(lengths: list[int], size: int, cuts: list[int]) -> None:
    table = pa.table(
        {"row": list(range(len(lengths))), "text": pa.array(["x" * n for n in lengths], pa.large_string())}, SCHEMA
    )

    def cut(tables: list[pa.Table]) -> list[list[list[int]]]:
        found = Shards(iter(tables), size)
        made = []
        while not found.exhausted:
            made.append([group["row"].to_pylist() for group in found.shard()])
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "GROUP_BYTES", 50)
        whole = cut([table])
        pieces, start = [], 0
        for step in [*cuts, len(lengths) + 1]:
            pieces.append(table.slice(start, step))
            start += step
        assert cut(pieces) == whole
    assert [row for shard in whole for group in shard for row in group] == list(range(len(lengths)))
    for shard in whole[:-1]:
        text = sum(max(lengths[row], 1) for group in shard for row in group)
        last = max(lengths[shard[-1][-1]], 1)
        assert text >= size > text - last  # a shard ends with the document that fills it
