import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icu4py.breakers import WordBreaker

from corpusforge.errors import UserError
from corpusforge.text.segment import SEGMENTERS, segmenter


def words(text, use="unicode"):
    return segmenter(use).words(pa.array([text], pa.large_string())).to_lists()[0]


@pytest.mark.parametrize("use", sorted(SEGMENTERS))
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't pay 3.14, (ever)!", ["Don't", "pay", "3.14", ",", "(", "ever", ")", "!"]),
        ("ਸਤ ਸ੍ਰੀ ਅਕਾਲ।", ["ਸਤ", "ਸ੍ਰੀ", "ਅਕਾਲ", "।"]),
        ("میں نے کہا۔", ["میں", "نے", "کہا", "۔"]),
        ("สวัสดีชาวโลก", ["สวัสดี", "ชาว", "โลก"]),
        ("ພາສາລາວ", ["ພາສາ", "ລາວ"]),
        ("你好世界", ["你好", "世界"]),
        ("日本語テキスト", ["日本語", "テキスト"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("a\u00a0\u3000b\r\n\tc \u0301", ["a", "b", "c", "\u0301"]),
        ("👩‍🚀🇮🇳🇵🇰", ["👩‍🚀", "🇮🇳", "🇵🇰"]),
        ("--x--", ["-", "-", "x", "-", "-"]),
        ("𝄞x\x00y", ["𝄞", "x", "\x00", "y"]),
        (" \n\t\u2003", []),
        ("", []),
    ],
)
def test_words_of_several_scripts(text, expected, use):
    assert words(text, use) == expected


@pytest.mark.parametrize("use", sorted(SEGMENTERS))
def test_slices_chunks_and_nulls(use):
    texts = pa.array(["zero", "ek do", None, "", "तीन"], pa.large_string())
    expected = [["ek", "do"], [], [], ["तीन"]]
    assert segmenter(use).words(texts.slice(1)).to_lists() == expected
    assert segmenter(use).words(pa.chunked_array([texts.slice(1, 2), texts.slice(3)])).to_lists() == expected
    assert segmenter(use).words(pa.array([], pa.large_string())).to_lists() == []


CHARACTERS = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("a1 .,'\r\n\u0301\u200d中あア한ไก𝄞"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(CHARACTERS), max_size=3))
def test_icu_words_are_the_stripped_segments(texts):
    expected = [[piece.strip() for piece in WordBreaker(text, "root") if piece.strip()] for text in texts]
    assert segmenter("icu").words(pa.array(texts, pa.large_string())).to_lists() == expected


def test_the_version_names_what_the_words_depend_on():
    from icu4py import icu_version

    assert f"icu {icu_version}" in segmenter("unicode").version
    assert segmenter("unicode").name == "unicode"


def test_an_unknown_segmenter_is_refused_with_the_mend():
    with pytest.raises(UserError, match=r"unknown segmenter 'unicod' \(did you mean 'unicode'\?\)"):
        segmenter("unicod")


def test_texts_with_and_without_dictionary_scripts_keep_their_rows():
    texts = ["plain words", "คน และ a", "", "ਸਤ ਸ੍ਰੀ", "日本", "b"] * 3
    array = pa.array(texts, pa.large_string())
    found = segmenter("unicode").words(array)
    assert found.to_lists() == segmenter("icu").words(array).to_lists()
    assert found.to_lists() == [words(text) for text in texts]


def test_under_another_icu_every_text_goes_through_icu(monkeypatch):
    monkeypatch.setattr("icu4py._version.icu_version_info", (1, 0, 0, 0))
    other = segmenter("unicode")
    monkeypatch.setattr("corpusforge.text.segment.rule_words", lambda text: 1 / 0)
    assert other.words(pa.array(["no dictionary"])).to_lists() == [["no", "dictionary"]]
