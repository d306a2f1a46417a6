"""Classifiers by name or path, loaded once per process; and what their files say without loading them."""

from functools import lru_cache

from corpusforge.errors import UserError
from corpusforge.models.classifier import Classifier
from corpusforge.models.fasttext import FastTextModel
from corpusforge.models.fasttext_file import read_fasttext
from corpusforge.models.model_files import model_path
from corpusforge.models.ngram import NgramModel
from corpusforge.models.ngram_file import is_ngram_file, read_ngram_file


@lru_cache
def load_model(name: str, path: str | None = None) -> Classifier:
    """A classifier by name, or by the path of its file: fastText's, or one that `corpusforge train lid` made. See
    `model_path`. Raises UserError."""
    file = model_path(name, path)
    if file.is_file() and is_ngram_file(file):
        return NgramModel(name, file)
    return FastTextModel(name, file)


@lru_cache
def model_labels(name: str, path: str | None = None) -> tuple[str, ...]:
    """The labels of a model's file, without `__label__`. Raises UserError."""
    file = model_path(name, path)
    if not file.is_file():
        raise UserError(f"{file}: no such file; it should be the model '{name}'")
    return read_ngram_file(file).labels if is_ngram_file(file) else read_fasttext(file).labels
