"""A set of strings in a file: membership is exact, whatever the hashes do."""

import threading
from pathlib import Path

import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.stages import string_set
from corpusforge.stages.string_set import StringSet, write_string_set


def _set(folder: Path, *parts: list[str]) -> StringSet:
    write_string_set((pa.array(part, pa.large_string()) for part in parts), folder / "set")
    return StringSet.open(folder / "set")


@given(st.lists(st.lists(st.text(max_size=8), max_size=9), max_size=4), st.lists(st.text(max_size=8), max_size=9))
def test_it_answers_as_a_set_of_python(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[str]], queries: list[str]
) -> None:
    inside = {string for part in parts for string in part}
    found = _set(tmp_path_factory.mktemp("set"), *parts)
    asked = [*queries, *sorted(inside)]
    assert len(found) == len(inside)
    assert found.contains(asked).tolist() == [query in inside for query in asked]


def test_strings_whose_hashes_collide_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xxhash, "xxh3_64_intdigest", lambda string: len(bytes(string)))
    found = _set(tmp_path, ["ab", "cd", "ab"], ["ef", "cd", "long"])
    assert len(found) == 4
    assert found.contains(["ab", "cd", "ef", "gh", "long", "lung"]).tolist() == [True, True, True, False, True, False]


def test_names_in_any_script(tmp_path: Path) -> None:
    found = _set(tmp_path, ["ਪੰਜਾਬ.ਭਾਰਤ", "例え.jp", "plain.org"])
    assert found.contains(["ਪੰਜਾਬ.ਭਾਰਤ", "ਪੰਜਾਬ", "例え.jp", "PLAIN.org"]).tolist() == [True, False, True, False]


def test_writers_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    strings = [f"host-{number}.example" for number in range(20_000)]
    writers = [threading.Thread(target=_set, args=(tmp_path, strings)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert StringSet.open(tmp_path / "set").contains(strings[::100]).all()
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(string_set.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        _set(tmp_path, ["a"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"short", b"another kind of file, long enough to have a header"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "set").write_bytes(damage)
    with pytest.raises(ValueError, match="not a string set"):
        StringSet.open(tmp_path / "set")


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    _set(tmp_path, ["one", "two"])
    path = tmp_path / "set"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="expected"):
        StringSet.open(path)
