from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.dedup import definition

from corpusforge.dedup.decide import decide
from corpusforge.dedup.similarity import Block, Rule
from corpusforge.dedup.survivors import Order

BANDS, HASHES = 3, 12
SIGNATURES = arrays(np.uint64, st.tuples(st.integers(1, 24), st.just(HASHES)), elements=st.sampled_from([0, 1, 256]))


def drawn(signatures, data):
    """The signatures with some bands and some rows the same as others'."""
    signatures = signatures.copy()
    place = st.integers(0, len(signatures) - 1)
    for _ in range(data.draw(st.integers(0, 30))):
        left, right, band = data.draw(place), data.draw(place), data.draw(st.integers(0, BANDS))
        span = slice(None) if band == BANDS else slice(4 * band, 4 * band + 4)
        signatures[left, span] = signatures[right, span]
    return signatures


def order_of(rows, data):
    values = data.draw(arrays(np.float64, rows, elements=st.sampled_from([-2.0, 1.5, np.inf])))
    keys = np.stack([np.zeros(rows), data.draw(st.permutations(range(rows)))], axis=1).astype(np.uint64)
    return Order(values, keys)


def in_order(order):
    return sorted(range(len(order.values)), key=lambda row: (order.values[row], *order.keys[row].tolist()))


def cut(data, rows):
    """Slices of the rows."""
    places = sorted(data.draw(st.lists(st.integers(0, rows), max_size=4)))
    return [slice(a, b) for a, b in zip([0, *places], [*places, rows], strict=True)]


def coarser(labels, data):
    """Components, of which some are joined to larger ones for no reason."""
    to = data.draw(st.lists(st.sampled_from([-3, 0, 7]), min_size=len(labels), max_size=len(labels)))
    return np.array([to[label] for label in labels] if data.draw(st.booleans()) else labels)


def run(signatures, labels, order, rule, cap, data, shingles=None):
    def blocks():
        for span in cut(data, len(signatures)):
            if shingles is None:
                yield Block(signatures[span])
            else:
                sets = [sorted(one) for one in shingles[span]]
                flat = np.array([value for one in sets for value in one], np.uint64)
                yield Block(signatures[span], np.cumsum([0, *map(len, sets)]), flat)

    budget = data.draw(st.sampled_from([None, 2, 3, 5, 9, 100]))
    with TemporaryDirectory() as folder:
        found = decide(labels, order, blocks(), rule, cap, budget, Path(folder))
        assert not list(Path(folder).iterdir())  # nothing is left behind
    return found


@settings(max_examples=400, deadline=None)
@given(SIGNATURES, st.data(), st.integers(1, HASHES), st.sampled_from([1, 2, 3, 5, 50]))
def test_estimated_clusters_are_their_definition(signatures, data, least, cap):
    signatures = drawn(signatures, data)
    order = order_of(len(signatures), data)
    rows = in_order(order)
    given_rows = signatures[rows].tolist()
    labels = coarser(definition.components(signatures.tolist(), BANDS), data)
    expected, counts = definition.clusters(
        given_rows,
        BANDS,
        lambda a, b: (
            definition.equal(given_rows[a], given_rows[b]) >= least
            and definition.share_band(given_rows[a], given_rows[b], BANDS)
        ),
        cap,
    )
    rule = Rule("sketch", BANDS, HASHES, least / HASHES, least)
    found, info = run(signatures, labels, order, rule, cap, data)
    leader = {rows[row]: rows[first] for row, first in enumerate(expected)}
    assert found.leader.tolist() == [leader[row] for row in range(len(rows))]
    assert found.size.tolist() == [expected.count(expected[rows.index(row)]) for row in range(len(rows))]
    shares = [definition.equal(signatures[row], signatures[leader[row]]) / HASHES for row in range(len(rows))]
    assert found.similarity.tolist() == [round(share, 6) for share in shares]
    assert info == counts


@settings(max_examples=300, deadline=None)
@given(SIGNATURES, st.data(), st.sampled_from([0.1, 0.25, 0.5, 1.0]), st.sampled_from([1, 2, 3, 50]))
def test_exact_clusters_are_their_definition(signatures, data, threshold, cap):
    signatures = drawn(signatures, data)
    shingles = [data.draw(st.sets(st.integers(0, 4), min_size=1, max_size=5)) for _ in signatures]
    order = order_of(len(signatures), data)
    rows = in_order(order)
    given_rows, sets = signatures[rows].tolist(), [shingles[row] for row in rows]
    expected, counts = definition.clusters(
        given_rows,
        BANDS,
        lambda a, b: definition.jaccard(sets[a], sets[b]) >= threshold,
        cap,
        [(row, sorted(one)) for row, one in zip(given_rows, sets, strict=True)],
    )
    labels = coarser(definition.components(signatures.tolist(), BANDS), data)
    rule = Rule("exact", BANDS, HASHES, threshold, HASHES)
    found, info = run(signatures, labels, order, rule, cap, data, shingles)
    leader = {rows[row]: rows[first] for row, first in enumerate(expected)}
    assert found.leader.tolist() == [leader[row] for row in range(len(rows))]
    same = [leader[row] == row or definition.jaccard(shingles[row], shingles[leader[row]]) for row in range(len(rows))]
    assert found.similarity.tolist() == pytest.approx([float(one) for one in same], abs=6e-7)
    assert info == counts


@settings(max_examples=300, deadline=None)
@given(SIGNATURES, st.data(), st.sampled_from([2, 50]))
def test_without_verification_clusters_are_the_connected_components(signatures, data, cap):
    signatures = drawn(signatures, data)
    order = order_of(len(signatures), data)
    rows = in_order(order)
    expected = definition.components(signatures[rows].tolist(), BANDS)
    labels = coarser(definition.components(signatures.tolist(), BANDS), data)
    found, _ = run(signatures, labels, order, Rule("none", BANDS, HASHES, 0.72, 9), cap, data)
    leader = {rows[row]: rows[first] for row, first in enumerate(expected)}
    assert found.leader.tolist() == [leader[row] for row in range(len(rows))]
    shares = [definition.equal(signatures[row], signatures[leader[row]]) / HASHES for row in range(len(rows))]
    assert found.similarity.tolist() == [round(share, 6) for share in shares]


def test_a_component_of_documents_that_share_no_band_changes_nothing():
    # what a collision of keys does: it makes a candidate of what is none, here even of two that are alike
    signatures = np.tile(np.arange(HASHES, dtype=np.uint64), (2, 1))
    signatures[1, [0, 4, 8]] = 77  # one hash of each band
    keys = np.array([[0, 0], [0, 1]], np.uint64)
    for verify in ("sketch", "none"):
        found, info = decide(
            np.zeros(2, np.int64), Order(np.zeros(2), keys), [Block(signatures)], Rule(verify, BANDS, HASHES, 0.5, 6)
        )
        assert found.leader.tolist() == [0, 1]
        assert found.size.tolist() == [1, 1]
        assert info["comparisons"] == 0


def test_numbers_of_rows_that_differ_are_refused():
    order = Order(np.zeros(2), np.array([[0, 0], [0, 1]], np.uint64))
    rule, zeros = Rule("sketch", BANDS, HASHES, 0.5, 6), np.zeros(2, np.int64)
    for rows in (1, 3):
        with pytest.raises(ValueError, match=f"{rows} signatures for 2 documents"):
            decide(zeros, order, [Block(np.zeros((rows, HASHES), np.uint64))], rule)
    with pytest.raises(ValueError, match="3 components, 2 values, 2 keys"):
        decide(np.zeros(3, np.int64), order, [], rule)
    with pytest.raises(ValueError, match="must have 12 hashes, not the shape"):
        decide(zeros, order, [Block(np.zeros((2, 9), np.uint64))], rule)
    with pytest.raises(ValueError, match="2 rows are over the budget of 1: a scratch folder is needed"):
        decide(zeros, order, [], rule, budget=1)
    with pytest.raises(ValueError, match="verify: exact needs the shingles"):
        decide(zeros, order, [Block(np.zeros((2, HASHES), np.uint64))], rule._replace(verify="exact"))


@pytest.mark.parametrize("rows", [90, 150, 400])
@pytest.mark.parametrize("budget", [None, 60])
@pytest.mark.parametrize("cap", [30, 1_000])
def test_components_of_many_leaders_are_their_definition(rows, budget, cap, tmp_path):
    random = np.random.default_rng(rows)
    signatures = random.integers(0, 3, (rows, HASHES)).astype(np.uint64)
    copies = random.integers(0, rows, rows // 4)
    signatures[copies] = signatures[random.permutation(copies)]
    keys = np.stack([np.zeros(rows), np.arange(rows)], axis=1).astype(np.uint64)
    plain = signatures.tolist()
    expected, counts = definition.clusters(plain, BANDS, lambda a, b: definition.equal(plain[a], plain[b]) >= 8, cap)
    rule = Rule("sketch", BANDS, HASHES, 8 / HASHES, 8)
    order = Order(np.zeros(rows), keys)
    found, info = decide(np.zeros(rows, np.int64), order, [Block(signatures)], rule, cap, budget, tmp_path)
    assert len(set(expected)) > 40
    assert found.leader.tolist() == expected
    assert info == counts


@pytest.mark.parametrize("verify", ["sketch", "exact", "none"])
@pytest.mark.parametrize("generations", [None, np.zeros(0, np.int64)])
def test_no_documents(verify, generations):
    order = Order(np.zeros(0), np.zeros((0, 2), np.uint64), generations)
    found, info = decide(np.zeros(0, np.int64), order, [], Rule(verify, BANDS, HASHES, 0.5, 6))
    assert [len(column) for column in found] == [0, 0, 0]
    assert set(info.values()) == {0}
