"""Our compiled rules against ICU itself, the independent implementation that they stand in for."""

import random
from collections import defaultdict

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icu4py import icu_version_info

from corpusforge.text.boundaries import needs_dictionary, rule_words
from corpusforge.text.buffers import utf8
from corpusforge.text.icu import IcuSegmenter
from corpusforge.text.word_break import CLASS, CODE_POINTS, DICTIONARY, ICU_MAJOR, classes
from corpusforge.text.words import Words

pytestmark = pytest.mark.skipif(icu_version_info[0] != ICU_MAJOR, reason=f"the rules are those of ICU {ICU_MAJOR}")

KINDS = defaultdict(list)
for _code in range(CODE_POINTS):
    if not 0xD800 <= _code < 0xE000 and classes()[_code] & CLASS != DICTIONARY:
        KINDS[int(classes()[_code])].append(chr(_code))


def differences(texts):
    array = pa.array(texts, pa.large_string())
    text = utf8(array)
    by_dictionary = needs_dictionary(text)
    ours = Words(*rule_words(text, by_dictionary), text.data).to_lists()
    icus = IcuSegmenter().words(array).to_lists()
    rows = zip(texts, by_dictionary, ours, icus, strict=True)
    return [(text, own, other) for text, skipped, own, other in rows if not skipped and own != other]


# Each context puts a character where another group of rules decides: letters, numbers, spaces, Hebrew, connectors,
# a mark before and after, an emoji sequence, look-ahead past a full stop and a comma, flags.
CONTEXTS = [
    "a{0}a",
    "1{0}1",
    "a {0} {0}",
    "א{0}א",
    'א"{0}',
    "_{0}_",
    "\u0301{0}",
    "{0}\u0301a",
    "👩\u200d{0}",
    "1,{0}",
    "🇮{0}🇮",
]


@pytest.mark.slow
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_character_breaks_where_icu_breaks(context):
    characters = [character for kind in KINDS.values() for character in kind]
    lines = [context.format(character) for character in characters]
    assert differences(["\n".join(lines[i : i + 500]) for i in range(0, len(lines), 500)]) == []


def test_random_sequences_of_all_classes_break_where_icu_breaks():
    chance = random.Random(20)
    kinds = list(KINDS)
    texts = [
        "".join(chance.choice(KINDS[chance.choice(kinds)]) for _ in range(chance.randint(1, 14))) for _ in range(20_000)
    ]
    assert differences(texts) == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_text_breaks_where_icu_breaks(texts):
    assert differences(texts) == []


def test_golden_documents_break_where_icu_breaks(documents):
    assert differences(documents["text"].to_pylist()) == []


@pytest.mark.parametrize("text", ["ก", "ລ", "ក", "က", "中", "の", "カ", "ｶ", "한", "\U00020000"])
def test_scripts_that_need_a_dictionary_are_recognised(text):
    assert needs_dictionary(utf8(pa.array(["plain ਪੰਜਾਬੀ", "a" + text]))).tolist() == [False, True]


def test_skipped_rows_have_no_words_and_many_words_fit():
    texts = utf8(pa.array(["a b", "c d", "x " * 3000], pa.large_string()))
    offsets, starts, ends = rule_words(texts, needs_dictionary(utf8(pa.array(["a", "中", "a"]))))
    assert offsets.tolist() == [0, 2, 2, 3002]
    assert (ends - starts == 1).all()
