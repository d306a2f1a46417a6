"""The raw source: a window over a file, hashed once."""

import io

import xxhash
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.io.source import RawSource

DATA = bytes(range(256)) * 20_000


@given(st.lists(st.integers(0, len(DATA)), max_size=20))
def test_peeks_give_the_files_bytes_and_the_hash_is_that_of_the_file(places: list[int]) -> None:
    source = RawSource(io.BytesIO(DATA), len(DATA))
    for place in sorted(places):
        assert source.peek(place, 1000) == DATA[place : place + 1000]
        source.forget(place)
    assert source.drain() == len(DATA) == source.size
    assert source.xxh3 == xxhash.xxh3_64_hexdigest(DATA)


@given(st.integers(0, len(DATA)), st.binary(min_size=1, max_size=4))
def test_find_is_bytes_find(place: int, needle: bytes) -> None:
    found = RawSource(io.BytesIO(DATA), len(DATA)).find(needle, place)
    assert found == (expected if (expected := DATA.find(needle, place)) >= 0 else None)


def test_memory_is_bounded() -> None:
    source = RawSource(io.BytesIO(DATA * 10), len(DATA) * 10)
    for place in range(0, len(DATA) * 10, 100_000):
        source.peek(place, 100)
        source.forget(place)
        assert len(source._buffer) < 3_000_000
