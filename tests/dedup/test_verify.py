import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corpusforge.dedup.candidates import buckets
from corpusforge.dedup.verify import alike, connected, equal_hashes

BANDS = 3
SIGNATURES = arrays(np.uint64, st.tuples(st.integers(0, 14), st.just(6)), elements=st.sampled_from([0, 1, 2, 256, 257]))


def is_candidate(left, right):
    rows = len(left) // BANDS
    return any((left[k : k + rows] == right[k : k + rows]).all() for k in range(0, len(left), rows))


def greedy(signatures, least):
    leader_of = {}
    for leader, one in enumerate(signatures):
        if leader in leader_of:
            continue
        leader_of[leader] = leader
        for row in range(leader + 1, len(signatures)):
            other = signatures[row]
            if row not in leader_of and is_candidate(one, other) and (one == other).sum() >= least:
                leader_of[row] = leader
    return [leader_of[row] for row in range(len(signatures))]


def components(signatures):
    root = list(range(len(signatures)))
    for _ in signatures:
        for left, one in enumerate(signatures):
            for right, other in enumerate(signatures):
                if is_candidate(one, other):
                    root[right] = root[left] = min(root[left], root[right])
    return root


@settings(max_examples=300, deadline=None)
@given(SIGNATURES, st.integers(0, 6))
def test_leaders_take_what_is_alike_in_survivor_order(signatures, least):
    leaders, left_out, _ = alike(signatures, buckets(signatures, BANDS), least, cap=100)
    assert leaders.tolist() == greedy(signatures, least)
    assert left_out == 0


@settings(max_examples=200, deadline=None)
@given(SIGNATURES)
def test_components_are_those_of_all_candidate_pairs(signatures):
    assert connected(len(signatures), buckets(signatures, BANDS)).tolist() == components(signatures)


@settings(max_examples=100, deadline=None)
@given(SIGNATURES, st.integers(0, 6), st.integers(1, 3))
def test_a_cap_never_makes_a_pair_that_is_not_alike(signatures, least, cap):
    leaders, left_out, _ = alike(signatures, buckets(signatures, BANDS), least, cap)
    assert (leaders <= np.arange(len(leaders))).all()
    assert (leaders[leaders] == leaders).all()
    for row, leader in enumerate(leaders):
        assert row == leader or (signatures[row] == signatures[leader]).sum() >= least
    if left_out == 0:
        assert leaders.tolist() == greedy(signatures, least)


def test_a_bucket_of_more_leaders_than_the_cap_is_reported():
    signatures = np.arange(60, dtype=np.uint64).reshape(10, 6)
    signatures[:, :2] = 0  # one band in common, nothing else
    assert alike(signatures, buckets(signatures, BANDS), 5, cap=3)[1:] == (1, 9 + 8 + 7)
    assert alike(signatures, buckets(signatures, BANDS), 5, cap=9)[1:] == (0, 45)


def test_identical_rows_are_compared_once_each_whatever_the_cap():
    signatures = np.ones((5000, 6), np.uint64)
    leaders, left_out, comparisons = alike(signatures, buckets(signatures, BANDS), 6, cap=1)
    assert (leaders == 0).all()
    assert (left_out, comparisons) == (0, 4999)


def test_hashes_that_differ_above_the_low_byte_differ():
    signatures = np.array([[1, 1, 2, 2, 3, 3], [1, 1, 258, 258, 259, 259]], np.uint64)
    assert alike(signatures, buckets(signatures, BANDS), 3, cap=9)[0].tolist() == [0, 1]
    assert alike(signatures, buckets(signatures, BANDS), 2, cap=9)[0].tolist() == [0, 0]
    assert equal_hashes(signatures, np.array([0, 0]), np.array([1, 0])).tolist() == [2, 6]
