"""Language identification: a model's label and the text's own script together decide the language-script.

Rules, in this order:

1. A text without letters has no language, whatever the model says.
2. A label that carries its script (GlotLID's `pan_Guru`) means the language-script that is configured for it.
3. A label without a script (lid.176's `pa`) is paired with the script of most letters of the text. If the
   label is configured for that script (`pa` and Guru: pan_Guru), that is the language-script. Japanese text
   may consist of Han characters alone: Jpan accepts Hani.
4. Otherwise, if the label's language is configured in that script (`hi` and Latn: hin_Latn), that is it: the
   model saw the right words, in a script it was hardly trained on, so its score will be low.
5. Otherwise the language is null, and the label is kept, so that nothing is lost.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpusforge.errors import UserError
from corpusforge.language_index import entries
from corpusforge.models.fasttext import FastTextModel, Prediction, load_model, model_checksum
from corpusforge.text.scripts import scripts

__all__ = ["Identifier", "LabelMap", "identify", "label_map", "labels_checksum", "model_checksum"]

MODELS = ("lid176", "glotlid")
SCORE_DECIMALS = 6
MIN_TOP_SCORE = 0.01  # labels above this stand in `top_langs`, as in FineWeb2

SCHEMA = pa.schema(
    [
        pa.field("language", pa.large_string()),  # ISO 639-3
        pa.field("language_script", pa.large_string()),  # ISO 15924; null when the language is
        pa.field("language_score", pa.float64()),  # of the best label
        pa.field("top_langs", pa.large_string()),  # JSON: {language-script or raw label: score}, best first
        pa.field("label", pa.large_string()),  # the best label as the model said it
        pa.field("script", pa.large_string()),  # the script of most letters
    ]
)

_CARRIES_SCRIPT = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}")
_ALSO_WRITTEN_IN = {"Jpan": "Hani"}


@dataclass(frozen=True)
class LabelMap:
    """What a model's labels mean: label -> {script: language-script}, and all configured language-scripts."""

    model: str
    languages: Mapping[str, Mapping[str, str]]
    configured: frozenset[str]

    def code(self, label: str, script: str | None) -> str | None:
        """The language-script of a label and the text's script (None: no letters), by the rules above."""
        if script is None:
            return None
        known = self.languages.get(label, {})
        if _CARRIES_SCRIPT.fullmatch(label):
            return next(iter(known.values()), None)
        if script in known:
            return known[script]
        language = next((code[:3] for code in known.values()), None)
        return f"{language}_{script}" if f"{language}_{script}" in self.configured else None


@lru_cache
def label_map(model: str, folder: Path | None = None) -> LabelMap:
    """The label map of one of MODELS, from `folder` or the packaged language files. Raises UserError."""
    if model not in MODELS:
        raise UserError(f"unknown language identification model '{model}'; write {' or '.join(MODELS)}")
    languages: dict[str, dict[str, str]] = {}
    index = entries(folder)
    for entry in index:
        if (label := getattr(entry, model)) is not None:
            script = entry.code[4:]
            languages.setdefault(label, {})[script] = entry.code
            if script in _ALSO_WRITTEN_IN:
                languages[label].setdefault(_ALSO_WRITTEN_IN[script], entry.code)
    return LabelMap(model, languages, frozenset(entry.code for entry in index))


@lru_cache
def labels_checksum(model: str) -> str:
    """XXH3-128, as hex, of what a model's labels mean: results depend on it. Raises UserError."""
    labels = label_map(model)
    meaning = [labels.languages, sorted(labels.configured)]
    return xxhash.xxh3_128_hexdigest(json.dumps(meaning, sort_keys=True).encode())


class Identifier:
    """Identification by a named model, opened once per worker. Raises UserError without the model."""

    def __init__(self, model: str, path: str | None = None) -> None:
        self._model = load_model(model, path)
        self._labels = label_map(model)

    def __call__(self, texts: pa.LargeStringArray) -> pa.Table:
        """See `identify`."""
        return identify(texts, self._model, self._labels)


def identify(texts: pa.LargeStringArray, model: FastTextModel, labels: LabelMap) -> pa.Table:
    """Language, script and scores of each text: a table of SCHEMA with n rows.

    Scores are the model's probabilities rounded to SCORE_DECIMALS. A null or empty text has nulls throughout.
    Row i depends on text i only.
    """
    own_scripts = scripts(texts).to_pylist()
    rows = [
        _row(_predict(model, text), script, labels)
        for text, script in zip(pc.fill_null(texts, "").to_pylist(), own_scripts, strict=True)
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def _predict(model: FastTextModel, text: str) -> list[Prediction]:
    if not text:
        return []
    return model.predict([text], k=-1, threshold=MIN_TOP_SCORE)[0] or model.predict([text])[0]


def _row(predictions: list[Prediction], script: str | None, labels: LabelMap) -> dict[str, Any]:
    if not predictions:
        return {"script": script}
    best = predictions[0]
    code = labels.code(best.label, script)
    top: dict[str, float] = {}
    for label, score in predictions:
        if score > MIN_TOP_SCORE:
            top.setdefault(labels.code(label, script) or label, round(score, SCORE_DECIMALS))
    return {
        "language": code and code[:3],
        "language_script": code and code[4:],
        "language_score": round(best.score, SCORE_DECIMALS),
        "top_langs": json.dumps(top, separators=(",", ":")),
        "label": best.label,
        "script": script,
    }
