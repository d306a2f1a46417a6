import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text.simplify import simplify


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
