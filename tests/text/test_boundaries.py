"""Our compiled rules against ICU itself, the independent implementation that they stand in for."""

import random
from collections import defaultdict

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icu4py import icu_version_info

from corpusforge.text.boundaries import rule_words
from corpusforge.text.buffers import utf8
from corpusforge.text.icu import IcuSegmenter
from corpusforge.text.segment import UnicodeSegmenter
from corpusforge.text.word_break import CODE_POINTS, ICU_MAJOR, classes

pytestmark = pytest.mark.skipif(icu_version_info[0] != ICU_MAJOR, reason=f"the rules are those of ICU {ICU_MAJOR}")

KINDS = defaultdict(list)
for _code in range(CODE_POINTS):
    if not 0xD800 <= _code < 0xE000:
        KINDS[int(classes()[_code])].append(chr(_code))


def differences(texts):
    array = pa.array(texts, pa.large_string())
    ours = UnicodeSegmenter().words(array).to_lists()
    icus = IcuSegmenter().words(array).to_lists()
    return [(text, own, other) for text, own, other in zip(texts, ours, icus, strict=True) if own != other]


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
def test_scripts_that_need_a_dictionary_are_left_whole_from_white_space_or_punctuation_to_the_next(text):
    left = f"(b1{text}c.\u0301{text}"
    array = pa.array(["plain ਪੰਜਾਬੀ", f"a, {left} — d"], pa.large_string())
    found = rule_words(utf8(array))
    assert found.stretches == 1
    assert found.row_offsets.tolist() == [0, 2, 7]
    first = len(array[0].as_py().encode())
    assert found.starts.tolist()[4] == first + 3
    assert found.ends.tolist()[4] == -1 - (first + 3 + len(left.encode()))


def test_many_words_fit():
    offsets, starts, ends, stretches = rule_words(utf8(pa.array(["a b", "", "x " * 3000], pa.large_string())))
    assert offsets.tolist() == [0, 2, 2, 3002]
    assert (ends - starts == 1).all()
    assert stretches == 0
