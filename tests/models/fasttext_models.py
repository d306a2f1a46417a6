"""fastText model files with random weights, written by hand after the layout of fastText 0.9.2."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HIERARCHICAL, SOFTMAX, ONE_VS_ALL = 1, 3, 4


@dataclass(frozen=True)
class Shape:
    """What a random model is like. `kept`: share of n-grams that pruning left; None: not pruned."""

    loss: int = SOFTMAX
    least: int = 2
    most: int = 4
    word_ngrams: int = 1
    dim: int = 5
    labels: int = 7
    bucket: int = 300
    kept: float | None = None
    words: tuple[str, ...] = ("</s>", "ਹੈ", "the", "and", "на", "の", "__x")


def write_model(path: Path, shape: Shape, seed: int) -> Path:
    """Write the file. The input matrix of a pruned model is quantised, as the library demands; all else is dense."""
    random = np.random.default_rng(seed)
    counts = sorted((int(n) for n in random.integers(1, 1000, shape.labels)), reverse=True)
    entries = [(word, 5, 0) for word in shape.words]
    entries += [(f"__label__{number}", count, 1) for number, count in enumerate(counts)]
    pruned = np.flatnonzero(random.random(shape.bucket) < shape.kept) if shape.kept is not None else None
    rows = len(shape.words) + (shape.bucket if pruned is None else len(pruned))
    bucket = shape.bucket if shape.most or shape.word_ngrams > 1 else 0
    data = struct.pack("<2i", 793712314, 12)
    data += struct.pack(
        "<12id", shape.dim, 5, 5, 1, 5, shape.word_ngrams, shape.loss, 3, bucket, shape.least, shape.most, 100, 1e-4
    )
    size = -1 if pruned is None else len(pruned)
    data += struct.pack("<3i2q", len(entries), len(shape.words), shape.labels, 1000, size)
    for word, count, kind in entries:
        data += word.encode() + b"\0" + struct.pack("<qb", count, kind)
    for row, gram in enumerate([] if pruned is None else pruned):
        data += struct.pack("<2i", gram, row)
    data += _dense(random, rows, shape.dim) if pruned is None else _quantised(random, rows, shape.dim)
    path.write_bytes(data + _dense(random, shape.labels, shape.dim))
    return path


def _dense(random: np.random.Generator, rows: int, dim: int) -> bytes:
    matrix = random.normal(0, 1, (rows, dim)).astype("<f4")
    return struct.pack("<?2q", False, rows, dim) + matrix.tobytes()


def _quantised(random: np.random.Generator, rows: int, dim: int) -> bytes:
    parts = -(-dim // 2)
    codes = random.integers(0, 256, rows * parts, np.uint8)
    data = struct.pack("<??2qi", True, True, rows, dim, len(codes)) + codes.tobytes()
    data += struct.pack("<4i", dim, parts, 2, dim - 2 * (parts - 1))
    data += random.normal(0, 1, dim * 256).astype("<f4").tobytes()
    norms = random.integers(0, 256, rows, np.uint8)
    return data + norms.tobytes() + struct.pack("<4i", 1, 1, 1, 1) + random.normal(1, 1, 256).astype("<f4").tobytes()


def write_word_model(path: Path, words: dict[str, str], sure: float = 5.0) -> Path:
    """A real model file whose answer can be worked out by hand: one dimension per label, each word's vector points along
    that of its label, no n-grams, softmax. The mean of the words' vectors times `sure` goes through the softmax."""
    labels = sorted(set(words.values()))
    entries = [(word, 5, 0) for word in words] + [(f"__label__{label}", 1, 1) for label in labels]
    data = struct.pack("<2i", 793712314, 12)
    data += struct.pack("<12id", len(labels), 5, 5, 1, 5, 1, SOFTMAX, 3, 0, 0, 0, 100, 1e-4)
    data += struct.pack("<3i2q", len(entries), len(words), len(labels), 1000, -1)
    for word, count, kind in entries:
        data += word.encode() + b"\0" + struct.pack("<qb", count, kind)
    matrix = np.array([[label == own for label in labels] for own in words.values()], "<f4")
    data += struct.pack("<?2q", False, *matrix.shape) + matrix.tobytes()
    output = np.eye(len(labels), dtype="<f4") * np.float32(sure)
    path.write_bytes(data + struct.pack("<?2q", False, *output.shape) + output.tobytes())
    return path
