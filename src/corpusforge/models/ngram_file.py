"""The file of an n-gram classifier: a line that says what it is, a line of JSON, and arrays, each 64 bytes aligned.

The same training gives the same bytes: no times, no paths.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpusforge.errors import UserError

MAGIC = b"corpusforge n-gram classifier 1\n"
_ALIGNED = 64
_ARRAYS = {
    "numbers": "<i8",
    "rows": "<i4",
    "offsets": "<i8",
    "labels": "<u2",
    "weights": "u1",
    "dense": "u1",
    "rest": "<f8",
    "scale": "<f8",
}


@dataclass(frozen=True)
class NgramFile:
    """A classifier. `labels`: names. `arrays`: of `ngram_kernel.Table`, by name. `card`: what was said of it when it was
    made (plain data)."""

    labels: tuple[str, ...]
    arrays: dict[str, np.ndarray]
    card: dict[str, Any]


def is_ngram_file(path: Path) -> bool:
    """Whether a file begins like one."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def write_ngram_file(path: Path, model: NgramFile) -> None:
    """Write the file."""
    shapes = {name: list(model.arrays[name].shape) for name in _ARRAYS}
    head = {"labels": model.labels, "arrays": shapes, "card": model.card}
    data = bytearray(MAGIC + json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    for name, kind in _ARRAYS.items():
        data += b"\0" * (-len(data) % _ALIGNED)
        data += np.ascontiguousarray(model.arrays[name].astype(kind)).tobytes()
    path.write_bytes(data)


def read_ngram_file(path: Path) -> NgramFile:
    """Read a file; the arrays stay on disk until they are used. Raises UserError for a file that is none, or is cut."""
    try:
        data: np.ndarray = np.memmap(path, np.uint8, "r")
        if data[: len(MAGIC)].tobytes() != MAGIC:
            raise ValueError("it does not begin like one")
        with path.open("rb") as file:
            file.seek(len(MAGIC))
            head = json.loads(file.readline())
            at = file.tell()
        arrays = {}
        for name, kind in _ARRAYS.items():
            at += -at % _ALIGNED
            shape = head["arrays"][name]
            size = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
            if at + size > len(data):
                raise ValueError("it ends early")
            arrays[name] = np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at).reshape(shape)
            at += size
        if not _fits(len(head["labels"]), arrays):
            raise ValueError("its arrays do not fit one another")
        return NgramFile(tuple(head["labels"]), arrays, head["card"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: not an n-gram classifier ({error})") from None


def _fits(labels: int, arrays: dict[str, np.ndarray]) -> bool:
    """Whether every number in the arrays points into another."""
    least, most, bits = (int(number) for number in arrays["numbers"])
    offsets = arrays["offsets"]
    return bool(
        0 < least <= most <= 8
        and 0 < bits <= 28
        and len(arrays["rest"]) == labels > 0
        and len(arrays["scale"]) == 3
        and len(arrays["rows"]) == 1 << bits == len(offsets) - 1
        and arrays["dense"].shape[1:] == (labels,)
        and arrays["rows"].max() < len(arrays["dense"])
        and offsets[0] == 0
        and (np.diff(offsets) >= 0).all()
        and offsets[-1] == len(arrays["labels"]) == len(arrays["weights"])
        and arrays["labels"].max(initial=0) < labels
    )
