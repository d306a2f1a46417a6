"""What every classifier of texts answers, whatever its file is like."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpusforge.models.model_files import file_checksum


class Prediction(NamedTuple):
    """A label, without fastText's `__label__`, and its probability (float32 arithmetic: up to 1.00005)."""

    label: str
    score: float


class Found(NamedTuple):
    """Row i has labels[offsets[i]:offsets[i + 1]] (int32, numbers of labels), best first, and their scores."""

    offsets: np.ndarray
    labels: np.ndarray
    scores: np.ndarray


class Classifier(ABC):
    """A loaded classifier. `name` is what it was asked for as, `path` the model file; `labels` without
    `__label__`."""

    def __init__(self, name: str, path: Path, labels: tuple[str, ...]) -> None:
        self.name, self.path, self.labels = name, path, labels

    @property
    def sha256(self) -> str:
        """Checksum of the model file, as hex: what results depend on."""
        return file_checksum(self.path)

    def predict(self, texts: Iterable[str], k: int = 1, threshold: float = 0.0) -> list[list[Prediction]]:
        """The `k` most probable labels of each text (-1: all) with a probability of at least `threshold`,
        best first; where none has it, the best alone.

        White space of any kind separates words: a text is one line.
        """
        encoded = [text.encode() for text in texts]
        ends = np.cumsum([len(text) for text in encoded], dtype=np.int64)
        starts = ends - np.array([len(text) for text in encoded], np.int64)
        data = np.frombuffer(b"".join(encoded), np.uint8)
        found = self.predict_spans(data, np.arange(len(encoded) + 1), starts, ends, max(k, 0), threshold)
        pairs = [
            Prediction(self.labels[label], score)
            for label, score in zip(found.labels.tolist(), found.scores.tolist(), strict=True)
        ]
        return [pairs[first:last] for first, last in pairwise(found.offsets.tolist())]

    @abstractmethod
    def predict_spans(
        self, data: np.ndarray, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, k: int, threshold: float
    ) -> Found:
        """The labels of each row, which is the line made of some spans of `data`; see `predict`.

        data: uint8, UTF-8. starts, ends: int64, half-open spans. rows: int64[n + 1], row i has the spans
        rows[i]:rows[i + 1]. k: 0 for all labels.
        """
