"""Every reason of the three published filters, on documents made for it: datatrove's own classes and ours agree.

Both get the same words (split at white space), so no tokenizer takes part; ours go through our statistics, our rules
and our language files.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.test_against_datatrove import ENGLISH_STOP_WORDS, SETS, fate, thresholds

from corpusforge.languages import load_language
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.text.statistics import statistics
from corpusforge.text.words import Words

filters = pytest.importorskip("datatrove.pipeline.filters")
from datatrove.data import Document  # noqa: E402
from datatrove.utils.word_tokenizers import WordTokenizer  # noqa: E402

REPETITION, FINEWEB, QUALITY = SETS
CLASSES = {
    REPETITION: filters.GopherRepetitionFilter,
    FINEWEB: filters.FineWebQualityFilter,
    QUALITY: filters.GopherQualityFilter,
}


class WhiteSpace(WordTokenizer):
    """A tokenizer that needs none of datatrove's extras."""

    def word_tokenize(self, text: str) -> list[str]:
        return text.split()

    def sent_tokenize(self, text: str) -> list[str]:
        raise NotImplementedError

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        raise NotImplementedError


TOKENIZER = WhiteSpace()


def reference(name: str, text: str, **arguments: Any) -> str | None:
    """The reason for which datatrove's filter drops a text, or None."""
    verdict = CLASSES[name](**arguments, language=TOKENIZER).filter(Document(text=text, id="x"))
    return None if verdict is True else verdict[1]


def ours(name: str, text: str, values: Mapping[str, float | None], stop_words: Sequence[str]) -> str | None:
    """The fate that our filter set gives a text, or None."""
    signals = statistics(pa.array([text], pa.large_string()), Words.from_lists([text.split()]), stop_words)
    (found,) = evaluate(signals, [load_filter_set(name)], values)["fate"].to_list()
    return found


def judged_by(code: str) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """Thresholds and stop words of a language file."""
    language = load_language(code)
    sets = [load_filter_set(name) for name in SETS]
    return resolve_thresholds(sets, language.thresholds, code), language.stop_words


# Material: words that all differ, so that only what a case repeats is repeated.


def words(count: int, length: int = 5) -> list[str]:
    """`count` different words of `length` letters."""
    return ["".join(letters) for letters in itertools.islice(itertools.product("abcdefghij", repeat=length), count)]


def lines(count: int, per_line: int = 6) -> list[str]:
    """`count` different lines of `per_line` words."""
    every = words(count * per_line)
    return [" ".join(every[i : i + per_line]) for i in range(0, len(every), per_line)]


def prose(count: int = 60, last: str = ".", first: str = "", stop_words: bool = True) -> str:
    """`count` different words, the stop words of English first, in lines of ten."""
    every = [*(sorted(ENGLISH_STOP_WORDS) if stop_words else []), *words(count)][:count]
    return "\n".join(first + " ".join(every[i : i + 10]) + last for i in range(0, count, 10))


def with_phrases(phrases: int, size: int, total: int) -> str:
    """`total` words of five letters; `phrases` different runs of `size` words stand twice each, apart from each other.

    So `phrases` x `size` x 5 characters of 6 x `total` - 1 are in repeated `size`-grams.
    """
    every = iter(words(total))
    runs = [list(itertools.islice(every, size)) for _ in range(phrases)]
    apart = [[*run, next(every)] for run in (*runs, *runs)]
    text = [word for run in apart for word in run]
    return " ".join([*text, *itertools.islice(every, total - len(text))])


class Case(NamedTuple):
    """A document made to be dropped by one filter, under the defaults, for one reason (None: to be kept)."""

    filter: str
    reason: str | None
    text: str


CASES = [
    Case(REPETITION, None, prose()),
    Case(REPETITION, "empty", ""),
    Case(REPETITION, "dup_para_frac", "\n\n".join([*["ab cd"] * 5, *lines(5)])),  # 4 of 10 > 0.3
    Case(REPETITION, None, "\n\n".join([*["a"] * 4, *lines(6)])),  # 3 of 10 is not above 0.3
    Case(REPETITION, "dup_para_char_frac", "\n\n".join([*[prose(20, "")] * 2, "x", "y", "z"])),  # 1 of 5, but long
    Case(REPETITION, "dup_line_frac", "\n".join([*["ab cd"] * 5, *lines(5)])),
    Case(REPETITION, None, "\n".join([*["a"] * 4, *lines(6)])),
    Case(REPETITION, "dup_line_char_frac", "\n".join([*lines(1, 20) * 2, "x", "y", "z"])),
    Case(REPETITION, "top_2_gram", " ".join(f"xxxxx yyyyy {word}" for word in words(20))),  # 11 of 18 characters
    Case(REPETITION, "top_3_gram", with_phrases(1, 3, 24)),  # 34 of 143 > 0.18; 2-grams 22 of 143
    Case(REPETITION, "top_4_gram", with_phrases(1, 4, 46)),  # 46 of 275 > 0.16; 3-grams 34 of 275
    Case(REPETITION, "duplicated_5_n_grams", with_phrases(3, 5, 80)),  # 75 of 479 > 0.15; 4-grams 46
    Case(REPETITION, "duplicated_6_n_grams", with_phrases(3, 6, 100)),  # 90 of 599 > 0.14; 5-grams 75
    Case(REPETITION, "duplicated_7_n_grams", with_phrases(3, 7, 125)),  # 105 of 749 > 0.13; 6-grams 90
    Case(REPETITION, "duplicated_8_n_grams", with_phrases(3, 8, 150)),  # 120 of 899 > 0.12; 7-grams 105
    Case(REPETITION, "duplicated_9_n_grams", with_phrases(3, 9, 180)),  # 135 of 1,079 > 0.11; 8-grams 120
    Case(REPETITION, "duplicated_10_n_grams", with_phrases(3, 10, 225)),  # 150 of 1,349 > 0.10; 9-grams 135
    Case(REPETITION, None, with_phrases(3, 10, 260)),  # 150 of 1,559 < 0.10
    Case(FINEWEB, None, prose()),
    Case(FINEWEB, "empty", "\n \u3000\n"),
    Case(FINEWEB, "line_punct_ratio", prose(last=" ")),
    Case(FINEWEB, None, prose(last="\u0964")),  # a danda ends a sentence
    Case(FINEWEB, "short_line_ratio", "\n".join(f"{line}." for line in lines(9, 4))),  # 24 characters each
    Case(FINEWEB, "char_dup_ratio", prose() + "\n" + prose(10)),
    Case(FINEWEB, "list_ratio", "\n".join(f"{word}." for word in words(9, 31))),  # 8 newlines, 9 words
    Case(QUALITY, None, prose()),
    Case(QUALITY, None, prose(50)),
    Case(QUALITY, "gopher_short_doc", prose(49)),
    Case(QUALITY, "gopher_short_doc", prose(49) + " !!! — … #"),  # symbols are no words
    Case(QUALITY, None, "have that " * 50_000),
    Case(QUALITY, "gopher_long_doc", "have that " * 50_000 + "have"),
    Case(QUALITY, "gopher_below_avg_threshold", "of to " * 30),
    Case(QUALITY, "gopher_above_avg_threshold", " ".join(words(60, 11))),
    Case(QUALITY, "gopher_too_many_hashes", prose() + " #######"),  # 7 of 61
    Case(QUALITY, None, prose() + " ######"),  # 6 of 61
    Case(QUALITY, "gopher_too_many_ellipsis", prose() + " ………………........."),  # 6 and 3
    Case(QUALITY, "gopher_too_many_bullets", prose(first="- ")),
    Case(QUALITY, "gopher_too_many_bullets", prose(first="\u00a0• ")),
    Case(QUALITY, "gopher_too_many_bullets", prose(first="• ").replace("\n", "\u2028")),  # splitlines, not split
    Case(QUALITY, None, prose(90, first="-") + "\nabcde"),  # 9 of 10 lines
    Case(QUALITY, "gopher_too_many_end_ellipsis", prose(last="… ")),  # 6 of 6 lines; 6 of 60 words is not above 0.1
    Case(QUALITY, "gopher_below_alpha_threshold", prose() + " 12345" * 16),  # 60 of 76 < 0.8
    Case(QUALITY, None, prose() + " 12345" * 15),  # 60 of 75 = 0.8
    Case(QUALITY, "gopher_enough_stop_words", prose(stop_words=False)),
    Case(QUALITY, "gopher_enough_stop_words", "the The THE " + prose(stop_words=False)),  # case matters
    Case(QUALITY, None, "the of " + prose(stop_words=False)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.filter}-{case.reason}")
def test_a_document_made_for_a_reason(case: Case) -> None:
    assert reference(case.filter, case.text) == case.reason
    assert ours(case.filter, case.text, *judged_by("eng_Latn")) == fate(case.filter, case.reason)


def test_every_rule_is_reached_and_every_filter_keeps_something() -> None:
    reached = {fate(case.filter, case.reason) for case in CASES if case.reason}
    assert reached == {loaded.name_of(rule) for loaded in map(load_filter_set, SETS) for rule in loaded.rules}
    assert {case.filter for case in CASES if case.reason is None} == set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_all_documents_under_the_parameters_of_two_languages(name: str, parameters: dict[str, Any]) -> None:
    reached = set()
    for code in ("pan_Guru", "eng_Latn"):
        for case in CASES:
            reason = reference(name, case.text, **parameters[code][name])
            assert ours(name, case.text, *judged_by(code)) == fate(name, reason), (code, case)
            reached.add(reason)
    assert len(reached) >= 5


# Documents that nobody made for anything

WORD = st.sampled_from(
    ["a", "the", "of", "with", "ਦੇ", "word", "12", "#", "#x", "...", "…", "—", "!", "longer-word", "•", "-"]
)
JOINT = st.sampled_from(
    [" ", " ", " ", " ", "\n", "\n", "\n\n", "\n\n\n", ".\n", "…\n", "\n- ", "\r\n", "\u2028", "\t", "\u3000"]
)
TEXT = st.lists(st.tuples(WORD, JOINT), max_size=60).map(lambda parts: "".join(itertools.chain(*parts)))
SHARE = st.sampled_from([0.05, 0.1, 0.2, 0.25, 1 / 3, 0.5, 2 / 3, 0.9, 1.0])
OPTIONAL = st.one_of(st.just(0), SHARE)  # 0 means off there


ARGUMENTS = {
    REPETITION: st.fixed_dictionaries(
        dict.fromkeys(("dup_line_frac", "dup_para_frac", "dup_line_char_frac", "dup_para_char_frac"), OPTIONAL)
        | {"top_n_grams": st.tuples(*(st.tuples(st.just(n), SHARE) for n in (2, 3, 4)))}
        | {"dup_n_grams": st.tuples(*(st.tuples(st.just(n), SHARE) for n in range(5, 11)))}
    ),
    FINEWEB: st.fixed_dictionaries(
        dict.fromkeys(("line_punct_thr", "short_line_thr", "char_duplicates_ratio", "new_line_ratio"), SHARE)
    ),
    QUALITY: st.fixed_dictionaries(
        {
            "min_doc_words": st.integers(1, 30),
            "max_doc_words": st.integers(20, 70),
            "min_avg_word_length": st.sampled_from([0, 1, 2, 2.5]),
            "max_avg_word_length": st.sampled_from([0, 3, 4, 5]),
            "max_symbol_word_ratio": OPTIONAL,
            "max_bullet_lines_ratio": OPTIONAL,
            "max_ellipsis_lines_ratio": OPTIONAL,
            "max_non_alpha_words_ratio": OPTIONAL,
            "min_stop_words": st.integers(0, 4),
        }
    ),
}


@pytest.mark.parametrize("name", SETS)
@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_document_under_any_arguments(name: str, data: st.DataObject) -> None:
    text, arguments = data.draw(TEXT), data.draw(ARGUMENTS[name])
    values = thresholds(*(arguments if each == name else {} for each in SETS))
    assert ours(name, text, values, tuple(ENGLISH_STOP_WORDS)) == fate(name, reference(name, text, **arguments))
