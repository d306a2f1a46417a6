"""A language file as the YAML text that is committed, and what of one a person wrote."""

from collections.abc import Iterator
from typing import Any

import family_defaults
from corpusforge.language_file import LanguageFile, LidLabel, StopWordBlock, ThresholdBlock, rank
from corpusforge.published import FIXED, SOURCES
from yaml_text import flow_list, flow_map, scalar

TOOL = "tools/import_fineweb2.py"
UNPUBLISHED = "default: off until a value is published or calibrated for the language"
MATCHABLE = (
    "default: published ones as texts and the segmenter unicode have them (in NFC, without signs that are cut off)"
)
TOO_FEW = "default: off, because the segmenter unicode yields too few of the published stop words"
_OURS = {*SOURCES, FIXED, UNPUBLISHED, MATCHABLE, TOO_FEW}


def written_by_a_person(provenance: str) -> bool:
    """Whether a value with this provenance is none that the tool writes: it is kept when the tool runs again."""
    return provenance not in _OURS and not provenance.startswith(family_defaults.PROVENANCE)


def with_contributions(made: LanguageFile, present: LanguageFile) -> LanguageFile:
    """A file as the tool makes it, with what persons added to the one that is there: blocks of thresholds and stop words,
    labels of models and a segmenter whose provenance is none of the tool's.
    """
    thresholds = [block for block in present.thresholds if written_by_a_person(block.provenance)]
    words = [block for block in present.stop_words if written_by_a_person(block.provenance)]
    labels = {model: lid for model, lid in present.lid.items() if _contributed(made.lid.get(model), lid)}
    segmenter = present.segmenter
    if segmenter is not None and made.segmenter is not None and segmenter.provenance == made.segmenter.provenance:
        segmenter = None
    return made.model_copy(
        update={
            "thresholds": (*made.thresholds, *thresholds),
            "stop_words": (*made.stop_words, *words),
            "lid": {**made.lid, **labels},
            "segmenter": segmenter or made.segmenter,
        }
    )


def _contributed(made: LidLabel | None, present: LidLabel) -> bool:
    if made is None:
        return present.provenance not in SOURCES
    return rank(present.provenance) == rank("calibrated") or (
        present.provenance not in SOURCES and present.provenance != made.provenance
    )


def language_text(file: LanguageFile, about: str) -> str:
    """The text of a file; `about` is its first comment."""
    return "\n".join([f"# {about}. Written by {TOOL}: change it there.", *_lines(file)]) + "\n"


def _lines(file: LanguageFile) -> Iterator[str]:
    for name in ("code", "inherits"):
        if (value := getattr(file, name)) is not None:
            yield f"{name}: {scalar(value)}"
    if file.default_script:
        yield "default_script: true"
    if file.names is not None:
        called = {name: value for name, value in file.names.model_dump().items() if value}
        yield flow_map(called, "names: ", 0)
    for name in ("iso639_1", "family", "macrolanguage"):
        if (value := getattr(file, name)) is not None:
            yield f"{name}: {scalar(value)}"
    if file.related:
        yield flow_list(file.related, "related: ", 0)
    if file.provenance:
        yield "provenance:"
        yield from (f"  {fact}: {scalar(source)}" for fact, source in file.provenance.items())
    if file.direction is not None:
        yield f"direction: {file.direction}"
    if file.segmenter is not None:
        yield flow_map(file.segmenter.model_dump(), "segmenter: ", 0)
    if file.lid:
        yield "lid:"
    for model, lid in file.lid.items():
        yield flow_map(_cells(lid), f"  {model}: ", 2)
    yield from _thresholds(file.thresholds)
    yield from _stop_words(file.stop_words)
    if file.rehydration is not None:
        yield "rehydration:"
        yield f"  provenance: {scalar(file.rehydration.provenance)}"
        yield f"  max_repeats: {file.rehydration.max_repeats}"
        yield flow_map({str(size): copies for size, copies in file.rehydration.repeats.items()}, "  repeats: ", 2)
    if file.contamination is not None:
        cells = {"value": file.contamination.value, "provenance": file.contamination.provenance}
        yield flow_map(cells, "contamination: ", 0)


def _cells(lid: LidLabel) -> dict[str, Any]:
    return {name: value for name, value in lid.model_dump().items() if name != "also" or value}


def _thresholds(blocks: tuple[ThresholdBlock, ...]) -> Iterator[str]:
    if blocks:
        yield "thresholds:"
    for block in blocks:
        yield f"  - provenance: {scalar(block.provenance)}"
        yield "    values:"
        yield from (f"      {name}: {scalar(value)}" for name, value in block.values.items())


def _stop_words(blocks: tuple[StopWordBlock, ...]) -> Iterator[str]:
    if blocks:
        yield "stop_words:"
    for block in blocks:
        yield f"  - provenance: {scalar(block.provenance)}"
        yield flow_list(block.words, "    words: ", 4)
