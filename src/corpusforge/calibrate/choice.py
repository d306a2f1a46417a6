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

from collections.abc import Mapping, Sequence

from corpusforge.calibrate.methods import KEEP, METHODS, OFF
from corpusforge.calibrate.rules import Tunable
from corpusforge.errors import UserError, nearest

MOST_CLEAN = 0.01
DEFAULT = "Quantile"
BY_THRESHOLD = {
    "max_dup_line_frac": "English",
    **{f"max_dup_{n}_gram_frac": "English" for n in range(5, 11)},
    "min_avg_word_length": "MedianRatio",
    "min_line_punct_ratio": "10Tail",
}


def chosen_methods(tunable: Sequence[Tunable], asked: Mapping[str, str]) -> dict[str, str]:
    """Method by threshold. `asked` maps a rule or a threshold, or `""` for all, to a method.

    Without being asked for, thresholds are calibrated that each language has for itself; those that a filter set gives
    every language stay as they are. Raises UserError for an unknown method or rule.
    """
    known = {name.casefold(): name for name in (*METHODS, KEEP, OFF)}
    by_rule: dict[str, list[Tunable]] = {}
    for one in tunable:
        for name in (one.name, one.short, one.rule):
            by_rule.setdefault(name, []).append(one)
    found = {one.name: BY_THRESHOLD.get(one.name, DEFAULT) for one in tunable if one.own}
    for rule, method in sorted(asked.items()):
        if method.casefold() not in known:
            raise UserError(
                f"--method {method}: unknown method{nearest(method, known.values())}; known: {', '.join(known.values())}"
            )
        if rule and rule not in by_rule:
            raise UserError(f"--method {rule}={method}: no rule of the recipe has this name{nearest(rule, by_rule)}")
        for name in [one.name for one in by_rule[rule]] if rule else list(found):
            found[name] = known[method.casefold()]
    return found
