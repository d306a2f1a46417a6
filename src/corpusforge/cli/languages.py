"""`corpusforge languages`: the configured languages, or all that is known of one and where it comes from."""

import argparse
import json
import re
from collections.abc import Iterator
from typing import Any

from corpusforge.language_index import Entry, entries
from corpusforge.languages import Language, Resolution, load_language, resolve
from corpusforge.rules import filter_set
from corpusforge.rules.inactive import inactive_rules
from corpusforge.rules.thresholds import resolve_thresholds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a code or name: pan_Guru, pa, Punjabi")
    parser.add_argument("--json", action="store_true", help="machine-readable output")


def run(args: argparse.Namespace) -> int:
    """Print the answer to stdout and return the exit code. Raises UserError for an unknown name."""
    if args.name is None:
        found = entries()
        print(_json([_entry_data(entry) for entry in found]) if args.json else "\n".join(_list(found)))
        return 0
    resolution = resolve(args.name)
    language = load_language(resolution.code)
    print(_json(_data(language, resolution)) if args.json else "\n".join(_show(language, resolution)))
    return 0


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _entry_data(entry: Entry) -> dict[str, Any]:
    fields = ("code", "english", "native", "default_script", "lid176", "glotlid")
    return {field: getattr(entry, field) for field in fields}


def _data(language: Language, resolution: Resolution) -> dict[str, Any]:
    return {
        "code": language.code,
        "names": language.names.model_dump(),
        "others": list(resolution.others),
        "inherits": list(language.inherits),
        "direction": language.direction,
        "segmenter": {"use": language.segmenter, "provenance": language.segmenter_provenance},
        "lid": {model: lid.model_dump() for model, lid in language.lid.items()},
        "thresholds": {
            name: {"value": value, "provenance": language.threshold_provenance[name]}
            for name, value in language.thresholds.items()
        },
        "stop_words": {"words": language.stop_words, "provenance": language.stop_words_provenance},
        "inactive": dict(_inactive(language)),
    }


def _list(found: tuple[Entry, ...]) -> Iterator[str]:
    # Names come last: their width on a terminal is anyone's guess.
    yield f"{'code':<10}{'lid176':<8}{'glotlid':<10}name"
    for entry in found:
        name = entry.english if entry.native in (None, entry.english) else f"{entry.english}  {entry.native}"
        yield f"{entry.code:<10}{entry.lid176 or '-':<8}{entry.glotlid or '-':<10}{name}"


def _show(language: Language, resolution: Resolution) -> Iterator[str]:
    names = language.names
    yield "  ".join(filter(None, (language.code, names.english, names.native)))
    if names.other:
        yield f"also called: {', '.join(names.other)}"
    if resolution.others:
        yield f"other scripts and related languages: {', '.join(resolution.others)}"
    yield f"inherits: {', '.join(language.inherits)}"
    yield f"direction: {language.direction}"
    yield ""
    yield f"segmenter: {language.segmenter}  [{language.segmenter_provenance}]"
    yield ""
    yield "language identification (model, label, least score)"
    for model, lid in language.lid.items():
        yield f"  {model:<10}{lid.label:<10}{lid.min_score:<8g}[{lid.provenance}]"
    if not language.lid:
        yield "  no model knows this language"
    yield ""
    yield "thresholds"
    for name in sorted(language.thresholds, key=_natural):
        value = language.thresholds[name]
        shown = "off" if value is None else format(value, "g")
        yield f"  {name:<24}{shown:<8}[{language.threshold_provenance[name]}]"
    yield ""
    provenance = "; ".join(language.stop_words_provenance)
    yield f"stop words: {len(language.stop_words)}" + (f"  [{provenance}]" if provenance else "")
    if language.stop_words:
        yield f"  {' '.join(language.stop_words)}"
    yield ""
    yield "rules that can drop nothing"
    for rule, reason in _inactive(language):
        yield f"  {rule:<40}{reason}"


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
