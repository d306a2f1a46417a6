"""How much a text proves: sentences wherever lines end, letters beside signs, capitals after marks, bounds of ratios."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text.evidence import bound
from corpusforge.text.segment import UnicodeSegmenter
from corpusforge.text.statistics import statistics


def measured(*texts: str) -> list[dict[str, float | None]]:
    column = pa.array(texts, pa.large_string())
    words = UnicodeSegmenter().words(column)
    rows: list[dict[str, float | None]] = statistics(column, words, (), words).to_pylist()
    return rows


def in_sentences(text: str) -> float | None:
    return measured(text)[0]["sentence_word_ratio"]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("One two three. Four five six.", 1.0),
        ("One two three. Four five six", 0.5),  # the text is cut inside a sentence
        ("A title\nOne two three four five six seven eight.", 0.8),  # 8 of 10
        ("One two three.) Four five six!” Seven eight nine?", 1.0),
        (
            "One two three.  \nFour five six.\u00a0",
            1.0,
        ),  # the published rule wants the mark to be the very last character
        ("One two. Three four.", 0.0),  # a sentence has three words
        ("Home. News. About us. Contact us.", 0.0),
        ("Home\nNews and sport\nAbout us", 0.0),
        ("One two three...\nFour five six…", 0.0),  # cut, not ended
        ("One two three... four five six.", 1.0),
        (
            "One two three.. Four five six..\nSeven eight nine",
            6 / 9,
        ),  # two dots end a sentence: so editors of Arabic type
        ("One two three.... Four five six", 0.0),
        ("We paid 3.50 for two.", 1.0),  # no white space after the point
        ("This sentence goes on\nover the end of its line.", 1.0),
        ("A headline without mark\nThis is a sentence.", 0.5),  # a capital letter: another line begins
        (" ".join(["word"] * 121) + ".", 0.0),
        (" ".join(["word"] * 120) + ".", 1.0),
        ("一二三四五。六七八九十！", 1.0),  # wide marks need no white space
        ("ਸਫਲਤਾ ਉਸ ਦੇ ਪੈਰ ਚੁੰਮਦੀ ਹੈ | ਇਸ ਗੱਲ ਨੂੰ ਸੱਚ ਕਰ ਵਿਖਾਇਆ |", 1.0),  # "|" typed for the danda
        ("ਮੁੱਖ ਪੰਨਾ | ਖ਼ਬਰਾਂ | ਖੇਡਾਂ | ਸੰਪਰਕ", 0.0),  # a menu: what its bars part is short
        ("One two three | four five six |", 0.0),  # Latin script has no danda
        ("ሰላም ለዓለም ሁሉ ይሁን፡፡ ሰላም ለዓለም ሁሉ ይሁን።", 1.0),  # two word spaces typed for the full stop
        ("Խումբն անհանգստացած է, որ անվանումը փոխվի:", 1.0),  # a colon typed for the Armenian full stop
        ("Many things like this:", 0.0),
        ("Home News Sport About Us we are open all day.", 1.0),  # five of ten
        ("Home News Sport About Us Contact we are open.", 0.0),  # six of nine: a menu before a sentence
        ("Home News Sport About Us Contact we are open. This is a sentence.", 4 / 13),
        ("Home News About\nThis is a sentence of eight words here.\nAll Rights Are Reserved.", 8 / 15),
        ("THIS TEXT IS ALL IN CAPITALS. IT MAY BE READ.", 1.0),
        ("12 + 30 = 42", None),  # no word has a letter
        ("", None),
    ],
)
def test_share_of_words_in_sentences(text: str, share: float | None) -> None:
    assert in_sentences(text) == (None if share is None else pytest.approx(share))


def test_scripts_without_marks_are_not_measured() -> None:
    assert in_sentences("ภาษาไทยไม่มีเครื่องหมายจบประโยค จึงวัดไม่ได้ว่าข้อความนี้เป็นประโยคหรือไม่") is None
    assert in_sentences("วันนี้อากาศดีมาก. " * 3) == 1.0


def test_a_bar_takes_nothing_from_the_document_before() -> None:
    alone = measured("| one two three |")
    assert measured("ਸਫਲਤਾ", "| one two three |")[1:] == alone


_LINES = st.lists(
    st.lists(st.sampled_from(["one", "Two", "three", ".", "?", "...", "12", ",", "(", ")"]), max_size=9).map(" ".join),
    max_size=6,
).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(_LINES)
def test_sentences_by_an_oracle_that_looks_ahead(text: str) -> None:
    words: list[str] = []
    sentences: list[list[str]] = []
    stretch: list[str] = []
    for line in text.split("\n"):
        tokens = line.split()
        if tokens and not tokens[0][0].islower():
            stretch = []
        for place, token in enumerate(tokens):
            if token.isalpha():
                words.append(token)
                stretch.append(token)
            # A mark counts once something other than marks and brackets follows, or the line ends; "..." takes it back.
            rest = _leading(tokens[place + 1 :])
            if token in (".", "?") and "..." not in rest and not any(mark in (".", "?") for mark in rest):
                sentences.append(stretch)
                stretch = []
    shouted = sum(map(str.istitle, words)) >= 0.9 * len(words)
    found = [
        len(one)
        for one in sentences
        if 3 <= len(one) <= 120 and (shouted or sum(map(str.istitle, one)) <= len(one) / 2)
    ]
    expected = None if not words else sum(found) / len(words)
    assert in_sentences(text) == (None if expected is None else pytest.approx(expected))


@settings(max_examples=50, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=5))
def test_a_row_is_measured_as_if_it_were_alone(texts: list[str]) -> None:
    assert measured(*texts) == [row for text in texts for row in measured(text)]


def _leading(tokens: list[str]) -> list[str]:
    marks = []
    for token in tokens:
        if token not in (".", "?", "...", ",", "(", ")"):
            break
        marks.append(token)
    return marks


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ('one, two; (three) - four... "five"', 5 / 6),  # only the dash stands alone
        ("one 2 three 4", 1 / 2),
        ("### --- *** one", 1 / 4),
        ("a1 b2 3c", 1.0),
        ("12:30 one", 1 / 2),
    ],
)
def test_letters_beside_signs_and_numbers(text: str, share: float) -> None:
    assert measured(text)[0]["letter_word_ratio"] == pytest.approx(share)


def test_capitals_after_marks() -> None:
    ordered = "One is here. Two is there. Three is nowhere. Four is gone. Five is back."
    shuffled = "is One nowhere. is here. gone. is back. Two Three is Four there. is Five is"
    (first, second, small, uncased) = measured(ordered, shuffled, ordered.lower(), "یہ ایک ہے۔ یہ دو ہے۔")
    assert first["opening_capital_ratio_at_most"] == 1.0
    assert second["opening_capital_ratio_at_most"] == pytest.approx(
        _upper(1, 5)
    )  # of five marks inside the line, before "Two"
    assert small["opening_capital_ratio_at_most"] is None and uncased["opening_capital_ratio_at_most"] is None


def _upper(part: int, whole: int) -> float:
    """Wilson's upper bound as the greater root of (p - part/whole)^2 = p (1 - p) / whole, found by bisection."""
    low, high = part / whole, 1.0
    for _ in range(60):
        p = (low + high) / 2
        low, high = (p, high) if (p - part / whole) ** 2 < p * (1 - p) / whole else (low, p)
    return low


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_bounds_solve_wilsons_equation(counts: tuple[int, int]) -> None:
    part, whole = counts
    upper = bound(np.array([part]), np.array([whole]), 1)[0].as_py()
    lower = bound(np.array([part]), np.array([whole]), -1)[0].as_py()
    assert upper == pytest.approx(_upper(part, whole), abs=1e-9)
    assert lower == pytest.approx(1 - _upper(whole - part, whole), abs=1e-9)
    assert 0 <= lower <= part / whole + 1e-9 and part / whole - 1e-9 <= upper <= 1


def test_one_line_of_two_proves_little_ten_of_twenty_prove_more() -> None:
    few, many = measured("One...\nTwo", "One...\nTwo\n" * 10)
    assert few["end_ellipsis_ratio"] == many["end_ellipsis_ratio"] == 0.5
    assert (few["end_ellipsis_ratio_at_least"] or 0) < 0.3 < (many["end_ellipsis_ratio_at_least"] or 0)


def test_blank_lines_repeat_nothing() -> None:
    (row,) = measured("One\n  \nTwo\n  \nThree\n  \nOne")
    assert row["repeated_line_ratio"] == pytest.approx(1 / 4)
    assert row["dup_line_frac"] == pytest.approx(3 / 7)


def apart(number: int) -> str:
    """So many different words of three letters, whose seams are all different."""
    letters = "abcdefghijklmnopqrst"
    return " ".join(a + b + c for a in letters for b in letters for c in letters)[: 4 * number - 1]


def test_few_words_prove_no_order() -> None:
    few, many = measured(apart(20), apart(400))
    assert few["repeated_seam_ratio_at_most"] == pytest.approx(4 / 20)  # of none, the bound is the square of z
    assert many["repeated_seam_ratio_at_most"] == pytest.approx(4 / 400)


def test_what_comes_again_other_than_by_chance() -> None:
    # Of 29 words and 28 seams, those of the ten numbers come twice: 9 seams.
    numbers = "one two three four five six seven eight nine ten"
    found = measured(f"{numbers} {apart(8)} {numbers} xyz")[0]["repeated_seam_ratio_at_most"]
    # Ten ends come twice, and nine beginnings, as the text begins with "one": two and two of 90 pairs meet
    # 2 x 1 x 2 x 1 / (2 x 28 x 27) times on average: mean^2 / 2.
    mean = math.sqrt(4 / (28 * 27))
    share = 1 - math.exp(-mean) * (1 + mean)
    more = 9 - 90 * share
    most = more + 2 + 2 * math.sqrt(more + 90 * share * (1 - share) + 1)
    assert found == pytest.approx(most / 29)


def test_a_line_that_ends_in_a_mark_makes_seams_needless() -> None:
    for text in ("one two three.", "one two\nthree four!\nfive six", "12 + 30 = 42", ""):
        assert measured(text)[0]["repeated_seam_ratio_at_most"] is None
    assert measured("one two three. four five")[0]["repeated_seam_ratio_at_most"] == pytest.approx(4 / 5)
