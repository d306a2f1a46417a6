"""Which method calibrates which threshold, unless the user says otherwise, and why.

Chosen by measurement (`benchmarks/calibration.py`, docs/reference/calibration.md): among the methods that remove, of clean
documents which had no part in the value, at most MOST_CLEAN more than the English threshold removes of English text, the
one that best tells documents from damaged copies of themselves (share of damaged removed - share of clean removed, mean
over languages). In words:

- repeated lines and long repeated n-grams: clean text has next to none, in any language, so nothing can be learnt from it;
  English's own threshold finds what is repeated, and removes little that is clean;
- frequent short n-grams, line breaks, long words, words with letters: what is usual differs by language: Quantile;
- short words: the median tells most, and is least moved by chance: MedianRatio;
- lines that end in punctuation: the share at English's threshold is so far out in the tail that it is 0 elsewhere: 10Tail.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corpusforge.calibrate.methods import KEEP, METHODS, OFF, English
from corpusforge.calibrate.rules import Tunable
from corpusforge.calibrate.threshold import Calibrated
from corpusforge.errors import UserError, nearest

MOST_CLEAN = 0.01
DEFAULT = "Quantile"
BY_THRESHOLD = {
    "max_dup_line_frac": "English",
    **{f"max_dup_{n}_gram_frac": "English" for n in range(5, 11)},
    "min_avg_word_length": "MedianRatio",
    "min_line_punct_ratio": "10Tail",
}


@dataclass(frozen=True)
class Choice:
    """A method, and whether the user asked for it."""

    method: str
    asked: bool = False


def settled(
    by: Callable[[Tunable, str], Calibrated], one: Tunable, choice: Choice, english: English | None
) -> Calibrated:
    """A threshold by the chosen method. A default that removes of the reference more than MOST_CLEAN above what English
    loses gives way to Quantile, where that is fit for use and removes less."""
    found = by(one, choice.method)
    if choice.asked or found.after is None or english is None:
        return found
    if found.after.reference <= 1 - english.kept + MOST_CLEAN:
        return found
    other = by(one, DEFAULT)
    fit = other.refused is None and other.after is not None
    return other if fit and other.after and other.after.reference < found.after.reference else found


def chosen_methods(tunable: Sequence[Tunable], asked: Mapping[str, str]) -> dict[str, Choice]:
    """Method by threshold. `asked` maps a rule or a threshold, or `""` for all, to a method.

    Without being asked for, thresholds are calibrated that each language has for itself; those that a filter set gives
    every language stay as they are. Raises UserError for an unknown method or rule.
    """
    known = {name.casefold(): name for name in (*METHODS, KEEP, OFF)}
    by_rule: dict[str, list[Tunable]] = {}
    for one in tunable:
        for name in (one.name, one.short, one.rule):
            by_rule.setdefault(name, []).append(one)
    found = {one.name: Choice(BY_THRESHOLD.get(one.name, DEFAULT)) for one in tunable if one.own}
    for rule, method in sorted(asked.items()):
        if method.casefold() not in known:
            raise UserError(
                f"--method {method}: unknown method{nearest(method, known.values())}; known: {', '.join(known.values())}"
            )
        if rule and rule not in by_rule:
            raise UserError(f"--method {rule}={method}: no rule of the recipe has this name{nearest(rule, by_rule)}")
        for name in [one.name for one in by_rule[rule]] if rule else list(found):
            found[name] = Choice(known[method.casefold()], asked=True)
    return found
