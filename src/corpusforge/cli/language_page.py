"""All that is known of one language-script, with the source of every value, for a reader and as data."""

import re
from collections.abc import Iterator
from typing import Any

from corpusforge.language_index import Resolution, entries
from corpusforge.language_table import MODELS, Entry
from corpusforge.languages import Language
from corpusforge.models.confusable import groups_of
from corpusforge.rules import filter_set
from corpusforge.rules.doubtful import doubtful_thresholds
from corpusforge.rules.inactive import inactive_rules
from corpusforge.rules.thresholds import resolve_thresholds

MOST_CONTAMINATED = 0.1  # the published pipeline filters languages above for precision


def page_data(language: Language, resolution: Resolution) -> dict[str, Any]:
    """The page as plain data."""
    return {
        "code": language.code,
        "iso639_1": language.iso639_1,
        "names": language.names.model_dump(),
        "family": language.family,
        "macrolanguage": language.macrolanguage,
        "others": list(resolution.others),
        "confusable": {reason: codes for codes, reason in _confusable(language)},
        "documents": _entry(language).documents,
        "provenance": language.fact_provenance,
        "inherits": list(language.inherits),
        "direction": language.direction,
        "segmenter": {"use": language.segmenter, "provenance": language.segmenter_provenance},
        "lid": {model: lid.model_dump() for model, lid in language.lid.items()},
        "cannot_emit": _cannot_emit(language),
        "thresholds": {
            name: {"value": value, "provenance": language.threshold_provenance[name]}
            for name, value in language.thresholds.items()
        },
        "stop_words": {
            "words": language.stop_words,
            "provenance": language.stop_words_provenance,
            "never_met": _never_met(language),
        },
        "rehydration": language.rehydration.model_dump() if language.rehydration else None,
        "contamination": language.contamination.model_dump() if language.contamination else None,
        "inactive": dict(_inactive(language)),
        "doubtful": dict(doubtful_thresholds(language.thresholds)),
    }


def page(language: Language, resolution: Resolution) -> Iterator[str]:
    """The page as lines."""
    yield from _about(language, resolution)
    yield ""
    yield f"segmenter: {language.segmenter}  [{language.segmenter_provenance}]"
    yield ""
    yield "language identification (model, label, least score)"
    for model, lid in language.lid.items():
        also = f"  (also {', '.join(lid.also)})" if lid.also else ""
        yield f"  {model:<10}{lid.label:<10}{lid.min_score:<8g}[{lid.provenance}]{also}"
    for model in _cannot_emit(language):
        yield f"  {model:<10}cannot emit this language"
    yield ""
    yield "thresholds"
    for name in sorted(language.thresholds, key=_natural):
        value = language.thresholds[name]
        shown = "off" if value is None else format(value, "g")
        yield f"  {name:<24}{shown:<8}[{language.threshold_provenance[name]}]"
    yield ""
    yield from _stop_words(language)
    yield ""
    yield from _published(language)
    yield "rules that can drop nothing"
    for rule, reason in _inactive(language):
        yield f"  {rule:<40}{reason}"
    if doubtful := doubtful_thresholds(language.thresholds):
        yield ""
        yield "thresholds to look at"
        yield from (f"  {name:<40}{reason}" for name, reason in doubtful)


def _about(language: Language, resolution: Resolution) -> Iterator[str]:
    names, facts = language.names, language.fact_provenance
    yield "  ".join(filter(None, (language.code, names.english, names.native)))
    if names.other:
        yield f"also called: {', '.join(names.other)}{_source(facts, 'names')}"
    if resolution.others:
        yield f"other scripts and related languages: {', '.join(resolution.others)}"
    for codes, reason in _confusable(language):
        yield f"models mix it up with: {', '.join(codes)}  [{reason}]"
    if language.macrolanguage:
        yield f"macrolanguage: {language.macrolanguage}{_source(facts, 'macrolanguage')}"
    if language.iso639_1:
        yield f"ISO 639-1: {language.iso639_1}{_source(facts, 'iso639_1')}"
    yield f"family: {language.family}{_source(facts, 'family')}" if language.family else "family: not known"
    yield f"inherits: {', '.join(language.inherits)}"
    yield f"direction: {language.direction}"
    entry = _entry(language)
    documents = f"{entry.documents:,} documents ({entry.group})" if entry.documents else "none"
    yield f"text in FineWeb2: {documents}"


def _stop_words(language: Language) -> Iterator[str]:
    provenance = "; ".join(language.stop_words_provenance)
    yield f"stop words: {len(language.stop_words)}" + (f"  [{provenance}]" if provenance else "")
    if language.stop_words:
        yield f"  {' '.join(language.stop_words)}"
    if never := _never_met(language):
        yield f"  the segmenter '{language.segmenter}' cuts {len(never)} of them apart, so no text has them:"
        cut = (f"{word} -> {' '.join(pieces) or '(nothing)'}" for word, pieces in never.items())
        yield f"  {';  '.join(cut)}"


def _published(language: Language) -> Iterator[str]:
    if (weights := language.rehydration) is not None:
        steps = ", ".join(f"{size}: {copies}" for size, copies in weights.repeats.items())
        yield f"copies by cluster size, at most {weights.max_repeats}  [{weights.provenance}]"
        yield f"  {steps}"
        yield ""
    if (found := language.contamination) is not None:
        above = found.value > MOST_CONTAMINATED
        remark = f", above {MOST_CONTAMINATED:g}: the published pipeline filters it for precision" if above else ""
        yield f"contamination: {found.value:g}{remark}  [{found.provenance}]"
        yield ""


def _source(facts: dict[str, str], fact: str) -> str:
    return f"  [{facts.get(fact, 'no source')}]"


def _entry(language: Language) -> Entry:
    return next(entry for entry in entries() if entry.code == language.code)


def _confusable(language: Language) -> list[tuple[list[str], str]]:
    """Language-scripts in the same script that models take for it, with the reason, by group."""
    found = []
    for group in groups_of(language.code):
        others = {f"{iso3}_{language.script}" for iso3 in group.members} - {language.code}
        if codes := [entry.code for entry in entries() if entry.code in others]:
            found.append((codes, group.reason))
    return found


def _cannot_emit(language: Language) -> list[str]:
    return [model for model in MODELS if model not in language.lid]


def _never_met(language: Language) -> dict[str, tuple[str, ...]]:
    """Stop words that the language's segmenter cuts apart, with the pieces."""
    from corpusforge.text.segment import REFERENCE
    from corpusforge.text.stop_words import cut_words

    # The published lists were made with the reference splitters, and those need packages of their own.
    return {} if language.segmenter == REFERENCE else cut_words(language.stop_words, language.segmenter)


def _inactive(language: Language) -> list[tuple[str, str]]:
    """Rules of the packaged filter sets that can drop nothing in this language, with the reason.

    A set with a threshold that the language file does not decide on, such as the score of the model that a
    recipe chooses, is left out.
    """
    loaded = [filter_set.load_filter_set(name) for name in filter_set.names()]
    decided = [one for one in loaded if set(one.thresholds) <= set(language.thresholds) | set(one.defaults)]
    return inactive_rules(decided, resolve_thresholds(decided, language.thresholds, language.code))


def _natural(name: str) -> str:
    """Sorts `dup_5_gram` before `dup_10_gram`."""
    return re.sub(r"\d+", lambda number: number[0].zfill(3), name)
