"""A language-script and what differs by language: thresholds, stop words, segmenter, labels of LID models.

`resolve("Punjabi").code` is `pan_Guru`; `load_language("pan_Guru").thresholds["min_line_punct_ratio"]` is 0.153.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpusforge.errors import UserError, nearest
from corpusforge.language_file import (
    Contamination,
    LanguageFile,
    LidLabel,
    Names,
    Rehydration,
    StopWordBlock,
    rank,
    read_chain,
)
from corpusforge.language_index import Resolution, all_codes, resolve, suggestion
from corpusforge.resources import folder as data_folder

__all__ = ["Language", "Resolution", "all_codes", "load_language", "resolve", "with_overrides"]

SET_ON_THE_COMMAND_LINE = "set on the command line"
# Every language has one, but which depends on the model that a recipe chooses: it stands in `lid`, not in
# `thresholds`.
MIN_LANGUAGE_SCORE = "min_language_score"
_PLAIN_FIELDS = ("code", "direction", "iso639_3", "script", "segmenter", "stop_words")


@dataclass(frozen=True)
class Language:
    """A language-script with everything inherited filled in. Picklable.

    `thresholds` maps min_<signal> and max_<signal> to a number or None (off); `threshold_provenance` has the
    same keys. `lid` maps a model's name to its label, least score and provenance. `inherits` lists the files
    it was built from, nearest first, without its own. `fact_provenance` says where names, family and such come from.
    """

    code: str
    iso639_3: str
    script: str
    names: Names
    iso639_1: str | None
    family: str | None
    direction: str
    default_script: bool
    macrolanguage: str | None
    related: tuple[str, ...]
    segmenter: str
    segmenter_provenance: str
    lid: dict[str, LidLabel]
    thresholds: dict[str, float | None]
    threshold_provenance: dict[str, str]
    stop_words: tuple[str, ...]
    stop_words_provenance: tuple[str, ...]
    rehydration: Rehydration | None
    contamination: Contamination | None
    fact_provenance: dict[str, str]
    inherits: tuple[str, ...]

    def slice(self, fields: Iterable[str]) -> dict[str, Any]:
        """The part of the configuration that a stage depends on, as plain data in a canonical order, for
        hashing.

        A field is `code`, `iso639_3`, `script`, `direction`, `segmenter`, `stop_words` (sorted, as a set),
        `thresholds`, `thresholds.<name>`, `lid`, `lid.<model>`, `lid.<model>.label` or
        `lid.<model>.min_score`. Provenance never takes part: it changes no result. A threshold or model that
        the language does not have is left out, which differs from a threshold that is null. Raises ValueError
        for any other field.
        """
        return {field: value for field in sorted(set(fields)) for value in self._values(field)}

    def _values(self, field: str) -> list[Any]:
        head, _, rest = field.partition(".")
        if head == "stop_words" and not rest:
            return [sorted(set(self.stop_words))]
        if head in _PLAIN_FIELDS and not rest:
            return [getattr(self, head)]
        if head == "thresholds":
            if not rest:
                return [dict(sorted(self.thresholds.items()))]
            return [self.thresholds[rest]] if rest in self.thresholds else []
        if head == "lid":
            labels = {name: _without_provenance(lid) for name, lid in sorted(self.lid.items())}
            model, _, part = rest.partition(".")
            if not rest:
                return [labels]
            if part in ("", "label", "min_score"):
                return [labels[model][part] if part else labels[model]] if model in labels else []
        raise ValueError(f"a language has no field '{field}'")


def load_language(code: str, folder: Path | None = None, own: LanguageFile | None = None) -> Language:
    """Read a language-script (`pan_Guru`) and what it inherits. `folder` replaces the packaged
    `language_configs`; `own` the file of the language-script alone.

    Raises UserError for a code without a file (with those that may be meant) and for a file that is not valid.
    """
    root = folder or data_folder("language_configs")
    if not (root / f"{code}.yaml").is_file():
        hint = suggestion(code, folder)
        raise UserError(f"no language-script '{code}': {hint} `corpusforge languages` lists all")
    chain = read_chain(root, code, own)
    own = chain[0][1]
    if own.code is None or own.names is None:
        raise UserError(f"{root / code}.yaml:1: a language needs the fields 'code' and 'names'")
    segmenter, segmenter_provenance = _segmenter(chain, root)
    thresholds, provenance = _thresholds(chain)
    words = next(((name, _chosen(file.stop_words)) for name, file in chain if file.stop_words), (code, ()))
    stop_words = tuple(dict.fromkeys(word for block in words[1] for word in block.words))
    if not stop_words and thresholds.get("min_stop_words") is not None:
        # Without a list no document has a stop word: the rule would drop every document of the language.
        thresholds["min_stop_words"] = None
        provenance["min_stop_words"] = "off: the language has no stop words"
    return Language(
        code=code,
        iso639_3=code[:3],
        script=code[4:],
        names=own.names,
        iso639_1=own.iso639_1,
        family=own.family,
        direction=next((file.direction for _, file in chain if file.direction), "ltr"),
        default_script=own.default_script,
        macrolanguage=own.macrolanguage,
        related=own.related,
        segmenter=segmenter,
        segmenter_provenance=segmenter_provenance,
        lid=own.lid,
        thresholds=thresholds,
        threshold_provenance=provenance,
        stop_words=stop_words,
        stop_words_provenance=tuple(_provenance(code, words[0], block.provenance) for block in words[1]),
        rehydration=own.rehydration,
        contamination=own.contamination,
        fact_provenance={str(fact): source for fact, source in own.provenance.items()},
        inherits=tuple(name for name, _ in chain[1:]),
    )


def with_overrides(language: Language, overrides: Mapping[str, float | None], known: Iterable[str] = ()) -> Language:
    """The language with thresholds replaced (`--set pan_Guru.max_list_ratio=0.1`; None is off).

    `known` are names beyond the language's own that filter sets define; `min_language_score` always is one.
    Raises UserError for any other name.
    """
    if not overrides:
        return language
    names = {*language.thresholds, *known, MIN_LANGUAGE_SCORE}
    for name in overrides:
        if name not in names:
            raise UserError(f"--set {language.code}.{name}: unknown threshold '{name}'{nearest(name, names)}")
    thresholds = language.thresholds | {
        name: None if value is None else float(value) for name, value in overrides.items()
    }
    provenance = language.threshold_provenance | dict.fromkeys(overrides, SET_ON_THE_COMMAND_LINE)
    return replace(language, thresholds=thresholds, threshold_provenance=provenance)


def _without_provenance(lid: LidLabel) -> dict[str, Any]:
    # Nearly no language has further labels: left out where there are none, they change no other language's results.
    return lid.model_dump(exclude={"provenance"} if lid.also else {"provenance", "also"})


def _chosen(blocks: tuple[StopWordBlock, ...]) -> tuple[StopWordBlock, ...]:
    """The blocks of stop words that count: calibrated ones alone where there are any, else all."""
    calibrated = tuple(block for block in blocks if rank(block.provenance) == rank("calibrated"))
    return calibrated or blocks


def _provenance(code: str, source: str, provenance: str) -> str:
    # An inherited value is never called published: it was not published for this language.
    if source == code:
        return provenance
    kind, _, what = provenance.partition(": ")
    return f"inherited: {source}" + (f" ({what if kind == 'default' else provenance})" if what else "")


def _segmenter(chain: list[tuple[str, LanguageFile]], root: Path) -> tuple[str, str]:
    for name, file in chain:
        if file.segmenter is not None:
            return file.segmenter.use, _provenance(chain[0][0], name, file.segmenter.provenance)
    raise UserError(f"{root / chain[0][0]}.yaml:1: field 'segmenter' is missing here and in what it inherits")


def _thresholds(chain: list[tuple[str, LanguageFile]]) -> tuple[dict[str, float | None], dict[str, str]]:
    values: dict[str, float | None] = {}
    provenance: dict[str, str] = {}
    for name, file in reversed(chain):
        for block in sorted(file.thresholds, key=lambda block: rank(block.provenance)):
            for threshold, value in block.values.items():
                values[threshold] = value
                provenance[threshold] = _provenance(chain[0][0], name, block.provenance)
    return dict(sorted(values.items())), dict(sorted(provenance.items()))
