"""Thresholds that are numbers, and still do not what a threshold is for: they fire nearly never, or nearly always.

`inactive` says what can never fire. These can, on hardly a text or on hardly another: a person should look at them before a
run. Published language files hold many, made from a few pages or one book.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """A threshold from `least` up to, and without, `below` is doubtful, for a reason. Beyond `below` it is inactive."""

    threshold: str
    least: float
    reason: str
    below: float = math.inf


# Of the 1,929 published values of max_avg_word_length 95 % are at most 21, of min_avg_word_length at most 4, of
# min_alpha_word_ratio at most 0.862, of max_list_ratio at most 0.333, of min_line_punct_ratio at most 0.133.
_DOUBTS = (
    Doubt("max_dup_line_frac", 0.9, "hardly fires: nine lines of ten must be repeated", 1.0),
    *(
        Doubt(f"max_top_{n}_gram_frac", 1.0, "hardly fires: one n-gram must fill the text", 2.0 * n - 1)
        for n in (2, 3, 4)
    ),
    *(Doubt(f"max_dup_{n}_gram_frac", 0.9, "hardly fires: nine tenths must be repeated", 1.0) for n in range(5, 11)),
    Doubt("max_list_ratio", 1.0, "hardly fires: there must be more newlines than words"),
    Doubt("max_avg_word_length", 40.0, "hardly fires: words must be that long on average"),
    Doubt("min_avg_word_length", 8.0, "fires on most texts: words are rarely that long on average"),
    Doubt("min_line_punct_ratio", 0.5, "fires on many texts: half of the lines must end in punctuation"),
    Doubt("min_alpha_word_ratio", 0.95, "fires on most texts: punctuation marks and numbers are words without letters"),
)


def doubtful_thresholds(thresholds: Mapping[str, float | None]) -> list[tuple[str, str]]:
    """Thresholds to look at, as (name, reason)."""
    found = []
    for doubt in _DOUBTS:
        value = thresholds.get(doubt.threshold)
        if value is not None and doubt.least <= value < doubt.below:
            found.append((doubt.threshold, f"{value:g} {doubt.reason}"))
    return found
