"""What a model's labels mean: which language-script a label and the text's script are, together.

1. A text without letters has no language, whatever the model says.
2. A label that carries its script (GlotLID's `pan_Guru`) means the language-script that is configured for it.
3. A label without a script (lid.176's `pa`) is paired with the script of most letters of the text. If the label is
   configured for that script (`pa` and Guru: pan_Guru), that is the language-script. Japanese text may consist of Han
   characters alone: Jpan accepts Hani.
4. Otherwise, if the label's language is configured in that script (`hi` and Latn: hin_Latn), that is it: the model saw the
   right words, in a script it was hardly trained on, so its score will be low.
5. Otherwise there is no language, and the label is kept, so that nothing is lost.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import xxhash

from corpusforge.errors import UserError
from corpusforge.language_index import entries

MODELS = ("lid176", "glotlid")

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

    def pairs_of(self, code: str) -> list[tuple[str, str]]:
        """(label, script) that mean a language-script: of the scripts its own, and what else it is written in."""
        own = [one for one in (code[4:], _ALSO_WRITTEN_IN.get(code[4:])) if one is not None]
        return [(label, script) for label in self.languages for script in own if self.code(label, script) == code]


@lru_cache
def label_map(model: str, folder: Path | None = None) -> LabelMap:
    """The label map of one of MODELS, from `folder` or the packaged language files. Raises UserError."""
    if model not in MODELS:
        raise UserError(f"unknown language identification model '{model}'; write {' or '.join(MODELS)}")
    languages: dict[str, dict[str, str]] = {}
    index = entries(folder)
    for entry in index:
        script = entry.code[4:]
        for label in entry.labels(model):
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


@lru_cache
def names_checksum() -> str:
    """XXH3-128, as hex, of the names by which pages may call the configured languages."""
    return xxhash.xxh3_128_hexdigest("\n".join(f"{one.code} {' '.join(one.other)}" for one in entries()).encode())
