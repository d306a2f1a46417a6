from collections import defaultdict
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corpusforge.dedup import candidates
from corpusforge.dedup.candidates import buckets

SMALL = arrays(np.uint64, st.tuples(st.integers(0, 12), st.just(6)), elements=st.integers(0, 2))


def groups(found):
    edges = found.offsets.tolist()
    return [found.members[start:end].tolist() for start, end in pairwise(edges)]


def by_definition(signatures, bands):
    rows = signatures.shape[1] // bands
    same = defaultdict(list)
    for band in range(bands):
        for row, signature in enumerate(signatures.tolist()):
            same[band, *signature[band * rows : (band + 1) * rows]].append(row)
    return sorted((band, members) for (band, *_), members in same.items() if len(members) > 1)


@settings(max_examples=200, deadline=None)
@given(SMALL, st.sampled_from([1, 2, 3, 6]))
def test_buckets_hold_the_rows_that_agree_on_a_band(signatures, bands):
    found = buckets(signatures, bands)
    listed = [
        (int(np.flatnonzero(found.of[members[0]] == bucket)[0]), members)
        for bucket, members in enumerate(groups(found))
    ]
    assert sorted(listed) == by_definition(signatures, bands)
    for bucket, members in enumerate(groups(found)):
        assert np.flatnonzero((found.of == bucket).any(axis=1)).tolist() == members


@settings(max_examples=100, deadline=None)
@given(SMALL)
def test_colliding_keys_put_no_different_rows_together(signatures):
    n = len(signatures)
    of = np.full(n, -1, np.int64)
    sizes, members = candidates._group(signatures, np.zeros(n, np.uint64), np.arange(n), 0, 3, 0, of)
    edges = np.cumsum([0, *sizes.tolist()])
    found = sorted((0, members[start:end].tolist()) for start, end in pairwise(edges))
    assert found == [group for group in by_definition(signatures, 2) if group[0] == 0]


def test_no_rows_and_rows_without_company():
    assert groups(buckets(np.zeros((0, 4), np.uint64), 2)) == []
    alone = buckets(np.arange(8, dtype=np.uint64).reshape(2, 4), 2)
    assert groups(alone) == []
    assert (alone.of == -1).all()
