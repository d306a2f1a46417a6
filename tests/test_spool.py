"""Tables put aside come back as they were, whether they were in memory or on disk, and are cut anew by rows alone."""

import errno
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge import spool
from corpusforge.io.storage import Storage, StorageFull
from corpusforge.spool import Part, Spool, regrouped

SCHEMA = pa.schema([pa.field("text", pa.large_string(), nullable=False), pa.field("n", pa.list_(pa.int64(), 2))])


def table(*texts: str) -> pa.Table:
    pairs = [[len(text), 1] for text in texts]
    return pa.Table.from_arrays(
        [pa.array(texts, pa.large_string()), pa.array(pairs, SCHEMA.field("n").type)], schema=SCHEMA
    )


@pytest.mark.parametrize("memory", [0, 60, 1 << 20])
def test_tables_come_back_as_they_were(memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMORY_BYTES", memory)
    given_tables = [table("a", "ਪੰਜਾਬ"), table(), table("b" * 100), table("x", "y", "z").slice(1, 1)]
    kept = Spool(Storage(str(tmp_path)), SCHEMA)
    numbers = [kept.add(one) for one in given_tables]
    for number in reversed(numbers):
        assert kept.read(number).equals(given_tables[number])
    assert list(tmp_path.iterdir()) == []  # the file has no name, so a killed worker leaves none behind
    kept.close()


def test_a_full_disk_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spool, "MEMORY_BYTES", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(StorageFull):
        Spool(Storage(str(tmp_path)), SCHEMA).add(table("a"))


@given(st.lists(st.integers(0, 4), max_size=6), st.data())
def test_tables_are_cut_anew_by_rows(sizes: list[int], data: st.DataObject) -> None:
    rows = [str(number) for number in range(sum(sizes))]
    tables, start = [], 0
    for size in sizes:
        tables.append(table(*rows[start : start + size]))
        start += size
    wanted: list[int] = []
    while sum(wanted) < len(rows):
        wanted.append(data.draw(st.integers(1, len(rows) - sum(wanted))))
    groups = list(regrouped(tables, wanted))
    assert [group.num_rows for group in groups] == wanted
    assert [text for group in groups for text in group["text"].to_pylist()] == rows
    assert all(column.num_chunks == 1 for group in groups for column in group.columns)


def test_row_groups_do_not_tell_how_rows_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpusforge.layers.ROW_GROUP_BYTES", 300)
    rows = ["word " * (number % 7) for number in range(40)]
    found = []
    for step in (1, 7, 40):
        part = Part(Spool(Storage(str(tmp_path)), SCHEMA))
        for start in range(0, len(rows), step):
            part.add(table(*rows[start : start + step]))
        found.append([group["text"].to_pylist() for group in part.groups()])
    assert found[0] == found[1] == found[2] and len(found[0]) > 2
    assert [text for group in found[0] for text in group] == rows
