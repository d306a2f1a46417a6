from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from corpusforge.dedup.band_keys import CLUSTERS, band_entries, band_keys
from corpusforge.dedup.edges import edges, unique_pairs

SMALL = arrays(np.uint64, st.tuples(st.integers(0, 12), st.just(6)), elements=st.integers(0, 2))
FAR = np.uint64(2**61 - 1)


def by_definition(signatures, bands, ids):
    rows = signatures.shape[1] // bands
    same = defaultdict(list)
    for number, signature in zip(ids, signatures.tolist(), strict=True):
        for band in range(bands):
            same[band, *signature[band * rows : (band + 1) * rows]].append(number)
    pairs = sorted({pair for members in same.values() for pair in pairwise(members)})
    return pairs, sum(len(members) > 1 for members in same.values())


@settings(max_examples=200, deadline=None)
@given(SMALL, st.sampled_from([1, 2, 3, 6]), st.sampled_from([1, 2, 5, 64]), st.data())
def test_edges_chain_what_agrees_on_a_band_whatever_the_groups_and_partitions(signatures, bands, partitions, data):
    valid = data.draw(arrays(np.bool_, len(signatures)))
    cut = data.draw(st.integers(0, len(signatures)))
    groups = [
        band_entries(signatures[part], valid[part], start, bands, partitions)
        for part, start in ((slice(0, cut), 0), (slice(cut, None), cut))
    ]
    found, buckets = set(), 0
    for partition in range(partitions):
        spans = [slice(*group.offsets[partition : partition + 2]) for group in groups]
        keys = np.concatenate([group.keys[span] for group, span in zip(groups, spans, strict=True)])
        ids = np.concatenate([group.ids[span] for group, span in zip(groups, spans, strict=True)])
        pairs, some = edges(keys, ids)
        assert sorted(set(map(tuple, pairs.tolist()))) == list(map(tuple, pairs.tolist()))
        found.update(map(tuple, pairs.tolist()))
        buckets += some
    assert (sorted(found), buckets) == by_definition(signatures[valid], bands, np.flatnonzero(valid).tolist())


def test_the_partition_of_a_key_is_its_place_in_the_range_of_keys():
    random = np.random.default_rng(1).integers(0, 2**61, (5_000, 112)).astype(np.uint64)
    entries = band_entries(random, np.ones(5_000, np.bool_), 0, 14, 16)
    partition = np.repeat(np.arange(16), np.diff(entries.offsets))
    assert (entries.keys >> np.uint64(60) == partition).all()
    assert np.diff(entries.offsets).min() > 4_000  # of 4,375 expected
    assert sorted(entries.keys.tolist()) == sorted(band_keys(random, 14).reshape(-1).tolist())


def test_salts_give_other_keys_and_bands_of_equal_hashes_do_not_meet():
    same = np.ones((1, 112), np.uint64)
    keys = [*band_keys(same, 14)[0].tolist(), *band_keys(same, 14, CLUSTERS)[0].tolist()]
    assert len(set(keys)) == 28


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2**63, 2**64 - 1]), max_size=60))
def test_keys_of_any_bits_are_chained(keys):
    members = defaultdict(list)
    for number, key in enumerate(keys):
        members[key].append(number)
    found = edges(np.array(keys, np.uint64), np.arange(len(keys)))
    assert [tuple(pair) for pair in found.pairs.tolist()] == sorted(
        pair for one in members.values() for pair in pairwise(one)
    )


def test_a_document_repeated_a_million_times_is_a_chain():
    found = edges(np.full(1_000_000, 7, np.uint64), np.arange(1_000_000))
    assert found.buckets == 1
    assert (found.pairs == np.stack([np.arange(999_999), np.arange(1, 1_000_000)], axis=1)).all()


def test_many_keys_in_many_parts():
    keys = np.random.default_rng(3).integers(0, 2**63, 60_000).astype(np.uint64) << np.uint64(1)
    again = np.concatenate([keys, keys[::-1]])
    found = edges(again, np.arange(120_000))
    assert found.buckets == 60_000
    assert (found.pairs == np.stack([np.arange(60_000), 119_999 - np.arange(60_000)], axis=1)).all()


def test_ids_that_descend_are_refused():
    with pytest.raises(ValueError, match="must not descend: put the groups together in their order"):
        edges(np.zeros(2, np.uint64), np.array([4, 3]))


@pytest.mark.parametrize("far", [0, 2**40])
def test_pairs_are_sorted_and_each_is_there_once_also_beyond_32_bits(far):
    pairs = np.array([[3, 9], [1, 4], [3, 9], [1, 2]]) + far
    assert (unique_pairs(pairs) - far).tolist() == [[1, 2], [1, 4], [3, 9]]
