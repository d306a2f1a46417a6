"""What a model's labels mean: which language-script a label and the text's script are, together.

1. A text without letters has no language, whatever the model says.
2. A label means a language in a script, or in several: the label of a language file (lid.176's `pa`), else by the rules of
   `label_rules` (`pan_Guru`, `pan`), else what the user's own mapping says.
3. If the label means a language in the script of most letters of the text (`pa` or `pan_Guru`, and Guru: pan_Guru), that is
   the language-script. Japanese text may consist of Han characters alone: Jpan accepts Hani.
4. Otherwise, if the label's language is configured in that script (`hi` or `hin_Deva`, and Latn: hin_Latn), that is it: the
   text's own script overrides the label's. The model saw the right words, in a script it was hardly trained on.
5. Otherwise there is no language, and the label is kept, so that nothing is lost: `pan_Guru` on Latin letters is not
   believed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import xxhash

from corpusforge.errors import UserError
from corpusforge.language_index import entries, suggestion
from corpusforge.models.label_rules import meaning, with_variants
from corpusforge.models.load import model_labels
from corpusforge.models.model_files import LISTED, MODELS

NO_LANGUAGE = "-"
_SHOWN = 12


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
        if script in known:
            return known[script]
        language = next((code[:3] for code in known.values()), None)
        return f"{language}_{script}" if f"{language}_{script}" in self.configured else None

    def pairs_of(self, code: str) -> list[tuple[str, str]]:
        """(label, script) that mean a language-script: of the scripts its own, and what else it is written in."""
        own = with_variants({code[4:]: code})
        return [(label, script) for label in self.languages for script in own if self.code(label, script) == code]

    def languages_meant(self) -> frozenset[str]:
        """The language-scripts that some label means without the text's script overriding it."""
        return frozenset(code for known in self.languages.values() for code in known.values())


@lru_cache
def label_map(model: str, path: str | None = None, mapping: str | None = None, folder: Path | None = None) -> LabelMap:
    """The label map of a model.

    `path`: its file, as in `model_path`. `mapping`: a file of `label<TAB>language-script` lines that say more than the
    rules, `-` for none. `folder`: of language files, instead of the packaged ones. Raises UserError.
    """
    languages: dict[str, Mapping[str, str]] = {}
    index = entries(folder)
    configured = frozenset(entry.code for entry in index)
    if model in LISTED:
        listed: dict[str, dict[str, str]] = {}
        for entry in index:
            for label in entry.labels(model):
                listed.setdefault(label, {})[entry.code[4:]] = entry.code
        languages |= {label: with_variants(codes) for label, codes in listed.items()}
    else:
        languages |= {label: found for label in model_labels(model, path) if (found := meaning(label, folder))}
    if mapping is not None:
        known = languages if model in LISTED else model_labels(model, path)
        for label, code in read_mapping(mapping, known, configured):
            languages[label] = {} if code is None else with_variants({code[4:]: code})
    return LabelMap(model, languages, configured)


def read_mapping(file: str, labels: Iterable[str], configured: frozenset[str]) -> list[tuple[str, str | None]]:
    """The lines of a mapping file: (label, language-script or None). Raises UserError, with file and line."""
    known = set(labels)
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        raise UserError(f"{file}: no such file; it should map labels, a line each: label<TAB>language-script") from None
    found: list[tuple[str, str | None]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        label, tab, code = line.partition("\t")
        label, code = label.strip().removeprefix("__label__"), code.strip()
        if not tab:
            raise UserError(f"{file}:{number}: not 'label<TAB>language-script': {line[:60]!r}")
        if label not in known:
            raise UserError(f"{file}:{number}: the model has no label '{label}'; {excerpt(known)}")
        if code != NO_LANGUAGE and code not in configured:
            raise UserError(f"{file}:{number}: '{code}' is not a configured language-script: {suggestion(code)}")
        found.append((label, None if code == NO_LANGUAGE else code))
    return found


def check_labels(model: str, path: str | None, mapping: str | None, wanted: Iterable[str]) -> None:
    """Raise UserError where a model cannot emit a wanted language-script, or none that is configured.

    For models whose labels do not stand in the language files.
    """
    labels, names = label_map(model, path, mapping), model_labels(model, path)
    if not labels.languages_meant():
        raise UserError(
            f"{model}: none of its labels means a configured language; {excerpt(names)}. Labels such as pan_Guru, pan and "
            f"pa are understood; say what others mean in a file of 'label<TAB>language-script' lines, and name it with "
            f"--set identify.labels=FILE"
        )
    for code in wanted:
        if not labels.pairs_of(code):
            related = [name for name in names if name[:2] == code[:2]] or names
            raise UserError(
                f"{code}: the model '{model}' cannot emit this language; {excerpt(related, len(names))}. Say which label "
                f"means it with --set identify.labels=FILE, choose a model with --set identify.model=..., or another language"
            )


def excerpt(labels: Iterable[str], of: int | None = None) -> str:
    """A few labels in words: `its 176 labels are: af, als, am and others`."""
    names = sorted(labels)
    shown = ", ".join(names[:_SHOWN])
    total = len(names) if of is None else of
    return f"its labels are: {shown}" if total <= _SHOWN else f"among its {total:,} labels are: {shown}"


@lru_cache
def labels_checksum(model: str, path: str | None = None, mapping: str | None = None) -> str:
    """XXH3-128, as hex, of what a model's labels mean: results depend on it. Raises UserError."""
    labels = label_map(model, path, mapping)
    meant = [labels.languages, sorted(labels.configured)]
    return xxhash.xxh3_128_hexdigest(json.dumps(meant, sort_keys=True).encode())


@lru_cache
def names_checksum() -> str:
    """XXH3-128, as hex, of the names by which pages may call the configured languages."""
    return xxhash.xxh3_128_hexdigest("\n".join(f"{one.code} {' '.join(one.other)}" for one in entries()).encode())


__all__ = [
    "LISTED",
    "MODELS",
    "LabelMap",
    "check_labels",
    "label_map",
    "labels_checksum",
    "names_checksum",
    "read_mapping",
]
