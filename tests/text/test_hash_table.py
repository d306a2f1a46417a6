import numpy as np

from corpusforge.text.hash_table import add, new_table, table_mask


def test_a_table_knows_what_was_added_under_its_stamp_only():
    keys = np.arange(100, dtype=np.uint64) << np.uint64(40)
    table, mask = new_table(100), table_mask(100)
    assert [add(table, 1, mask, key) for key in keys] == [True] * 100
    assert [add(table, 1, mask, key) for key in keys] == [False] * 100
    assert [add(table, 2, mask, key) for key in keys[:5]] == [True] * 5


def test_a_table_is_at_most_half_full():
    assert [table_mask(entries) + 1 for entries in (0, 8, 9, 1000)] == [16, 16, 32, 2048]
