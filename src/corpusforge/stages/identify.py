"""Language identification: a model's label and the text's own script together decide (models/labels.py says how)."""

import json
from typing import Any

import numpy as np
import pyarrow as pa

from corpusforge.models.classifier import Classifier
from corpusforge.models.labels import LabelMap, label_map
from corpusforge.models.load import load_model
from corpusforge.text.buffers import Utf8, utf8
from corpusforge.text.scripts import scripts
from corpusforge.text.windows import windows

SCORE_DECIMALS = 6
FIRST_LOOK = 1 / 8  # share of the sample that most texts need
FIRST_WINDOWS, SAMPLE_WINDOWS = 4, 8
SURE = 0.9
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


class Identifier:
    """Identification by a named model, opened once per worker. Raises UserError without the model."""

    def __init__(
        self, model: str, path: str | None = None, sample: int | None = None, mapping: str | None = None
    ) -> None:
        """`sample`: bytes of a text that are looked at; None: all. `mapping`: see `label_map`."""
        self._model = load_model(model, path)
        self._labels = label_map(model, path, mapping)
        self._sample = sample

    def __call__(self, texts: pa.LargeStringArray) -> pa.Table:
        """See `identify`."""
        return identify(texts, self._model, self._labels, self._sample)


def identify(texts: pa.LargeStringArray, model: Classifier, labels: LabelMap, sample: int | None = None) -> pa.Table:
    """Language, script and scores of each text: a table of SCHEMA with n rows.

    Scores are the model's probabilities rounded to SCORE_DECIMALS. A null or empty text has nulls throughout. With
    `sample`, labels and scores are those of a part of longer texts (see `_predicted`); the script is that of the whole.
    Row i depends on text i only.
    """
    text = utf8(texts)
    firsts, lasts, found, scores = _predicted(text, model, sample)
    meaning = _Meaning(model.labels, labels)
    rows = [
        meaning.row(found[first:last], scores[first:last], script)
        for first, last, script in zip(firsts, lasts, scripts(texts).to_pylist(), strict=True)
    ]
    columns: Any = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


def _predicted(
    text: Utf8, model: Classifier, sample: int | None
) -> tuple[list[int], list[int], list[int], list[float]]:
    """(firsts, lasts, labels, scores): row i has the items firsts[i]:lasts[i], best first; an empty text has none.

    With a `sample`, the first look is at FIRST_LOOK of it, in FIRST_WINDOWS places. A label that it gives at least
    SURE is the answer; else SAMPLE_WINDOWS places are read, `sample` bytes together.
    """
    size = sample and int(sample * FIRST_LOOK)
    looked = model.predict_spans(text.data, *windows(text, size, FIRST_WINDOWS), 0, MIN_TOP_SCORE)
    lengths = np.diff(text.offsets)
    firsts, lasts = looked.offsets[:-1].copy(), looked.offsets[1:].copy()
    lasts[lengths == 0] = firsts[lengths == 0]
    found, scores = looked.labels, looked.scores
    if size is not None:
        best = np.zeros(len(lengths))
        best[lasts > firsts] = scores[firsts[lasts > firsts]]
        unsure = np.flatnonzero((lengths > size) & (best < SURE))
        again = model.predict_spans(text.data, *windows(text, sample, SAMPLE_WINDOWS, unsure), 0, MIN_TOP_SCORE)
        firsts[unsure], lasts[unsure] = again.offsets[:-1] + len(found), again.offsets[1:] + len(found)
        found, scores = np.concatenate([found, again.labels]), np.concatenate([scores, again.scores])
    return firsts.tolist(), lasts.tolist(), found.tolist(), scores.tolist()


class _Meaning:
    """Rows of SCHEMA from labels, scores and script; what a label means in a script is looked up once."""

    def __init__(self, names: tuple[str, ...], labels: LabelMap) -> None:
        self._names, self._labels = names, labels
        self._codes: dict[tuple[int, str | None], tuple[str | None, str]] = {}

    def _code(self, label: int, script: str | None) -> tuple[str | None, str]:
        """The language-script or None; and its name, or else the label, as a JSON string."""
        if (label, script) not in self._codes:
            code = self._labels.code(self._names[label], script)
            self._codes[label, script] = (code, json.dumps(code or self._names[label]))
        return self._codes[label, script]

    def row(self, found: list[int], scores: list[float], script: str | None) -> tuple[Any, ...]:
        """Values in the order of SCHEMA; `found` are numbers of labels, best first."""
        if not found:
            return (None, None, None, None, None, script)
        code, name = self._code(found[0], script)
        score = round(scores[0], SCORE_DECIMALS)
        top = {name: score} if scores[0] > MIN_TOP_SCORE else {}
        for label, other in zip(found[1:], scores[1:], strict=True):
            if other > MIN_TOP_SCORE:
                top.setdefault(self._code(label, script)[1], round(other, SCORE_DECIMALS))
        listed = "{" + ",".join([f"{one}:{value!r}" for one, value in top.items()]) + "}"
        return (code and code[:3], code and code[4:], score, listed, self._names[found[0]], script)
