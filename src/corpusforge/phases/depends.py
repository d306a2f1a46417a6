"""What each piece of work depends on, as plain data by name. The hash of it is the work's key; `plan` compares it by name
to say why a piece of work will run."""

from functools import cache
from importlib.metadata import version
from typing import Any
from unicodedata import unidata_version

from corpusforge.documents import SCHEMA_VERSION
from corpusforge.hashing import work_key
from corpusforge.io.inputs import Input
from corpusforge.languages import Language
from corpusforge.settings import Settings
from corpusforge.stages.options import StageOptions

Parts = dict[str, Any]


@cache
def _library(name: str) -> str:
    return version(name)


def stage_parts(options: StageOptions, *left_out: str) -> Parts:
    """Version, options and library versions of a stage; `left_out` options do not change its output."""
    without_effect = {*left_out, *options.without_effect()}
    dumped = options.model_dump(mode="json", by_alias=True)
    return {
        "version": options.output_version(),
        "options": {name: value for name, value in dumped.items() if name not in without_effect},
        "libraries": {name: _library(name) for name in options.output_libraries()},
    }


def documents_parts(settings: Settings, source: Input) -> Parts:
    """What the records and documents of an input depend on."""
    from corpusforge.models.labels import labels_checksum, names_checksum
    from corpusforge.models.model_files import MODELS, model_checksum
    from corpusforge.stages.url_lists import lists_checksum

    stages = settings.dataset.stages
    parts: Parts = {
        "input": [source.name, source.size, source.identity],
        "schema": SCHEMA_VERSION,
        "languages": list(settings.recipe.languages),
        "sample": settings.sample,
        "read": stage_parts(stages["read"], "batch"),
    }
    if settings.every_language:
        parts["configured"] = work_key(sorted(settings.configured))
    if "url_filter" in stages:
        parts["url_filter"] = {**stage_parts(stages["url_filter"]), "lists": lists_checksum()}
    if settings.gated:
        parts["language_gate"] = {**stage_parts(stages["language_gate"]), "names": names_checksum()}
    if "extract" in stages:
        extract: Any = stages["extract"]
        parts["extract"] = stage_parts(extract)
        if extract.engine == "blocks":
            from corpusforge.html.model_file import checksum

            parts["extract"]["model"] = checksum()
    identify: Any = stages["identify"]
    # A file may lie anywhere: its contents count, and what its labels mean.
    places = ("path", "labels") if identify.model in MODELS else ("model", "path", "labels")
    parts["identify"] = {
        **stage_parts(identify, *places),
        "model": model_checksum(identify.model, identify.path),
        "labels": labels_checksum(identify.model, identify.path, identify.labels),
    }
    return parts


def signals_parts(settings: Settings, code: str) -> Parts:
    """What the statistics of a language's documents depend on, beside the documents."""
    language = settings.language(code)
    parts = stage_parts(settings.dataset.stages["signals"], "sets", "segmenter")
    parts |= {**_words_parts(language), "unicode": unidata_version}
    parts |= dict.fromkeys(settings.on_demand, True)
    return {**parts, "stop_words": work_key(sorted(language.stop_words))}


def signature_parts(settings: Settings, code: str) -> Parts:
    """What the MinHash signatures of a language's documents depend on, beside the documents."""
    parts = stage_parts(settings.dataset.stages["signature"])
    return {**parts, **_words_parts(settings.language(code)), "unicode": unidata_version}


def identity_parts(settings: Settings, code: str) -> Parts:
    """What the hashes of a language's texts and URLs depend on, beside the documents."""
    return {
        **stage_parts(settings.dataset.stages["exact"], "text", "url", "survivor"),
        "unicode": unidata_version,
    }


def lines_parts(settings: Settings, code: str) -> Parts:
    """What the hashes of a language's lines depend on, beside the documents."""
    return stage_parts(settings.dataset.stages["lines"], "scope", "documents", "share", "keep")


def precision_parts(settings: Settings, code: str) -> Parts:
    """What the evidence for a language's documents depends on, beside the documents."""
    from corpusforge.stages.precision_lists import word_list

    options: Any = settings.dataset.stages["precision"]
    language = settings.language(code)
    found = word_list(options.lists, code)
    parts = {**stage_parts(options, "lists"), **_words_parts(language)}
    names = [language.names.model_dump(), language.iso639_3]
    return {**parts, "list": found and found.checksum, "names": work_key(names)}


def _words_parts(language: Language) -> Parts:
    """What cuts a language into words; the compiled segmenters' library is among those of the stage."""
    if language.segmenter != "reference":
        return {"segmenter": language.segmenter}
    from corpusforge.text.reference import reference_versions

    return {"segmenter": language.segmenter, "splitter": reference_versions(language.code)}


def rules_parts(settings: Settings, names: tuple[str, ...], code: str) -> Parts:
    """What decisions depend on, beside the signals: the rules, and the values of the thresholds that they name."""
    sets = settings.filter_sets(names)
    return {"rules": {one.filter_set: one.checksum for one in sets}, "thresholds": settings.thresholds(code, names)}
