"""The n-gram classifier that `corpusforge train lid` makes: naive Bayes over hashed character n-grams.

A label's score is the log likelihood of the text's n-grams under what was counted for the label in training; the
probabilities are those scores brought down by a factor that falls with length, since n-grams of one text are not
independent, and made to add up to one (see `lid/train.py`).
"""

from pathlib import Path

import numpy as np

from corpusforge.errors import UserError
from corpusforge.models.classifier import Classifier, Found
from corpusforge.models.ngram_features import characters
from corpusforge.models.ngram_file import NgramFile, read_ngram_file
from corpusforge.models.ngram_kernel import Table, log_likelihoods, predict_rows
from corpusforge.text.buffers import frozen


def table_of(file: NgramFile) -> Table:
    """What the kernel needs of a file."""
    return Table(**{name: frozen(array) for name, array in file.arrays.items()}, **characters()._asdict())


class NgramModel(Classifier):
    """A loaded n-gram classifier. `card`: what was said of it when it was trained."""

    def __init__(self, name: str, path: Path) -> None:
        """Load the file. Raises UserError for a file that is missing or of another kind."""
        if not path.is_file():
            raise UserError(f"{path}: no such file; it should be the model '{name}'")
        file = read_ngram_file(path)
        super().__init__(name, path, file.labels)
        self.card = file.card
        self._model = table_of(file)

    def predict_spans(
        self, data: np.ndarray, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, k: int, threshold: float
    ) -> Found:
        """See `Classifier`. A text without letters has no labels."""
        return Found(*predict_rows(frozen(data), rows, starts, ends, k, threshold, self._model))

    def log_likelihoods(
        self, data: np.ndarray, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Of each row under each label, float64[n, labels], and how many n-grams it has, int64[n]."""
        return log_likelihoods(frozen(data), rows, starts, ends, self._model)
