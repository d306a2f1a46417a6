"""The signals that rules may read: their kind, and the values that they can take at all.

The bounds say when a threshold can never be met. They follow from the formulas (reference: datatrove 0.10.1):

- shares of lines, words or stop words lie in [0, 1];
- shares of *repeated* things never reach 1, because the first occurrence is not counted;
- `top_n_gram_frac` counts overlapping n-grams, each with n - 1 spaces that the text need not have: n words of
  L characters weigh nL + n - 1 at each of at most |t| / L places, so the share stays below n + (n - 1) / L <=
  2n - 1. This holds for words that are disjoint spans of the text (a segmenter that invents characters can
  exceed it);
- `hash_ratio`, `ellipsis_ratio` and `list_ratio` divide characters or newlines by words: no upper bound.
"""

import math
from dataclasses import dataclass

from corpusforge.rules.expression import Hint, Kind


@dataclass(frozen=True)
class KnownSignal:
    """A signal: its kind, and for numbers the least value and the upper bound (attained or not)."""

    name: str
    kind: Kind = "number"
    low: float = 0.0
    high: float = math.inf
    attained: bool = True  # whether `high` itself can occur

    def can_break(self, hint: Hint, threshold: float) -> bool:
        """Whether any value of this signal satisfies `signal operator threshold`."""
        inside = self.low <= threshold <= self.high and (self.attained or threshold < self.high)
        return {
            "<": self.low < threshold,
            "<=": self.low <= threshold,
            ">": self.high > threshold,
            ">=": self.high > threshold or (self.attained and self.high == threshold),
            "==": inside,
            "!=": True,
        }[hint.operator]


def _table() -> dict[str, KnownSignal]:
    repeated = (
        "dup_para_frac",
        "dup_para_char_frac",
        "dup_line_frac",
        "dup_line_char_frac",
        "char_dup_ratio",
        "repeated_line_ratio",
    )
    shares = (
        "line_punct_ratio",
        "short_line_ratio",
        "bullet_line_ratio",
        "end_ellipsis_ratio",
        "alpha_word_ratio",
        "letter_word_ratio",
        "sentence_word_ratio",
        "opening_capital_ratio_at_most",
        "bullet_line_ratio_at_least",
        "end_ellipsis_ratio_at_least",
    )
    sizes = ("chars", "utf8_bytes", "lines", "non_empty_lines", "all_words", "words", "stop_words")
    c4 = ("sentences", "kept_lines", "long_word_lines", "unpunctuated_lines", "few_word_lines", "javascript_lines")
    ratios = ("list_ratio", "hash_ratio", "ellipsis_ratio")
    signals = [
        *(KnownSignal(name, high=1.0, attained=False) for name in repeated),
        *(KnownSignal(f"top_{n}_gram_frac", high=2.0 * n - 1, attained=False) for n in (2, 3, 4)),
        *(KnownSignal(f"dup_{n}_gram_frac", high=1.0, attained=False) for n in range(5, 11)),
        *(KnownSignal(name, high=1.0) for name in shares),
        *(KnownSignal(name) for name in (*sizes, *ratios)),
        *(KnownSignal(f"c4_{name}") for name in (*c4, "policy_lines", "long_lines")),
        *(KnownSignal(name, high=1.0) for name in ("c4_lorem_ipsum", "c4_curly_bracket")),
        KnownSignal("repeated_seam_ratio_at_most"),
        KnownSignal("avg_word_length", low=1.0),
        KnownSignal("language_score", high=1.0),
        KnownSignal("minhash_cluster_size", low=1.0),
        KnownSignal("duplicate", kind="flag"),
        KnownSignal("duplicate_text", kind="flag"),
        KnownSignal("duplicate_url", kind="flag"),
        KnownSignal("exact_copies"),
        KnownSignal("boilerplate_lines"),
        KnownSignal("boilerplate_ratio", high=1.0),
        KnownSignal("precision_words", high=1.0),
        KnownSignal("url_language", kind="flag"),
    ]
    return {signal.name: signal for signal in signals}


KNOWN_SIGNALS = _table()
