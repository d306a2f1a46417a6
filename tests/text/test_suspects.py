"""Texts without a flag are left as they are by every step of cleaning, and sound text in any script has none."""

import io
import json
import os
import re
import time
from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import REPOSITORY
from tests.text.test_ftfy_step import SENTENCES, alphabet

from corpusforge.stages.clean import FLAGS, STEPS
from corpusforge.text import suspects as module
from corpusforge.text.buffers import utf8
from corpusforge.text.suspects import ADDRESS, BARS, EMAIL, LAST_END, LINE_ENDS, MOJIBAKE, suspects

SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", Path(__file__).parents[3] / "shared"))
ARTICLES = sorted((REPOSITORY / "sample_crawl" / "articles").glob("*/*.txt"))

PIECES = [
    *SENTENCES,
    *("|", " | |", "\n", "\r\n", "\x85", "\u2028", " ", "a", ".", "@", "[", "x.y", "1", "8.8.8.8", "256.1.", "-", "_"),
    *("&", "#", "amp", ";", "Â ", "Ã", "é", "\ufeff", "<", "🙂", "ਪ"),
]


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What loads on first use is no part of an example's time."""
    suspects(utf8(pa.array([""])))
    pytest.importorskip("datatrove.pipeline.formatters").FTFYFormatter().format("")


def flags(*texts: str) -> list[int]:
    return suspects(utf8(pa.array(texts, pa.large_string()))).tolist()


def formatted(step: str, text: str) -> str:
    formatters = pytest.importorskip("datatrove.pipeline.formatters")
    return {
        "ftfy": formatters.FTFYFormatter,
        "pii": formatters.PIIFormatter,
        "symbol_lines": lambda: formatters.SymbolLinesFormatter(symbols_to_remove=["|"], replace_char="\n"),
    }[step]().format(text)


def test_every_step_has_flags_of_its_own() -> None:
    assert FLAGS.keys() == STEPS.keys()
    assert sum(FLAGS.values()) == MOJIBAKE | EMAIL | ADDRESS | BARS | LINE_ENDS | LAST_END


@settings(max_examples=1_500)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(alphabet=alphabet(), max_size=4)), max_size=8).map("".join))
def test_a_step_changes_nothing_in_texts_without_its_flag(text: str) -> None:
    (found,) = flags(text)
    for step, own in FLAGS.items():
        assert found & own or formatted(step, text) == text


@settings(max_examples=300)
@given(st.text(max_size=40))
def test_nor_in_any_text_at_all(text: str) -> None:
    (found,) = flags(text)
    for step, own in FLAGS.items():
        assert found & own or formatted(step, text) == text


def test_mojibake_of_two_characters_is_what_ftfy_says() -> None:
    from ftfy.badness import is_bad

    characters = sorted(set(alphabet()) - {"\n", "&", "\x1b", *map(chr, _controls())})
    texts = [
        text
        for first, second in product(characters, characters)
        for text in (f"{first}{second}", f"a{first}{second}a", f" {first}{second} ")
    ]
    wrong = [text for text, found in zip(texts, flags(*texts), strict=True) if bool(found) != is_bad(text)]
    assert wrong == []


@settings(max_examples=2_000)
@given(st.text(alphabet=sorted(set(alphabet()) - {"\n", "&"}), min_size=1, max_size=6))
def test_mojibake_is_what_ftfy_says(text: str) -> None:
    from ftfy.badness import is_bad

    control = any(ord(character) in _controls() for character in text)
    # `\w` is any character outside ASCII here: the one place where the flag may be raised for nothing.
    quoted = re.search(r"[^\x00-\x7f][^\x00-\x7f][^\x00-\x7f]", text)
    assert bool(flags(text)[0] & MOJIBAKE) == (is_bad(text) or control) or (flags(text)[0] & MOJIBAKE and quoted)


def test_lines_are_judged_alone() -> None:
    assert flags("a\nÂ b", "x Ø\n€", "x\nÃ \n", "xÃ y") == [MOJIBAKE, 0, MOJIBAKE | LAST_END, MOJIBAKE]


def test_ftfy_cuts_a_long_line_and_may_find_mojibake_at_the_cut() -> None:
    uncut, cut = "." * 999_000 + " Â x", "." * 999_999 + " Â x"
    assert flags(uncut, cut) == [0, MOJIBAKE]
    assert formatted("ftfy", uncut) == uncut and formatted("ftfy", cut) != cut


def test_another_ftfy_may_repair_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    import ftfy.badness

    monkeypatch.setattr(ftfy.badness, "BADNESS_RE", re.compile("(?i)a+"))
    module._automaton.cache_clear()
    try:
        assert flags("", "x", "1.2.3.4") == [MOJIBAKE, MOJIBAKE, MOJIBAKE | ADDRESS]
    finally:
        module._automaton.cache_clear()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AT&T & co; &amp", 0),
        ("&amp;", MOJIBAKE),
        ("&#x2019;", MOJIBAKE),
        ("&" + "a" * 25 + ";", 0),
        ("&" + "a" * 24 + ";", MOJIBAKE),
        ("&;", 0),
        ("@name, a @b.org, a@b and a@b.", 0),
        ("ਪ@b.org", 0),
        ("a@b.o", EMAIL),
        ("a@[1", EMAIL),
        ("v1.2.3 and 1.2.3.", 0),
        ("1234.56.789.0", ADDRESS),
        ("1.2345.6.7", 0),
        ("home | about\n| a |", 0),
        ("a\n | |\nb", BARS),
        ("|", BARS),
        ("a |\n", LAST_END),
        ("a\r\nb", LINE_ENDS),
        ("a\u2029b", LINE_ENDS),
        ("", 0),
        ("\n", LAST_END),
    ],
)
def test_flags(text: str, expected: int) -> None:
    assert flags(text) == [expected] == flags("", text, "é|")[1:2]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_sound_articles_are_left_out(path: Path) -> None:
    assert flags(path.read_text(encoding="utf-8").rstrip("\n")) == [0]


@pytest.mark.parametrize(
    "text", ["|" * 10**6, "| " * 10**6 + "x", "&a" * 10**6, "a@b" * 10**6, "1." * 10**6, " " * 10**6 + "|"]
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    start = time.perf_counter()
    flags(text)
    assert time.perf_counter() - start < 5


@pytest.mark.skipif(not (SHARED / "data").exists(), reason=f"no data at {SHARED} (set CORPUSFORGE_SHARED)")
@pytest.mark.parametrize("name", sorted(path.name for path in (SHARED / "data").glob("docs_*")))
def test_on_real_documents_a_step_changes_only_what_is_flagged(name: str) -> None:
    zstandard = pytest.importorskip("zstandard")
    texts: list[str] = []
    for path in sorted((SHARED / "data" / name).glob("*.jsonl.zst")):
        with path.open("rb") as file:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
            texts += [json.loads(line)["text"] for line in lines]
    texts = texts[:: 1 + len(texts) // 150]
    for text, found in zip(texts, flags(*texts), strict=True):
        for step, own in FLAGS.items():
            assert found & own or formatted(step, text) == text


def _controls() -> set[int]:
    from ftfy.chardata import CONTROL_CHARS

    return {*CONTROL_CHARS, 0x1B}
