import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.text.xxh64 import xxh64


@pytest.mark.parametrize("length", [*range(70), 127, 128, 129, 1000])
def test_every_length_equals_the_xxhash_package(length):
    data = bytes((i * 131 + 7) % 256 for i in range(length))
    assert int(xxh64(np.frombuffer(data, np.uint8), 0, length)) == xxhash.xxh64_intdigest(data)


@given(st.binary(max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_any_span_equals_the_xxhash_package(data, start, end):
    start, end = sorted((min(start, len(data)), min(end, len(data))))
    assert int(xxh64(np.frombuffer(data, np.uint8), start, end)) == xxhash.xxh64_intdigest(data[start:end])
