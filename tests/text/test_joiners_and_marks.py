"""Joiners and combining marks stay inside words where the script writes with them: words made by hand."""

import pyarrow as pa
import pytest

from corpusforge.text.segment import SEGMENTERS, segmenter

ZWNJ, ZWJ = "\u200c", "\u200d"


@pytest.mark.parametrize("use", sorted(SEGMENTERS))
@pytest.mark.parametrize(
    "words",
    [
        (f"می{ZWNJ}روم", "به", f"خانه{ZWNJ}ها"),  # Persian: prefixes and plurals are joined without a space
        (f"زبان{ZWNJ}وں",),  # Urdu
        (f"ශ්{ZWJ}රී", "ලංකාව", f"ප්{ZWJ}රදේශය"),  # Sinhala: the joiner makes conjuncts
        ("ਪੰਜਾਬੀ", "ਸਿੱਖ", "ਪ੍ਰਧਾਨ"),  # Gurmukhi: tippi, addak, virama
        ("हिन्दी", "में", f"क्{ZWJ}ष", "पढ़ाई"),  # Devanagari: virama, anusvara, nukta, half form
        (f"র{ZWJ}্যাব", f"ক্{ZWNJ}ষ"),  # Bengali: ya-phalaa after ra, virama shown
        (f"അവന്{ZWJ}", f"നന്{ZWJ}മ"),  # Malayalam: chillus as written before Unicode 5.1
        (f"ರ{ZWJ}್ಯಾ", "ಕನ್ನಡ"),
        ("தமிழ்", "తెలుగు", "ગુજરાતી", "ଓଡ଼ିଆ"),
        ("مُحَمَّدٌ", "كَتَبَ", "שָׁלוֹם"),  # harakat, niqqud
        ("e\u0301te\u0301", "Tie\u0302\u0301ng"),  # decomposed Latin letters
        ("ᠮᠣᠩᠭᠣᠯ",),
    ],
)
def test_words_are_not_cut_at_joiners_or_marks(words: tuple[str, ...], use: str) -> None:
    text = pa.array([" ".join(words)], pa.large_string())
    assert segmenter(use).words(text).to_lists() == [list(words)]


def test_a_zero_width_space_parts_words_as_lao_and_khmer_use_it() -> None:
    (found,) = segmenter("unicode").words(pa.array(["ខ្មែរ\u200bភាសា"], pa.large_string())).to_lists()
    assert found[0] == "ខ្មែរ" and found[-1] == "ភាសា"
