"""Our language files say what the published parameters say, so that the importer's table of names is proven too."""

from typing import Any

import pytest
from tests.rules.test_against_datatrove import ENGLISH_STOP_WORDS, SETS, thresholds

from corpusforge.languages import all_codes, load_language
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds

GROUPS = ("gopher_repetition", "fineweb_quality", "gopher_quality")


def ours(code: str) -> dict[str, float | None]:
    return resolve_thresholds([load_filter_set(name) for name in SETS], load_language(code).thresholds, code)


def published(arguments: dict[str, Any]) -> dict[str, float | None]:
    """Thresholds as datatrove is given them, what means "off" as None: no share exceeds 999, and none is below 0."""
    found = thresholds(*(arguments[group] for group in GROUPS))
    if found["max_short_line_ratio"] == 999:
        found["max_short_line_ratio"] = None
    if found["min_line_punct_ratio"] in (0, -1):
        found["min_line_punct_ratio"] = None
    return found


def test_thresholds_and_stop_words_are_the_published_ones(parameters: dict[str, Any]) -> None:
    compared = {code: arguments for code, arguments in parameters.items() if arguments["fineweb2_config"]}
    assert len(compared) == 32 and compared.keys() <= set(all_codes())
    for code, arguments in compared.items():
        assert ours(code) == published(arguments), code
        assert set(load_language(code).stop_words) == set(arguments["gopher_quality"]["stop_words"]), code
        assert load_language(code).lid["glotlid"].min_score == arguments["language_score"], code


def test_english_has_the_defaults_of_datatrove() -> None:
    assert ours("eng_Latn") == thresholds({}, {}, {})
    assert set(load_language("eng_Latn").stop_words) == ENGLISH_STOP_WORDS


def test_the_defaults_are_those_of_the_installed_classes() -> None:
    filters = pytest.importorskip("datatrove.pipeline.filters")
    repetition, fineweb, quality = (
        vars(kind())
        for kind in (filters.GopherRepetitionFilter, filters.FineWebQualityFilter, filters.GopherQualityFilter)
    )
    fineweb["short_line_thr"] = fineweb["short_line_threshold"]
    assert thresholds(repetition, fineweb, quality) == thresholds({}, {}, {})
    assert quality["stop_words"] == ENGLISH_STOP_WORDS
