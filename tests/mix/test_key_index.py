"""Finding keys, also those that agree in their first half."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.mix.key_index import KeyIndex

_half = st.sampled_from([0, 1, 2, 2**63, 2**64 - 1])


@given(st.lists(st.tuples(_half, _half), unique=True, max_size=25), st.lists(st.tuples(_half, _half), max_size=10))
def test_keys_are_found_where_a_dictionary_finds_them(
    keys: list[tuple[int, int]], wanted: list[tuple[int, int]]
) -> None:
    there = {key: row for row, key in enumerate(keys)}
    index = KeyIndex(*(np.array([key[half] for key in keys], np.uint64) for half in (0, 1)))
    found = index.find(*(np.array([key[half] for key in wanted], np.uint64) for half in (0, 1)))
    if all(key in there for key in wanted):
        assert found is not None and found.tolist() == [there[key] for key in wanted]
    else:
        assert found is None
