from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dedup import definition

from corpusforge.dedup.components import components, partitions_of


@st.composite
def graphs(draw):
    documents = draw(st.integers(1, 40))
    number = st.integers(0, documents - 1)
    return documents, draw(st.lists(st.tuples(number, number), max_size=50))


@settings(max_examples=400, deadline=None)
@given(graphs(), st.integers(1, 45), st.integers(1, 5))
def test_labels_are_the_least_ids_whatever_the_blocks(graph, block, arrays):
    documents, pairs = graph
    edges = np.array(pairs, np.int64).reshape(-1, 2)
    touched = {number for pair in pairs for number in pair if pair[0] != pair[1]}
    expected = [label if row in touched else -1 for row, label in enumerate(definition.connected(documents, pairs))]
    with TemporaryDirectory() as folder:
        found = list(components(documents, np.array_split(edges, arrays), block, Path(folder)))
        assert not list(Path(folder).iterdir())  # nothing is left behind
    assert np.concatenate(found).tolist() == expected
    assert [len(labels) for labels in found[:-1]] == [block] * (len(found) - 1)


def test_a_path_through_all_blocks_in_the_worst_order(tmp_path):
    order = np.random.default_rng(5).permutation(3_000)
    edges = np.stack([order[:-1], order[1:]], axis=1)
    labels = np.concatenate(list(components(3_000, [edges], 70, tmp_path)))
    assert (labels == 0).all()


def test_partitions_keep_components_together_and_leave_lone_documents_out():
    labels = np.array([-1, 5, 900, 5, -1])
    found = partitions_of(labels, 8)
    assert (found[[0, 4]] == -1).all()
    assert found[1] == found[3]
    spread = np.bincount(partitions_of(np.arange(80_000), 8))
    assert spread.min() > 9_500


@pytest.mark.parametrize("pair", [[0, 9], [-1, 2]])
def test_an_edge_out_of_range_is_refused(pair):
    with pytest.raises(ValueError, match="an id outside 0 to 8"):
        list(components(9, [np.array([pair])], 10))


def test_a_folder_is_asked_for_when_it_is_needed():
    with pytest.raises(ValueError, match="9 documents do not fit a block of 8: a scratch folder is needed"):
        components(9, [], 8)
