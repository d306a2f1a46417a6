"""What fates mean, in one line each, and the step of ingest at which a record has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corpusforge import documents
from corpusforge.io import raw
from corpusforge.report.signal_words import signal_words
from corpusforge.rules.filter_set import FilterSet, Rule


class Step(NamedTuple):
    """A step of ingest: its name, what it leaves out, the fates that records have there."""

    name: str
    about: str
    fates: tuple[str, ...]


_FAILED = Step("failed", "Records on which a stage failed", ())

INGEST_STEPS = (
    Step("sample", "Records outside the sample that was asked for", (documents.NOT_SAMPLED,)),
    Step(
        "read",
        "Records without a readable page or text",
        (
            raw.HTTP_STATUS,
            raw.NOT_HTML,
            raw.REVISIT,
            raw.EMPTY_BODY,
            raw.PAGE_TOO_LARGE,
            raw.CORRUPT_RECORD,
            raw.INVALID_TEXT,
            raw.NOT_FETCHED,
            raw.DIGEST_MISMATCH,
        ),
    ),
    Step("url_filter", "Addresses on a block list", ("url_blocked",)),
    Step("language_gate", "Pages that cannot be in a wanted language", (documents.LANGUAGE_GATE,)),
    Step("extract", "Pages without main text", ("extract_empty",)),
    Step(
        "language",
        "Text in another language, or in none that is known",
        (
            documents.LANGUAGE_NOT_WANTED,
            documents.LANGUAGE_UNCONFIGURED,
            documents.LANGUAGE_UNIDENTIFIED,
        ),
    ),
    _FAILED,
)

_WORDS = {
    documents.KEPT: "In the corpus.",
    documents.NOT_SAMPLED: "Outside the random sample that the run was asked to work on.",
    documents.LANGUAGE_NOT_WANTED: "Text in a language that this run was not asked for.",
    documents.LANGUAGE_GATE: "A look at the page, before extraction, showed no language that this run was asked for.",
    documents.LANGUAGE_UNCONFIGURED: "Text in a language for which there is no configuration file.",
    documents.LANGUAGE_UNIDENTIFIED: "No language could be told: the text holds no letters.",
    documents.EMPTY_AFTER_CLEAN: "Nothing was left after cleaning.",
    "url_blocked": "The address is on a block list.",
    "extract_empty": "No main text could be found on the page.",
    "duplicate": "A near-copy of another document, which stands for both.",
    "lines_empty": "Nothing was left of the text without the lines that other documents repeat.",
    "exact_duplicate": "The text of another document, which stands for both.",
    "url_duplicate": "The URL of another document: a page fetched again.",
    "language_score": "The language model was not sure enough of the language.",
    raw.HTTP_STATUS: "The server answered with an error or a redirection, not with a page.",
    raw.NOT_HTML: "The record is not a web page: an image, a script, a PDF.",
    raw.REVISIT: "The record only points to an earlier copy of the page.",
    raw.EMPTY_BODY: "The record has no content.",
    raw.PAGE_TOO_LARGE: "The page is larger than the limit of the recipe.",
    raw.CORRUPT_RECORD: "The record is damaged and cannot be read.",
    raw.INVALID_TEXT: "The record has no usable text field.",
    raw.NOT_FETCHED: "A record of a crawl that could not be fetched; where that may pass, the next run asks again.",
    raw.DIGEST_MISMATCH: "What was fetched is not what its digest says, twice.",
    "stage_error/timeout": "Work on the document did not end in time.",
}
_SET_WORDS = {
    "language": "Documents whose language is too uncertain",
    "lines": "Texts of nothing but lines that other documents repeat",
    "exact_url": "Pages that were fetched again",
    "exact_text": "Exact copies of another document",
    "duplicates": "Near-copies of another document",
    "gopher_repetition": "Texts that repeat themselves",
    "fineweb_quality": "Lists, menus and fragments rather than prose",
    "precision": "Texts that nothing but the language model places in the language",
    "gopher_quality": "Words and lines unlike those of running text",
    "repetition": "Texts that repeat themselves",
    "prose": "Lists, menus and fragments rather than prose",
    "quality": "Words and lines unlike those of running text",
}
_COMPARED = {"<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least", "==": "is", "!=": "is not"}


def ingest_step(fate: str) -> Step:
    """The step of ingest at which a record has this fate; a fate that no step lists is a failure."""
    return next((step for step in INGEST_STEPS if fate in step.fates), _FAILED)


def fate_words(fate: str, sets: Sequence[FilterSet] = ()) -> str:
    """One line about a fate; for one that a rule of `sets` gives, what the rule compares."""
    if fate in _WORDS:
        return _WORDS[fate]
    for filter_set in sets:
        for rule in filter_set.rules:
            if filter_set.fate_of(rule) == fate:
                return rule_words(rule)
    if fate.startswith("stage_error/"):
        return f"The stage '{fate.partition('/')[2]}' failed on the document; the error is stored with the record."
    return "A fate that this version of corpusforge has no words for."


def set_words(name: str) -> str:
    """What a filter set leaves out."""
    return _SET_WORDS.get(name, f"Documents that break a rule of {name}")


def rule_words(rule: Rule) -> str:
    """What breaking a rule means: `The number of words is below the threshold of its language.`"""
    hint = rule.expression.hint
    if hint is None:
        return f"The condition is met: {rule.condition}."
    bound = "the threshold of its language" if isinstance(hint.threshold, str) else f"{hint.threshold:g}"
    return f"The {signal_words(hint.signal)} {_COMPARED[hint.operator]} {bound}."
