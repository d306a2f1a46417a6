import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from corpusforge.text.memory import address, load8, load32, load64, popcount64, store8, store32, store64, tail64


@njit
def _read(data, at):
    place = address(data)
    return load8(data, at), load32(place, at), load64(data, at), load64(place, at)


@njit
def _write(data, at, value):
    store8(data, at, value)
    store32(address(data), at + 1, value)
    store64(data, at + 5, np.uint64(value))


@njit
def _ones(value):
    return popcount64(np.uint64(value))


@pytest.mark.parametrize("at", [0, 1, 5, 8])
def test_reads_are_little_endian_wherever_they_begin(at):
    data = bytes(range(240, 256))
    expected = [int.from_bytes(data[at : at + size], "little") for size in (1, 4, 8, 8)]
    assert list(map(int, _read(np.frombuffer(data, np.uint8), at))) == expected


def test_writes_touch_their_own_bytes_only():
    data = np.full(16, 7, np.uint8)
    _write(data, 1, 0x1234567899)
    expected = b"\x07\x99" + 0x34567899.to_bytes(4, "little") + 0x1234567899.to_bytes(8, "little") + b"\x07\x07"
    assert data.tobytes() == expected


@settings(deadline=None)
@given(st.binary(max_size=24), st.integers(0, 24), st.integers(0, 8))
def test_a_tail_stops_at_the_end(data, at, size):
    at = min(at, len(data))
    size = min(size, len(data) - at)
    buffer = np.frombuffer(data + b"\xff" * 8, np.uint8)
    assert int(tail64(buffer, at, size, len(data))) == int.from_bytes(data[at : at + size], "little")


@settings(deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_bits_are_counted(value):
    assert _ones(np.uint64(value)) == value.bit_count()
