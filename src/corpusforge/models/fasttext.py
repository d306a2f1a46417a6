"""fastText classifiers, read and run by ourselves: same labels and scores as the library, several times as fast.

The library takes one string per call; we go over the bytes of many texts, or of some windows of each, in one call. That
answers are the library's is tested against the package fasttext-predict.
"""

from pathlib import Path

import numpy as np

from corpusforge.errors import UserError
from corpusforge.models.classifier import Classifier, Found
from corpusforge.models.fasttext_file import read_fasttext
from corpusforge.models.fasttext_kernel import predict_spans
from corpusforge.models.fasttext_tables import compiled
from corpusforge.text.buffers import frozen


class FastTextModel(Classifier):
    """A loaded fastText classifier. A text without a known word, even an empty one, gets the labels that the model thinks
    likely of no words at all."""

    def __init__(self, name: str, path: Path) -> None:
        """Load the file. Raises UserError for a file that is missing or no fastText model."""
        if not path.is_file():
            raise UserError(f"{path}: no such file; it should be the fastText model '{name}'")
        file = read_fasttext(path)
        super().__init__(name, path, file.labels)
        self._model = compiled(file)

    def predict_spans(
        self, data: np.ndarray, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, k: int, threshold: float
    ) -> Found:
        """See `Classifier`."""
        return Found(*predict_spans(frozen(data), rows, starts, ends, k, threshold, self._model))
