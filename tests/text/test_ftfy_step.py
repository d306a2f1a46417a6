"""Encoding repair: exactly ftfy as datatrove sets it, though most lines never reach it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text import ftfy_step
from corpusforge.text.edits import applied
from corpusforge.text.ftfy_step import ftfy_edits

formatters = pytest.importorskip("datatrove.pipeline.formatters")
REFERENCE = formatters.FTFYFormatter()

SENTENCES = (
    "Œuvre d’été « déjà vu » — 5 € à l’œil…",
    "“Ça”, dit-il : ‘naïve’ café°",
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Đường phố Hà Nội «rất» đẹp",
    "«Привет», сказал Фёдор № 5",
    "Ελλάδα «γεια» σου β€",
    "ਪੰਜਾਬੀ ਦੇ “ਸ਼ਬਦ”",
    "中文“引号”和、标点…",
    "مرحبا «بالعالم»",
    "AT&T &amp; &eacute; &#x2019; &lt;b&gt; <i>",
    "a\x00b\x1b[31mred\x1b[0m\ufeff\x85\ufffc",
    "plain ascii, nothing to see.",
)
ENCODINGS = ("latin-1", "cp1252", "cp1251", "cp1253", "cp1250", "mac_roman", "cp437")


def mojibake(sentence: str, encoding: str) -> str:
    return sentence.encode("utf-8").decode(encoding, errors="replace")


LINE = st.one_of(
    st.sampled_from(SENTENCES),
    st.builds(mojibake, st.sampled_from(SENTENCES), st.sampled_from(ENCODINGS)),
    st.builds(
        lambda s, a, b: mojibake(mojibake(s, a), b),
        st.sampled_from(SENTENCES),
        *[st.sampled_from(ENCODINGS)] * 2,
    ),
)
SLICE = st.builds(lambda line, a, b: line[min(a, b) : max(a, b)], LINE, st.integers(0, 60), st.integers(0, 60))


def alphabet() -> str:
    from ftfy.badness import MOJIBAKE_CATEGORIES

    plain = "".join(value for name, value in MOJIBAKE_CATEGORIES.items() if not name.endswith("_common"))
    return plain.replace("-", "") + "aZ ÂÃÎÐØÙÒÖòüøàā√≈‚ÄβвЂГўВРСΒΓΞΟ«»°µœŒŸšž°×²³\x80\x9d\xa0\xad…–’´&;#\n<"


@settings(max_examples=600)
@given(
    st.lists(st.one_of(SLICE, st.text(alphabet=alphabet(), max_size=6)), max_size=6),
    st.sampled_from(["", "\n", " "]),
)
def test_exactly_what_ftfy_makes_of_it(parts: list[str], joint: str) -> None:
    text = joint.join(parts)
    assert applied(text, ftfy_edits(text)) == REFERENCE.format(text)


@pytest.mark.parametrize("sentence", SENTENCES[:9])
def test_sound_text_in_many_scripts_is_left_alone(sentence: str) -> None:
    assert ftfy_edits(sentence) == [] == ftfy_edits(f"{sentence}\n{sentence}\n")


def test_what_is_not_repaired() -> None:
    # ligatures, widths, quotation marks, line breaks, normal forms
    text = "ﬁn ＬＯＵＤ “q” a\r\nb\u2028c e\u0301 ａ"
    assert ftfy_edits(text) == []


def test_entities_are_text_from_the_first_tag_on() -> None:
    text = "a &amp; b\nc <i> &amp; d\ne &amp; f\n"
    assert applied(text, ftfy_edits(text)) == "a & b\nc <i> &amp; d\ne &amp; f\n" == REFERENCE.format(text)


def test_a_long_line_is_cut_where_ftfy_cuts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = ("x" * 9 + "Ã©") * 20 + "\n" + "Ã©" * 7
    for longest in (1, 2, 5, 11, 16, 1_000):
        monkeypatch.setattr(REFERENCE, "config", REFERENCE.config._replace(max_decode_length=longest))
        configuration = ftfy_step._configuration()._replace(max_decode_length=longest)
        monkeypatch.setattr(ftfy_step, "_configuration", lambda configuration=configuration: configuration)
        assert applied(text, ftfy_edits(text)) == REFERENCE.format(text)


def test_entities_nested_without_end_are_left_and_take_linear_time() -> None:
    deep = "&" + "amp;" * (ftfy_step.MAX_NESTED - 1) + "lt;"
    assert applied(deep, ftfy_edits(deep)) == "<"
    start = time.perf_counter()
    hostile = "&" + "amp;" * 200_000 + "\nnext &amp; line"
    assert applied(hostile, ftfy_edits(hostile)) == hostile.replace("next &amp;", "next &")
    assert time.perf_counter() - start < 20
