"""Two boosted forests that say which blocks are main text: their file, and their evaluation.

The second forest sees what the first said of a block's surroundings (features.py), as in Kohlschütter, Fankhauser and
Nejdl (Boilerplate Detection using Shallow Text Features, WSDM 2010) neighbours decide with a block, and as stacking
does it (Wolpert, Neural Networks 5, 1992). The file holds numbers alone, no text of any page.
"""

import hashlib
import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from corpusforge.errors import UserError
from corpusforge.html.feature_names import FIRST_COUNT, NAMES
from corpusforge.html.kernel import kernel
from corpusforge.html.model_file import MODEL
from corpusforge.text.buffers import frozen

_FIELDS = {"roots": "<i4", "column": "<i2", "limit": "<f4", "low": "<i4", "high": "<i4", "leaf": "<f4"}
_AT_ONCE = 16  # blocks whose features stay in the first cache while all trees pass


class Forest(NamedTuple):
    """Trees as flat arrays.

    roots: int32[trees], the node each begins with; negative: a leaf, as children. A block goes to `low` where its
    feature `column` is at most `limit`, else to `high`; child -1-i is leaf i. The sum of the leaves is the log-odds.
    """

    roots: np.ndarray
    column: np.ndarray
    limit: np.ndarray
    low: np.ndarray
    high: np.ndarray
    leaf: np.ndarray


class Model(NamedTuple):
    """Both forests, the probability from which on a block is kept, and what the file says of its training."""

    first: Forest
    second: Forest
    threshold: float
    about: dict[str, Any]


def write_model(path: Path, first: Forest, second: Forest, threshold: float, about: dict[str, Any]) -> None:
    """Write a model file: one line of JSON, then the arrays, compressed."""
    arrays = {f"{name}.{field}": array for name, one in (("first", first), ("second", second)) for field, array in
              one._asdict().items()}  # fmt: skip
    data = b"".join(array.astype(_FIELDS[name.split(".")[1]]).tobytes() for name, array in arrays.items())
    head = {
        "format": 1,
        "threshold": threshold,
        "about": about,
        "features": list(NAMES),
        "first_features": FIRST_COUNT,
        "arrays": [[name, len(array)] for name, array in arrays.items()],
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    path.write_bytes(json.dumps(head, separators=(",", ":")).encode() + b"\n" + zlib.compress(data, 9))


def read_model(path: Path) -> Model:
    """A model from its file. Raises UserError when it is damaged or made for other features."""
    try:
        line, _, packed = path.read_bytes().partition(b"\n")
        head = json.loads(line)
        data = zlib.decompress(packed)
    except (OSError, ValueError, zlib.error) as error:
        raise UserError(f"{path}: no extraction model: {error}; install corpusforge again") from None
    if head.get("sha256") != hashlib.sha256(data).hexdigest():
        raise UserError(f"{path}: the extraction model is not what it says it is; install corpusforge again")
    if head["features"] != list(NAMES) or head["first_features"] != FIRST_COUNT:
        raise UserError(f"{path}: made for other features; train it anew: python -m tools.train_extractor --data DIR")
    parts: dict[str, dict[str, np.ndarray]] = {"first": {}, "second": {}}
    at = 0
    for name, length in head["arrays"]:
        forest, field = name.split(".")
        kind = np.dtype(_FIELDS[field])
        parts[forest][field] = frozen(np.frombuffer(data, kind, length, at))
        at += length * kind.itemsize
    return Model(Forest(**parts["first"]), Forest(**parts["second"]), head["threshold"], head["about"])


@cache
def model() -> Model:
    """The model that is shipped."""
    return read_model(MODEL)


def probabilities(forest: Forest, features: np.ndarray, asked: np.ndarray | None = None) -> np.ndarray:
    """float32[blocks]: how probably each block is main text; 0 for those that `asked` (bool[blocks]) leaves out.

    `features` as features.py has them. Sums are made tree by tree in double precision: equal on every machine.
    """
    odds = np.zeros(len(features))
    asked = np.ones(len(features), np.bool_) if asked is None else asked
    _add_leaves(features, asked, odds, *forest)
    return np.where(asked, 1 / (1 + np.exp(-odds)), 0).astype(np.float32)


@kernel
def _add_leaves(features, asked, odds, roots, column, limit, low, high, leaf):  # type: ignore[no-untyped-def]
    count = len(features)
    for first in range(0, count, _AT_ONCE):
        last = min(count, first + _AT_ONCE)
        for tree in range(len(roots)):
            for block in range(first, last):
                if not asked[block]:
                    continue
                node = roots[tree]
                while node >= 0:
                    node = low[node] if features[block, column[node]] <= limit[node] else high[node]
                odds[block] += leaf[-1 - node]
