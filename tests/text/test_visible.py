"""The quick look at HTML: what is text, whose letters are counted, and that nothing a page holds makes it dear."""

import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.text.buffers import utf8
from corpusforge.text.markup import packed
from corpusforge.text.scripts import script_table
from corpusforge.text.visible import EVEN, LONGEST, WINDOW, look

_, CODES = script_table()


class Look:
    """What was seen of one page: letters by script, windows, whether its language is Punjabi by its own account."""

    def __init__(self, page: str) -> None:
        languages = np.array([packed("pa"), packed("pan")], np.uint64)
        seen = look(utf8(pa.array([page], pa.large_string())), np.ones(len(CODES), np.bool_), languages)
        self.letters = {CODES[place]: int(n) for place, n in enumerate(seen.counts[0]) if n}
        self.windows = [
            seen.data[start:end].tobytes().decode("utf-8") for start, end in zip(seen.starts, seen.ends, strict=True)
        ]
        self.punjabi = bool(seen.language[0])

    @property
    def text(self) -> str:
        """The first window: all of a short page."""
        return self.windows[0].strip() if self.windows else ""


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one <b>two</b>three</p><p>four", "one twothree\nfour"),
        ("a<br>b<BR/>c", "a\nb\nc"),
        ("x  \n\t y&nbsp;&nbsp;z", "x y z"),
        ("<p title='a > b'>in</p>", "in"),
        ('<a href="?a=1>2" class=x>in</a>', "in"),
        ("<!-- <p>no</p> -->yes<!---->!", "yes!"),
        ("<!DOCTYPE html><?xml version='1'?>yes", "yes"),
        ("<script>if (a < b) document.write('<p>no</p>')</script>yes", "yes"),
        ("<SCRIPT type=text/javascript>no</SCRIPT >yes", "yes"),
        ("<style>p { color: red }</style>yes", "yes"),
        ("3 < 4 & 5 > 2", "3 < 4 5 > 2"),
        ("&#2602;&#x0A70;&#xA1C;&eacute;&amp;&Eacute;&hellip;", "ਪੰਜé&É…"),
        ("&#0;&#xD800;&#99999999;&bogus;x", "#0; #xD800; #99999999; bogus;x"),
        ("<noscript>yes</noscript><textarea>also</textarea>", "yes\nalso"),
        ("", ""),
        ("<", "<"),
        ("<p", ""),
    ],
)
def test_what_is_text(page: str, text: str) -> None:
    assert Look(page).text == text


def test_letters_are_counted_by_script() -> None:
    assert Look("<p>abc ਪੰਜਾਬ 123 кот</p><script>var hidden = 1</script>").letters == {"Latn": 3, "Guru": 3, "Cyrl": 3}


def test_strings_of_json_ld_are_text_and_those_of_other_scripts_are_not() -> None:
    article = "ਪੰਜਾਬ ਦੇ ਪਿੰਡਾਂ ਵਿੱਚ ਕਣਕ ਦੀ ਵਾਢੀ। " * 5
    escaped = article.encode("ascii", "backslashreplace").decode()
    for body in (article, escaped):
        page = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{body}"}}</script>'
        seen = Look(page)
        assert seen.letters["Guru"] == 5 * 14 and article[:100] in "".join(seen.windows)
    assert Look(f'<script>var page = {{"articleBody": "{article}"}}</script>').letters == {}


def test_quotes_inside_json_strings_do_not_end_them() -> None:
    seen = Look('<script type=application/ld+json>{"a": "' + r"said \"yes\" to all " * 10 + '"}</script><p>after</p>')
    assert 'said "yes" to all said "yes"' in seen.text and seen.text.endswith("\nafter")


def test_the_longest_blocks_are_windows_and_text_outside_links_counts_more() -> None:
    menu = "<li><a href='/'>" + "a menu of many words indeed " * 3 + "</a></li>"
    blocks = [f"<p>{number} " + "a paragraph of some length " * 3 + "</p>" for number in range(LONGEST)]
    seen = Look(menu * 40 + "".join(blocks) + menu * 40)
    assert len(seen.windows) == EVEN + LONGEST
    assert {window[0] for window in seen.windows[EVEN:]} == set("01234567")


def test_windows_are_bounded_and_cut_between_characters() -> None:
    seen = Look("<p>" + "ਪੰਜਾਬੀ" * 10_000)
    assert len(seen.windows) <= EVEN + LONGEST
    assert all(len(window.encode()) <= WINDOW for window in seen.windows)


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("<html lang=pa>", True),
        ("<html LANG='PA-Guru-IN'>", True),
        ('<body xml:lang="pan">', True),
        ("<html class=x dir=ltr lang=pa_IN>", True),
        ("<html lang=pap>", False),
        ("<html data-lang=pa>", False),
        ("<html title='lang=pa'>", False),
        ("<a lang=pa hreflang=pa>ਪੰਜਾਬੀ</a>", False),  # a link to another page
        ("<link rel=alternate hreflang=pa>", False),
        ("<!-- <html lang=pa> -->", False),
    ],
)
def test_the_language_that_a_page_gives_itself(page: str, wanted: bool) -> None:
    assert Look(page).punjabi is wanted


PIECES = [
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    '<script type="ld+json">',
    '"',
    "'",
    "\\",
    "\\u0a",
    "&",
    "&#",
]
PIECES += ["&#x", ";", "=", " ", "p", "lang", "é", "ਪ", "😀", "<a ", "<style", "\0"]


@given(st.lists(st.sampled_from(PIECES), max_size=80))
def test_any_markup_is_read_to_its_end(pieces: list[str]) -> None:
    seen = Look("".join(pieces))
    assert sum(seen.letters.values()) <= len("".join(pieces))


HOSTILE = {
    "nested": "<div>" * 100_000 + "x",
    "closing": "</p>" * 500_000,
    "attributes": "<p " + "a=b " * 500_000 + ">",
    "quote that never ends": "<p title='" + "x" * 2_000_000,
    "comment that never ends": "<!--" + "-" * 2_000_000,
    "script that never ends": "<script>" + "</" * 1_000_000,
    "scripts without end": "<script>" * 300_000,
    "json without end": '<script type="application/ld+json">"' + "\\" * 2_000_000,
    "opening angles": "<" * 2_000_000,
    "ampersands": "&" * 2_000_000,
    "references": "&#x" * 700_000,
    "blocks": ("<p>" + "word " * 10) * 40_000,
    "garbage": np.random.default_rng(1).integers(1, 0x500, 1_000_000).astype(np.uint32).tobytes().decode("utf-32-le"),
    "16 MB": "<p>" + "ਪੰਜਾਬ word " * 800_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_cost_what_their_bytes_cost(name: str) -> None:
    Look("<p>compiled</p>")
    page = HOSTILE[name]
    start = time.process_time()
    seen = Look(page)
    assert time.process_time() - start < 0.1 + len(page.encode()) * 200e-9  # thirty times what ordinary pages need
    assert len(seen.windows) <= EVEN + LONGEST
