import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text.simple_characters import ACTION, LONGEST, ORDERED, SEVERAL, simple_characters
from corpusforge.text.simplify import GROWTH, simplify
from corpusforge.text.word_characters import word_characters


def one(text):
    return simplify(pa.array([text], pa.large_string()))[0].as_py()


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("Hello,  WORLD!\n\tIt's", "hello world it s"),
        ("3.14 and 1,000,000 and ੧੨੩ and ٣٫٥", "0 and 0 0 and 0 and 0"),
        ("ਪੰਜਾਬੀ ਦੇ", "ਪਜਾਬੀ ਦ"),  # nonspacing marks go, ੀ (spacing) stays
        ("हिन्दी में", "हिनदी म"),
        ("Crème Brûlée", "creme brulee"),
        ("İ", "i"),
        ("！？。", ""),
        ("a \u0301 ", "a"),
        ("", ""),
    ],
)
def test_what_is_left(text, simple):
    assert one(text) == simple


def test_a_null_becomes_an_empty_text():
    assert simplify(pa.array([None, "A"], pa.large_string())).to_pylist() == ["", "a"]


def test_golden_documents_equal_the_published_function(documents):
    import xxhash

    hashes = [xxhash.xxh64_intdigest(text.encode()) for text in simplify(documents["text"]).to_pylist()]
    assert hashes == documents["simplified_xxh64"].to_pylist()


CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from("09٣੧.,،٫⎖ \n\t\x1c\x85\u00a0—!。ੰिİßΣ\u0301\u0345①½"),
)


@settings(max_examples=500, deadline=None)
@given(st.text(CHARACTERS))
def test_any_text_equals_the_published_function(text):
    published = pytest.importorskip("datatrove.utils.text").simplify_text
    assert one(text) == published(text)


# Each context puts a character where something else decides: numbers, sigmas, spaces, marks that change places.
CONTEXTS = [
    "{0}",
    "A{0}Σ",
    "Σ{0}A",
    "1{0}2.{0}3",
    "a {0} b",
    "\U0001d165{0}\u094d\u1b44\u302e{0}\u1b44",
    "각{0}\u302f\u0301\u1b44{0}{0}",
]


@pytest.mark.slow
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_character_equals_the_published_function(context):
    published = pytest.importorskip("datatrove.utils.text").simplify_text
    codes = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    texts = ["\n".join(context.format(chr(code)) for code in codes[i : i + 500]) for i in range(0, len(codes), 500)]
    found = simplify(pa.array(texts, pa.large_string())).to_pylist()
    assert [text for text, simple in zip(texts, found, strict=True) if simple != published(text)] == []


MARKS = st.sampled_from([*"\u0301\u0334\u094d\u1b44\u302e\U0001d165\U0001d16d\U0001d15e\u0cca\u0345aΣ각 "])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(MARKS, max_size=12), max_size=3))
def test_marks_stand_in_canonical_order(texts):
    published = pytest.importorskip("datatrove.utils.text").simplify_text
    assert simplify(pa.array(texts, pa.large_string())).to_pylist() == list(map(published, texts))


def test_a_long_run_of_marks_is_put_in_order():
    # Combining classes 226 and 9, each in the order in which they came.
    assert one("a" + "\U0001d16d\u1b44" * 50_000) == "a" + "\u1b44" * 50_000 + "\U0001d16d" * 50_000


@pytest.mark.parametrize("tables", [simple_characters, word_characters])
def test_no_character_grows_more_than_there_is_room_for(tables):
    simple = tables()
    for code in np.flatnonzero(np.isin(simple.actions & ACTION, (SEVERAL, ORDERED))):
        assert simple.pool[simple.packed[code]] <= GROWTH * len(chr(code).encode()), hex(code)
    lengths = np.array([1, 2, 3, 4])[np.searchsorted([0x80, 0x800, 0x10000], np.arange(0x110000), side="right")]
    plain = (simple.actions & ACTION) <= LONGEST
    assert ((simple.actions & ACTION)[plain] <= GROWTH * lengths[plain]).all()
