"""Texts made to hurt, through every stage that reads text: values worked out by hand, time that grows with the text."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa
import pytest

from corpusforge.dedup.signature import Sketch
from corpusforge.languages import load_language
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.stages.clean import STEPS, apply_edits, clean
from corpusforge.stages.identify import Identifier
from corpusforge.text.c4 import c4_statistics
from corpusforge.text.segment import segmenter
from corpusforge.text.statistics import statistics

ENGLISH = load_language("eng_Latn")
SETS = [load_filter_set(name) for name in ("gopher_repetition", "fineweb_quality", "gopher_quality")]
THRESHOLDS = resolve_thresholds(SETS, ENGLISH.thresholds, ENGLISH.code)


class Hostile(NamedTuple):
    """A text of n pieces; some of its statistics, for any n; its fate; whether it has a signature."""

    text: Callable[[int], str]
    values: Callable[[int], dict[str, float | None]]
    fate: str
    signed: bool


REPETITION, FINEWEB = "gopher_repetition", "fineweb_quality"
TEXTS = {
    # One line of five-letter words: the top 2-gram "word word" (9 characters) stands at n - 1 places.
    "one line": Hostile(
        lambda n: " ".join(["words"] * n),
        lambda n: {
            "chars": 6 * n - 1, "lines": 1, "all_words": n, "words": n, "avg_word_length": 5,
            "top_2_gram_frac": 11 * (n - 1) / (6 * n - 1), "line_punct_ratio": 0, "list_ratio": 0, "stop_words": 0,
        },
        f"{REPETITION}/top_2_gram_frac",
        True,
    ),
    # "a b " n times: the 2-gram "a b" (3 characters) stands n times.
    "words of one letter": Hostile(
        lambda n: "a b " * n,
        lambda n: {"chars": 4 * n, "all_words": 2 * n, "avg_word_length": 1, "top_2_gram_frac": 3 / 4, "alpha_word_ratio": 1},
        f"{REPETITION}/top_2_gram_frac",
        True,
    ),
    "different words": Hostile(
        lambda n: " ".join(f"{i:07d}" for i in range(n)),
        lambda n: {"all_words": n, "top_2_gram_frac": 15 / (8 * n - 1), "dup_5_gram_frac": 0, "alpha_word_ratio": 0},
        f"{FINEWEB}/line_punct_ratio",
        True,
    ),
    "one letter": Hostile(
        lambda n: "x" * n,
        lambda n: {"chars": n, "all_words": 1, "avg_word_length": n, "top_2_gram_frac": None, "dup_5_gram_frac": 0},
        f"{FINEWEB}/line_punct_ratio",
        False,
    ),
    # Combining acute accents with nothing to stand on: one word, which MinHash's simplification empties.
    "combining marks": Hostile(
        lambda n: "\u0301" * n,
        lambda n: {"chars": n, "utf8_bytes": 2 * n, "all_words": 1, "words": 1, "alpha_word_ratio": 0},
        f"{FINEWEB}/line_punct_ratio",
        False,
    ),
    "a letter under many marks": Hostile(
        lambda n: "e" + "\u0301" * n,
        lambda n: {"chars": n + 1, "all_words": 1, "alpha_word_ratio": 1, "avg_word_length": n + 1},
        f"{FINEWEB}/line_punct_ratio",
        False,
    ),
    "spaces": Hostile(
        lambda n: " " * n,
        lambda n: {"chars": n, "lines": 1, "non_empty_lines": 0, "all_words": 0, "list_ratio": None},
        f"{FINEWEB}/empty",
        False,
    ),
    # n newlines are one run: two empty pieces, of which the second repeats the first.
    "newlines": Hostile(
        lambda n: "\n" * n,
        lambda n: {"chars": n, "lines": n + 1, "non_empty_lines": 0, "all_words": 0, "dup_line_frac": 1 / 2},
        f"{REPETITION}/dup_line_frac",
        False,
    ),
    # n displayed lines, all but none of them lines to those who split at "\n".
    "line separators": Hostile(
        lambda n: "\u2028" * n + "a",
        lambda n: {"chars": n + 1, "lines": 1, "non_empty_lines": 1, "all_words": 1, "bullet_line_ratio": 0},
        f"{FINEWEB}/line_punct_ratio",
        False,
    ),
    "bullets on displayed lines": Hostile(
        lambda n: "-\x85" * n,
        lambda n: {"all_words": n, "words": 0, "bullet_line_ratio": 1, "lines": 1, "top_2_gram_frac": 3 * (n - 1) / (2 * n)},
        f"{REPETITION}/top_2_gram_frac",
        False,
    ),
    # A control character is a word by UAX #29, and a symbol by the published list.
    "NUL characters": Hostile(
        lambda n: "\0" * n,
        lambda n: {"chars": n, "all_words": n, "words": 0, "avg_word_length": None, "alpha_word_ratio": 0},
        f"{REPETITION}/top_2_gram_frac",
        False,
    ),
    "full stops": Hostile(
        lambda n: "..." * n,
        lambda n: {"all_words": 3 * n, "ellipsis_ratio": 1 / 3, "end_ellipsis_ratio": 1, "line_punct_ratio": 1},
        f"{REPETITION}/top_2_gram_frac",
        False,
    ),
    # Bait for the search for e-mail addresses and IP addresses. Simplified, the number is one word "0".
    "dots and an @": Hostile(
        lambda n: "1." * n + "@",
        # The number, its last full stop, the @; the top 2-gram is the first, with a space.
        lambda n: {"chars": 2 * n + 1, "all_words": 3, "top_2_gram_frac": 1},
        f"{REPETITION}/top_2_gram_frac",
        False,
    ),
    # Bait for the repair of encodings: a letter and a sign by turns.
    "mojibake": Hostile(
        lambda n: "Ã©" * n,
        lambda n: {"chars": 2 * n, "all_words": 2 * n, "alpha_word_ratio": 1 / 2, "top_2_gram_frac": 3 / 2},
        f"{REPETITION}/top_2_gram_frac",
        True,
    ),
    "table bars": Hostile(
        lambda n: "|\n" * n,
        lambda n: {"all_words": n, "words": 0, "lines": n + 1, "non_empty_lines": n, "list_ratio": 1},
        f"{REPETITION}/dup_line_frac",
        False,
    ),
}  # fmt: skip


def stages(text: str) -> tuple[dict[str, Any], str | None, list[int] | None, str]:
    """Statistics, fate, signature and cleaned text."""
    column = pa.array([text], pa.large_string())
    Identifier("lid176")(column)
    split = segmenter("unicode")
    words = split.words(column)
    table = statistics(column, words, ENGLISH.stop_words, words)
    c4_statistics(column)
    (signature,) = Sketch().signatures(column, split).to_pylist()
    (fate,) = evaluate(table, SETS, THRESHOLDS)["fate"].to_list()
    (cleaned,) = apply_edits(column, clean(column, tuple(STEPS))[0]).to_pylist()
    return table.to_pylist()[0], fate, signature, cleaned


@pytest.mark.parametrize("name", TEXTS)
def test_values_fate_and_signature(name: str) -> None:
    case, n = TEXTS[name], 3_000
    found, fate, signature, _ = stages(case.text(n))
    for signal, value in case.values(n).items():
        assert found[signal] == (value if value is None else pytest.approx(value, abs=1e-12)), signal
    assert (signature is not None) == case.signed
    assert fate == case.fate


@pytest.mark.parametrize("name", TEXTS)
def test_four_times_the_text_takes_about_four_times_the_time(name: str) -> None:
    """A quadratic stage would take 16 times as long."""
    stages(TEXTS[name].text(100))  # compiled, and models loaded
    took = []
    for n in (150_000, 600_000):
        start = time.process_time()
        stages(TEXTS[name].text(n))
        took.append(time.process_time() - start)
    assert took[1] < 9 * took[0] + 0.5, took


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\u2028b\u2029c\r\nd", "a\nb\nc\nd"),  # every end of a line becomes a newline
        ("a\x85b\x1cc", "a…bc"),  # but ftfy takes U+0085 for an ellipsis in windows-1252, and drops U+001C
        ("a\0b\x07c", "abc"),  # ftfy drops control characters
        ("|\n| |\na", "\n\na"),  # a run of lines of bars becomes one empty line
        ("e\u0301\u0301", "e\u0301\u0301"),
    ],
)
def test_cleaned_texts_worked_out_by_hand(text: str, cleaned: str) -> None:
    assert stages(text)[3] == cleaned


@pytest.mark.slow
def test_fifty_megabytes_in_one_line_and_ten_million_words() -> None:
    n = 50_000_000 // 6
    start = time.process_time()
    found, fate, signature, _ = stages(TEXTS["one line"].text(n))
    assert found["all_words"] == n and found["utf8_bytes"] == 6 * n - 1 and signature is not None
    assert fate == TEXTS["one line"].fate
    found, fate, _, _ = stages(TEXTS["words of one letter"].text(5_000_000))
    assert found["all_words"] == 10_000_000 and fate == TEXTS["words of one letter"].fate
    assert time.process_time() - start < 120  # seconds; about 15 on a core of 2024
