"""Words simplified for near-duplicates: what is dropped, what stays, and that canonical equivalents are one."""

import unicodedata

import numpy as np
import pytest
import regex
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text.simple_words import simple_words, word_hashes
from corpusforge.text.words import Words

# Character by character, to be read against the code charts: not the tables under test.
DROPPED = {
    *map(chr, [*range(0x591, 0x5BE), 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7]),
    *map(chr, [*range(0x610, 0x61B), 0x640, *range(0x64B, 0x653), 0x670, *range(0x6D6, 0x6DD), *range(0x6DF, 0x6E5)]),
    *map(chr, [0x6E7, 0x6E8, *range(0x6EA, 0x6EE), *range(0x730, 0x74B), 0x338, 0x2BB, 0x2BC]),
}
INVISIBLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")


def oracle(word: str) -> str:
    """The definition in plain Python: the whole word, one step after the other."""
    kinds = {"<wide>", "<narrow>"}
    parts = [(character, unicodedata.decomposition(character).split()) for character in word]
    word = "".join(chr(int(found[1], 16)) if found[:1] and found[0] in kinds else one for one, found in parts)
    word = unicodedata.normalize("NFD", word)
    word = "".join(one if one == "\u0345" else one.casefold() for one in word)
    left = ""
    for one in unicodedata.normalize("NFD", word):
        category = unicodedata.category(one)
        if one in DROPPED or INVISIBLE.match(one) or not (category[0] in "LMN" or category in ("Cn", "Co")):
            continue
        if category != "Nd":
            left += one
        elif not left.endswith("0"):  # no other character becomes a 0
            left += "0"
    return left


def hashed(word: str) -> int:
    """The hash of a word: of its bytes, and zeros up to a multiple of 8."""
    data = word.encode()
    return int(xxhash.xxh64_intdigest(data + bytes(-len(data) % 8)))


def simplified(words: list[str]) -> list[str]:
    """One row per word, so that nothing is lost."""
    found = simple_words(Words.from_lists([[word] for word in words])).to_lists()
    return ["".join(row) for row in found]


@pytest.mark.parametrize(
    ("word", "simple"),
    [
        *[
            ("Hello", "hello"),
            ("don't", "dont"),
            ("don\u2019t", "dont"),
            ("l\u2019Été", "lété"),
        ],
        *[("об'єкт", "обєкт"), ("об\u2019єкт", "обєкт"), ("обʼєкт", "обєкт"), ("oʻzbek", "ozbek"), ("o‘zbek", "ozbek")],
        *[("snake_case", "snakecase"), ("e.g", "eg"), ("U.S.A", "usa"), ("צה״ל", "צהל"), ('צה"ל', "צהל")],
        *[
            ("3.14", "0"),
            ("1,000,000", "0"),
            ("٣٫٥", "0"),
            ("१२", "0"),
            ("１２", "0"),
            ("a1b22", "a0b0"),
            ("3rd", "0rd"),
        ],
        *[("\U0001d7d8", "0"), ("½", "½"), ("x²", "x²"), ("Ⅻ", "ⅻ"), ("①", "①")],
        *[
            ("-", ""),
            ("…", ""),
            ("€", ""),
            ("🙂", ""),
            ("🇮🇳", ""),
            ("≠", ""),
            ("।", ""),
            ("、", ""),
            ("་", ""),
            ("\u200b", ""),
        ],
        *[
            ("straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδος", "οδοσ"),
            ("ﬁn", "fin"),
            ("և", "եւ"),
        ],
        *[
            ("ＡＢｃ", "abc"),
            ("ｶﾞｷﾞ", "カ\u3099キ\u3099"),
            ("ガギ", "カ\u3099キ\u3099"),
            ("ｺｰﾋｰ", "コーヒー"),
            ("ﾊﾟ", "ハ\u309a"),
        ],
        *[("İstanbul", "i\u0307stanbul"), ("ığ", "ıg\u0306"), ("\u0345α", "\u0345α"), ("ᾼ", "α\u0345")],
        *[("हिन्दी", "हिन्दी"), ("ਪੰਜਾਬੀ", "ਪੰਜਾਬੀ"), ("ภาษาไทย", "ภาษาไทย"), ("น้ำ", "น้ำ"), ("ខ្មែរ", "ខ្មែរ")],
        *[("كَتَبَ", "كتب"), ("كـــتاب", "كتاب"), ("שָׁלוֹם", "שלום"), ("می\u200cروم", "میروم"), ("क्\u200dष", "क्ष")],
        *[("co\u00adop", "coop"), ("한국", "한국"), ("", ""), ("\ue000", "\ue000"), ("\u0378", "\u0378")],
    ],
)
def test_what_is_left_of_a_word(word: str, simple: str) -> None:
    assert simplified([word]) == [unicodedata.normalize("NFD", simple)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("ਮਾਂ", "ਮਾ"), ("में", "म"), ("ไม้", "ไม"), ("ខ្មែរ", "ខមែរ"), ("မြန်မာ", "မြနမာ"), ("tôi", "tối"), ("ọkọ", "oko")],
        *[("йод", "иод"), ("año", "ano"), ("かき", "がき"), ("آن", "ان"), ("ދިވެހި", "ދވހ"), ("ߒߞߏ߫", "ߒߞߏ"), ("ı", "i")],
    ],
)
def test_words_that_a_mark_tells_apart_stay_apart(one: str, other: str) -> None:
    found = simplified([one, other])
    assert found[0] != found[1]


def test_words_of_which_nothing_is_left_are_left_out() -> None:
    words = Words.from_lists([["A", ",", "b", "…"], [], ["!"], ["1", "2", "-", "3"]])
    assert simple_words(words).to_lists() == [["a", "b"], [], [], ["0", "0", "0"]]
    found = word_hashes(words)
    assert found.row_offsets.tolist() == [0, 2, 2, 2, 5]
    assert found.hashes.tolist() == [hashed(word) for word in ("a", "b", "0", "0", "0")]


CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from("09٣੧.,،٫'’ʼ_ \n\u00a0!。ੰਿİßΣςᾳﬁﾞｶＡ１\u0301\u0345①½≠=\u0338\u037e\u200b\u200d\u034f\u00adـ"),
    st.sampled_from(
        "\u0301\u0323\u0334\u094d\u093c\u1037\u103a\u0e38\u0e48\u064e\u0653\u0654\U0001d165ếộй각ه\u0fb2\u0f71\u3099"
    ),
)
WORDS = st.lists(st.lists(st.text(CHARACTERS), max_size=6), max_size=4)


@settings(max_examples=600, deadline=None)
@given(WORDS)
def test_any_words_equal_the_oracle(rows: list[list[str]]) -> None:
    expected = [[left for left in map(oracle, row) if left] for row in rows]
    words = Words.from_lists(rows)
    assert simple_words(words).to_lists() == expected
    found = word_hashes(words)
    assert np.diff(found.row_offsets).tolist() == list(map(len, expected))
    assert found.hashes.tolist() == [hashed(left) for row in expected for left in row]


@settings(max_examples=600, deadline=None)
@given(st.text(CHARACTERS))
def test_canonical_equivalents_are_one_word(word: str) -> None:
    forms = [word, *(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))]
    assert len(set(simplified(forms))) == 1


CONTEXTS = [
    *["{0}", "A{0}Σ", "1{0}2", "e\u0301{0}\u064e\u0323"],
    *["\U0001d165{0}\u094d\u1b44\u302e{0}\u1b44", "각{0}\u0323\u0301\u1b44{0}{0}"],
]


@pytest.mark.slow
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_character_equals_the_oracle(context: str) -> None:
    words = [context.format(chr(code)) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert [word for word, found in zip(words, simplified(words), strict=True) if found != oracle(word)] == []


def test_a_long_run_of_marks_is_put_in_order() -> None:
    # Combining classes 230, 9 and 220: each keeps the order in which it came.
    run = simplified(["a" + "\u0301\u094d\u0323" * 50_000])
    assert run == ["a" + "\u094d" * 50_000 + "\u0323" * 50_000 + "\u0301" * 50_000]
