from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from corpusforge.text.buffers import frozen, utf8


def texts_of(view):
    data = view.data.tobytes()
    edges = view.offsets.tolist()
    return [data[start:end].decode() for start, end in pairwise(edges)]


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string()])
def test_texts_are_read_back_from_their_bytes(kind):
    assert texts_of(utf8(pa.array(["ਪੰਜਾਬੀ", "", "a\x00b", "𝄞"], kind))) == ["ਪੰਜਾਬੀ", "", "a\x00b", "𝄞"]


def test_a_slice_shows_its_own_rows_only():
    texts = pa.array(["one", "zwei", "三", "чотири"], pa.large_string())
    assert texts_of(utf8(texts.slice(1, 2))) == ["zwei", "三"]


def test_chunks_are_joined():
    chunks = [pa.array(["one", "two"], pa.large_string()).slice(1), pa.array(["三"], pa.large_string())]
    assert texts_of(utf8(pa.chunked_array(chunks))) == ["two", "三"]
    assert texts_of(utf8(pa.chunked_array([], pa.large_string()))) == []


def test_a_null_is_an_empty_text_even_when_bytes_lie_under_it():
    hidden = pa.Array.from_buffers(
        pa.large_string(),
        2,
        [pa.py_buffer(b"\x02"), pa.py_buffer(np.array([0, 3, 5], np.int64)), pa.py_buffer(b"abcde")],
    )
    assert hidden.to_pylist() == [None, "de"]
    assert texts_of(utf8(hidden)) == ["", "de"]


def test_no_rows():
    assert texts_of(utf8(pa.array([], pa.large_string()))) == []


def test_another_type_is_refused():
    with pytest.raises(TypeError, match="must be large_string, not int64"):
        utf8(pa.array([1]))


def test_frozen_is_a_read_only_view_of_the_same_memory():
    array = np.arange(3)
    view = frozen(array)
    assert not view.flags.writeable
    assert array.flags.writeable
    assert np.shares_memory(view, array)
