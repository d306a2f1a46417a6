"""Reading fastText model files (.bin and .ftz, versions 11 and 12) into arrays, without the library.

The layout is that of fastText 0.9.2: `FastText::saveModel`, `Args::save`, `Dictionary::save`, `DenseMatrix::save`,
`QuantMatrix::save`, `ProductQuantizer::save`. A dense matrix stays on disk, memory-mapped; a quantised one is small and
is multiplied out once.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit

from corpusforge.errors import UserError

HIERARCHICAL, NEGATIVE, SOFTMAX, ONE_VS_ALL = 1, 2, 3, 4
_MAGIC, _VERSIONS, _SUPERVISED = 793712314, (11, 12), 3
_CENTROIDS = 256
LABEL = b"__label__"


@dataclass(frozen=True)
class FastTextFile:
    """A supervised model. Words and labels are entries 0..nwords-1 and nwords.. of the dictionary.

    data: the file, uint8. word_starts, word_ends: int64, spans of the entries in `data`.
    buckets: int32[bucket], row of the input matrix for each n-gram hash, -1 where it was pruned away; empty: n-gram h
    has row nwords + h. input: float32[rows, dim]. output: float32[labels, dim]; hierarchical softmax: one row per
    inner node of the tree. counts: int64[labels].
    """

    data: np.ndarray
    loss: int
    least: int  # characters of an n-gram
    most: int
    word_ngrams: int
    bucket: int
    words: int
    labels: tuple[str, ...]
    counts: np.ndarray
    word_starts: np.ndarray
    word_ends: np.ndarray
    buckets: np.ndarray
    input: np.ndarray
    output: np.ndarray


def read_fasttext(path: Path) -> FastTextFile:
    """Read a model file. Raises UserError for a file that is no supervised fastText model."""
    try:
        with path.open("rb") as file:
            data = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
        return _read(_Cursor(data))
    except (ValueError, IndexError, struct.error, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a fastText model ({error})") from None


class _Cursor:
    """Values of the file, one after another."""

    def __init__(self, data: np.ndarray) -> None:
        self.data, self.at = data, 0

    def take(self, kind: str, count: int = 1) -> np.ndarray:
        """`count` values of a little-endian type, as a view."""
        size = np.dtype(kind).itemsize * count
        if count < 0 or self.at + size > len(self.data):
            raise ValueError("it ends early")
        values = self.data[self.at : self.at + size].view(kind)
        self.at += size
        return values

    def number(self, kind: str) -> int:
        return int(self.take(kind)[0])


def _read(file: _Cursor) -> FastTextFile:
    if file.number("<i4") != _MAGIC:
        raise ValueError("it does not begin like one")
    version = file.number("<i4")
    if version not in _VERSIONS:
        raise ValueError(f"version {version}")
    dim, _, _, _, _, word_ngrams, loss, model, bucket, least, most, _ = (int(n) for n in file.take("<i4", 12))
    file.take("<f8")
    if model != _SUPERVISED:
        raise ValueError("it holds word vectors, no classifier")
    if loss not in (HIERARCHICAL, NEGATIVE, SOFTMAX, ONE_VS_ALL):
        raise ValueError(f"loss {loss}")
    if bucket <= 0 and (most > 0 or word_ngrams > 1):
        raise ValueError("it has n-grams and no room for them")
    if version == 11:
        most = 0  # as the library has it
    size, words, labels = (int(n) for n in file.take("<i4", 3))
    file.take("<i8")
    pruned = file.number("<i8")
    starts, ends, counts, file.at = _entries(file.data, file.at, size)
    if file.at < 0 or words + labels != size or labels < 1:
        raise ValueError("its dictionary is damaged")
    names = [file.data[starts[i] : ends[i]].tobytes().removeprefix(LABEL).decode() for i in range(words, size)]
    buckets = np.zeros(0, np.int32)
    if pruned >= 0:
        pairs = file.take("<i4", 2 * pruned).reshape(-1, 2)
        buckets = np.full(bucket, -1, np.int32)
        buckets[pairs[:, 0]] = words + pairs[:, 1]
    quantised = bool(file.number("u1"))
    matrix = _quantised(file) if quantised else _dense(file)
    output = _quantised(file) if file.number("u1") and quantised else _dense(file)
    if matrix.shape[1] != dim or output.shape != (labels, dim):
        raise ValueError("its matrices do not fit its dictionary")
    if (buckets.max(initial=-1) if pruned >= 0 else words + bucket - 1) >= len(matrix):
        raise ValueError("its matrices do not fit its dictionary")
    return FastTextFile(
        file.data, loss, least, most, word_ngrams, bucket, words, tuple(names), counts[words:], starts, ends, buckets,
        matrix, np.ascontiguousarray(output),
    )  # fmt: skip


def _dense(file: _Cursor) -> np.ndarray:
    rows, dim = (int(n) for n in file.take("<i8", 2))
    return file.take("<f4", rows * dim).reshape(rows, dim)


def _quantised(file: _Cursor) -> np.ndarray:
    """A product-quantised matrix multiplied out, in the library's float32 arithmetic."""
    has_norm = bool(file.number("u1"))
    rows, _ = (int(n) for n in file.take("<i8", 2))
    codes = file.take("u1", file.number("<i4")).reshape(rows, -1)
    matrix = _vectors(file, codes)
    if has_norm:
        norms = file.take("u1", rows)
        matrix *= _vectors(file, norms.reshape(rows, 1))
    return matrix


def _vectors(file: _Cursor, codes: np.ndarray) -> np.ndarray:
    """What a product quantiser makes of codes[rows, parts]: float32[rows, dim]."""
    dim, parts, width, last = (int(n) for n in file.take("<i4", 4))
    centroids = file.take("<f4", dim * _CENTROIDS)
    pieces = []
    for part in range(parts):
        own = last if part == parts - 1 else width
        first = part * _CENTROIDS * width
        pieces.append(centroids[first : first + _CENTROIDS * own].reshape(_CENTROIDS, own)[codes[:, part]])
    return np.ascontiguousarray(np.concatenate(pieces, axis=1))


@njit(cache=True)
def _entries(data: np.ndarray, at: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Spans and counts of the dictionary's entries, and where they end; -1 there: the file ends early."""
    starts, ends = np.zeros(count, np.int64), np.zeros(count, np.int64)
    counts = np.zeros(count, np.int64)
    for entry in range(count):
        starts[entry] = at
        while at < len(data) and data[at] != 0:
            at += 1
        ends[entry] = at
        if at + 10 > len(data):
            return starts, ends, counts, -1
        for byte in range(8):
            counts[entry] |= np.int64(data[at + 1 + byte]) << (8 * byte)
        at += 10
    return starts, ends, counts, at
