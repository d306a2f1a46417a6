"""The forests' evaluation against the library that trains them, and the shipped file against what it declares."""

from pathlib import Path

import numpy as np
import pytest

from corpusforge.errors import UserError
from corpusforge.html.feature_names import FIRST_COUNT, NAMES
from corpusforge.html.features import features
from corpusforge.html.forest import Forest, model, probabilities, read_model, write_model
from corpusforge.html.model_file import MODEL
from corpusforge.html.scan import scan

STUMP = Forest(  # x[1] <= 0.5 ? (x[0] <= 2 ? -1 : 3) : 1; then a tree that is a leaf
    roots=np.array([0, -4], np.int32),
    column=np.array([1, 0], np.int16),
    limit=np.array([0.5, 2], np.float32),
    low=np.array([1, -1], np.int32),
    high=np.array([-3, -2], np.int32),
    leaf=np.array([-1, 3, 1, 0.25], np.float32),
)


def test_trees_by_hand() -> None:
    rows = np.array([[2, 0.5], [2.1, 0.5], [0, 0.6]], np.float32)
    expected = 1 / (1 + np.exp(-np.array([-0.75, 3.25, 1.25])))
    assert np.allclose(probabilities(STUMP, rows), expected, atol=1e-7)
    assert probabilities(STUMP, rows, np.array([True, False, True])).tolist()[1] == 0


def test_no_block_has_no_probability() -> None:
    page = scan("")
    assert probabilities(model().first, features(page)).shape == (0,)


def test_the_shipped_model_is_the_one_it_declares() -> None:
    found = read_model(MODEL)  # raises when the checksum is another
    assert MODEL.stat().st_size < 500_000
    assert found.about["held_out"] == "sites whose xxh64(site, seed 2) % 4 == 0"
    for forest, columns in ((found.first, FIRST_COUNT), (found.second, len(NAMES))):
        assert forest.column.min() >= 0 and forest.column.max() < columns
        children = np.concatenate([forest.roots, forest.low, forest.high])
        inner, leaves = children[children >= 0], -1 - children[children < 0]
        assert sorted(inner) == list(range(len(forest.column))) and sorted(leaves) == list(range(len(forest.leaf)))
        assert (forest.low > np.arange(len(forest.low)))[forest.low >= 0].all()  # no cycle


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "blocks.model"
    write_model(path, STUMP, STUMP, 0.5, {})
    assert read_model(path).threshold == 0.5
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match="extraction model"):
        read_model(path)
    path.write_bytes(b"")
    with pytest.raises(UserError, match=r"blocks\.model"):
        read_model(path)


def test_as_the_training_library_predicts() -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="training needs the extra 'train'")
    from tools.train_extractor import SETTINGS, flat

    rng = np.random.default_rng(4)
    rows = rng.normal(size=(3_000, 12)).astype(np.float32).round(2)
    target = 1 / (1 + np.exp(-rows[:, 0] * 3 + rows[:, 1] * rows[:, 2]))
    booster = lightgbm.train(SETTINGS | {"min_data_in_leaf": 5}, lightgbm.Dataset(rows, target), 40)
    unseen = rng.normal(size=(2_000, 12)).astype(np.float32).round(2)
    assert np.allclose(probabilities(flat(booster), unseen), booster.predict(unseen), atol=1e-6)
