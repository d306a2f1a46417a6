"""The script of a text: that of most letters."""

from collections import Counter

import pyarrow as pa
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.text.scripts import script_of, scripts


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("ਪਿੰਡ ਦਾ ਖੂਹ", "Guru"),
        ("پنڈ دا کھوہ", "Arab"),
        ("The village well", "Latn"),
        ("Колодец в деревне", "Cyrl"),
        ("गाँव का कुआँ", "Deva"),
        ("በመንደሩ ያለ ጉድጓድ", "Ethi"),
        ("หมู่บ้านเล็ก", "Thai"),
        ("村里的水井", "Hani"),
        ("村の井戸を見に行く", "Jpan"),
        ("カタカナ", "Jpan"),
        ("마을의 우물", "Hang"),
        ("𞤀𞤣𞤤𞤢𞤥", "Adlm"),  # beyond the Basic Multilingual Plane
        ("𠀀𠀁𠀂", "Hani"),
    ],
)
def test_text_in_one_script(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize("text", ["", " \n", "1234 – 5678", "!?…", "😀 → ♥", "\u0300\u0301"])
def test_text_without_letters_has_no_script(text: str) -> None:
    assert script_of(text) is None


def test_the_majority_decides() -> None:
    assert script_of("ਕਣਕ wheat") == "Latn"  # 3 letters to 5: marks are no letters
    assert script_of("ਕਣਕ ਮੱਕੀ wheat") == "Guru"  # 5 letters to 5, and Guru comes first


def test_digits_and_addresses_do_not_decide() -> None:
    assert script_of("ਫ਼ੋਨ: 0161 2345678, ਘਰ 12345678901234567890") == "Guru"


def test_a_single_kana_in_chinese_text_is_an_ornament() -> None:
    assert script_of("鲜の每日新鲜水果蔬菜送到您家门口价格便宜质量好") == "Hani"  # 1 of 23
    assert script_of("優の良品鮮果批發市場") == "Jpan"  # 1 of 10


def test_korean_with_han_characters_is_korean() -> None:
    assert script_of("대한민국(大韓民國)의 헌법") == "Hang"


def test_nulls_and_slices_of_a_column() -> None:
    column = pa.array(["ignored", "ਪੰਜਾਬ", None, "Москва", "", "東京"], pa.large_string())
    assert scripts(column.slice(1)).to_pylist() == ["Guru", None, "Cyrl", None, "Hani"]


def test_an_empty_column() -> None:
    assert scripts(pa.array([], pa.large_string())).to_pylist() == []


_CANDIDATES = ["Latn", "Cyrl", "Guru", "Arab", "Deva", "Thai", "Grek", "Hebr", "Adlm", "Geor"]


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_it_agrees_with_the_regex_package_letter_by_letter(text: str) -> None:
    counts = Counter(
        script
        for char in text
        for script in [*_CANDIDATES, "Hani", "Hira", "Kana"]
        if regex.match(rf"(?V1)[\p{{Script={script}}}&&\p{{L}}]", char)
    )
    unknown = sum(bool(regex.match(r"(?V1)[\p{L}--[\p{Common}\p{Inherited}]]", char)) for char in text) - counts.total()
    kana = counts.pop("Hira", 0) + counts.pop("Kana", 0)
    counts["Hani"] += kana
    best = min(counts, key=lambda script: (-counts[script], script))
    if unknown == 0:  # another of the 160 scripts would need its own oracle
        expected = None if counts[best] == 0 else "Jpan" if best == "Hani" and kana * 20 >= counts[best] else best
        assert script_of(text) == expected
