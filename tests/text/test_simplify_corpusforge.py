"""Simplification of kind `corpusforge`: marks that tell words apart stay, and canonical equivalents are one."""

import unicodedata

import pyarrow as pa
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text.characters import PUNCTUATION
from corpusforge.text.segment import segmenter
from corpusforge.text.simplify import simplify

# Character by character, to be read against the code charts: not the tables under test.
DROPPED = {
    *map(chr, [*range(0x591, 0x5BE), 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7]),
    *map(chr, [*range(0x610, 0x61B), 0x640, *range(0x64B, 0x653), 0x670, *range(0x6D6, 0x6DD), *range(0x6DF, 0x6E5)]),
    *map(chr, [0x6E7, 0x6E8, *range(0x6EA, 0x6EE), *range(0x730, 0x74B), 0x338]),
}
INVISIBLE = regex.compile(r"(?!\u200b)\p{Default_Ignorable_Code_Point}")
NUMBER = regex.compile(r"\p{Nd}+([.,،٫⎖⎗⎘]\p{Nd}+)?")


def oracle(text: str) -> list[str]:
    """Pieces between white space, in plain Python: whole text, one step after the other."""
    text = NUMBER.sub("0", unicodedata.normalize("NFD", text).lower())
    text = "".join(" " if character in PUNCTUATION else character for character in text)
    text = unicodedata.normalize("NFD", text)
    return INVISIBLE.sub("", "".join(character for character in text if character not in DROPPED)).split()


def pieces(texts: list[str]) -> list[list[str]]:
    found = simplify(pa.array(texts, pa.large_string()), "corpusforge").to_pylist()
    return [text.split() for text in found]


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("ਪੰਜਾਬੀ, ਦੇ!", "ਪੰਜਾਬੀ ਦੇ"),
        ("हिन्दी में १२", "हिन्दी में 0"),
        ("বাংলা", "বাংলা"),
        ("ภาษาไทย น้ำ", "ภาษาไทย น้ำ"),
        ("ភាសាខ្មែរ", "ភាសាខ្មែរ"),
        ("བོད་ཡིག", "བོད་ཡིག"),
        ("كَتَبَ الطُّلَّابُ كـــتاب", "كتب الطلاب كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("می\u200cروم", "میروم"),
        ("क्\u200dष", "क्ष"),
        ("co\u00adop\ufeff", "coop"),
        ("3.14 and ٣٫٥", "0 and 0"),
    ],
)
def test_what_is_left(text: str, simple: str) -> None:
    assert pieces([text]) == [simple.split()]


@pytest.mark.parametrize(
    "word",
    ["Tiếng Việt được", "Yorùbá ọ̀rọ̀ ẹ̀kọ́", "한국어", "がぎぱ", "Ещё йод", "Ἀθῆναι ἐν", "İstanbul", "آب أب", "K≠Å", "क़"],
)
def test_composed_and_decomposed_words_are_one_and_keep_their_marks(word: str) -> None:
    found = pieces([unicodedata.normalize(form, word) for form in ("NFC", "NFD")])
    assert found[0] == found[1]
    letters = unicodedata.normalize("NFD", word.replace("≠", " ").lower())
    assert found[0] == letters.split()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("ਮਾਂ", "ਮਾ"), ("में", "म"), ("ไม้", "ไม"), ("ខ្មែរ", "ខមែរ"), ("မြန်မာ", "မြနမာ"), ("tôi", "tối"), ("ọkọ", "oko")],
        *[("йод", "иод"), ("año", "ano"), ("かき", "がき"), ("آن", "ان"), ("ދިވެހި", "ދވހ"), ("ߒߞߏ߫", "ߒߞߏ")],
    ],
)
def test_words_that_a_mark_tells_apart_stay_apart(one: str, other: str) -> None:
    found = pieces([one, other])
    assert found[0] != found[1]


@pytest.mark.parametrize("use", ["icu", "unicode"])
def test_words_are_cut_as_in_the_text_itself(use: str) -> None:
    for text in [
        "ਪੰਜਾਬੀ ਵਿੱਚ ਲਿਖੋ",
        "हिन्दी में लिखें",
        "tiếng việt",
        "ê̄ ọ̀rọ̀",
        "한국어 글",
        "ภาษาไทยง่ายนิดเดียว",
        "ភាសាខ្មែរពិរោះ",
    ]:
        column = pa.array([text], pa.large_string())
        words = segmenter(use).words(simplify(column, "corpusforge")).to_lists()[0]
        expected = segmenter(use).words(column).to_lists()[0]
        assert words == [unicodedata.normalize("NFD", word) for word in expected]


CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from(
        "09٣੧.,،٫⎖ \n\t\x1c\x85\u00a0—!。ੰਿİßΣA\u0301\u0345①½≠=\u0338\u037e`´\u1fef\u200b\u200d\u034f\u00adـ"
    ),
    st.sampled_from(
        "\u0301\u0323\u0334\u094d\u093c\u1037\u103a\u0e38\u0e48\u064e\u0653\u0654\U0001d165ếộй각ه\u0fb2\u0f71"
    ),
)


@settings(max_examples=600, deadline=None)
@given(st.text(CHARACTERS))
def test_any_text_equals_the_oracle_in_any_canonical_form(text: str) -> None:
    texts = [text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))]
    assert pieces(texts) == [oracle(text)] * 3


MARKS = st.sampled_from("\u0301\u0323\u0334\u094d\u1b44\u302e\U0001d165\u0345\u064e\u034fôệΐa각 ")


@settings(max_examples=600, deadline=None)
@given(st.lists(st.text(MARKS, max_size=20), max_size=3))
def test_marks_stand_in_canonical_order(texts: list[str]) -> None:
    assert pieces(texts) == list(map(oracle, texts))


CONTEXTS = [
    *["{0}", "A{0}Σ", "Σ{0}A", "1{0}2.{0}3", "a {0} b"],
    *["\U0001d165{0}\u094d\u1b44\u302e{0}\u1b44", "각{0}\u0323\u0301\u1b44{0}{0}", "e\u0301{0}\u064e\u200d\u0323"],
]


@pytest.mark.slow
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_character_equals_the_oracle(context: str) -> None:
    codes = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    texts = [
        "\n".join(context.format(chr(code)) for code in codes[start : start + 500])
        for start in range(0, len(codes), 500)
    ]
    assert [text for text, found in zip(texts, pieces(texts), strict=True) if found != oracle(text)] == []


def test_a_long_run_of_marks_is_put_in_order() -> None:
    # Combining classes 230, 9 and 220: each keeps the order in which it came.
    run = pieces(["a" + "\u0301\u094d\u0323" * 50_000])
    assert run == [["a" + "\u094d" * 50_000 + "\u0323" * 50_000 + "\u0301" * 50_000]]
