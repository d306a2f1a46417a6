"""Pages: hostile text stays text, nothing is loaded, and every number is one of the JSON's."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from tests.report.conftest import LANGUAGES, OVERRIDE, SCRIPT

from corpusforge.report.formats import number_text, percent_text

PAGES = ("index", *LANGUAGES)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_TAGS = """
html head meta title link style body div p h1 h2 h3 a ul li dl dt dd section article table thead tbody tr th td
details summary code wbr span bdi em br data footer i svg rect line text
"""
ALLOWED = set(_TAGS.split())
# Numbers of the captions that are facts of the method and not of the run.
OF_THE_METHOD = {"95%", "99%", "0", "1"}
NUMBER = re.compile(r"(?<![\w.+])\d[\d,]*(?:\.\d+)?%?")


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, finished: Path) -> Path:
    return finished / "report" / f"{request.param}.html"


def test_the_hostile_texts_are_there_to_be_shown(finished: Path) -> None:
    shown = (
        html.parse(str(finished / "report" / "pan_Guru.html"), html.HTMLParser(encoding="utf-8"))
        .getroot()
        .text_content()
    )
    assert SCRIPT in shown and "U+202E" in shown and "U+001B" in shown and "javascript:alert(3)" in shown


def test_no_markup_of_the_web_gets_through(page: Path) -> None:
    raw = page.read_text(encoding="utf-8")
    assert "<script" not in raw.lower()
    for element in html.fromstring(raw.encode()).iter(html.etree.Element):
        assert element.tag in ALLOWED, element.tag
        assert not [name for name in element.attrib if name.lower().startswith("on")]


def test_nothing_is_loaded_and_links_stay_in_the_report(page: Path) -> None:
    raw = page.read_text(encoding="utf-8")
    tree = html.fromstring(raw.encode())
    assert tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [POLICY]
    assert not tree.xpath("//@src | //@action | //@style")
    assert "url(" not in raw.split("</style>")[0] and "@import" not in raw.split("</style>")[0]
    anchors = set(tree.xpath("//@id"))
    for link in tree.xpath("//@href"):
        inside = link.removeprefix("#") in anchors if link.startswith("#") else (page.parent / link).is_file()
        assert inside or link == "data:,", link


def test_characters_that_act_are_in_no_file(finished: Path) -> None:
    for path in (finished / "report").iterdir():
        raw = path.read_text(encoding="utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", raw), path.name
    kept = json.loads((finished / "report" / "pan_Guru.json").read_text(encoding="utf-8"))
    assert OVERRIDE in json.dumps(kept["samples"], ensure_ascii=False)  # JSON keeps it, spelled as an escape


def test_right_to_left_text_is_set_from_right_to_left(finished: Path) -> None:
    for code, direction in (("urd_Arab", "rtl"), ("pan_Guru", "auto")):
        tree = html.fromstring((finished / "report" / f"{code}.html").read_bytes())
        assert set(tree.xpath("//div[@class='text']/@dir")) == {direction}


def test_every_number_is_in_the_json(page: Path) -> None:
    name = "report" if page.stem == "index" else page.stem
    figures = json.loads((page.parent / f"{name}.json").read_text(encoding="utf-8"))
    numbers = set(_numbers(figures))
    spelled = {shown for value in numbers for shown in _spellings(value)} | OF_THE_METHOD
    spelled |= {found for text in _strings(figures) for found in NUMBER.findall(text)}
    tree = html.fromstring(page.read_bytes())
    for value in tree.xpath("//data/@value | //@data-value"):
        assert float(value) in numbers, value
    for element in tree.xpath("//style | //data | //*[@class='text'] | //*[@class='unseen'] | //*[local-name()='svg']"):
        element.drop_tree()
    for found in NUMBER.findall(" ".join(tree.itertext()).replace("_ ", "_")):
        assert found.rstrip(",") in spelled, found


def test_titles_of_bars_are_in_the_json(finished: Path, figures: dict[str, dict[str, Any]]) -> None:
    spelled = {shown for value in _numbers(figures["pan_Guru"]) for shown in _spellings(value)}
    tree = html.fromstring((finished / "report" / "pan_Guru.html").read_bytes())
    titles = tree.xpath("//*[local-name()='rect']/*[local-name()='title']/text()")
    assert titles
    for title in titles:
        assert set(re.findall(r"-?\d[\d,.e-]*", title.replace(", ", " "))) <= spelled, title


def _numbers(figures: Any) -> Iterator[float]:
    if isinstance(figures, dict):
        figures = figures.values()
    if isinstance(figures, int | float) and not isinstance(figures, bool):
        yield float(figures)
    elif not isinstance(figures, str | bool | None):
        for figure in figures:
            yield from _numbers(figure)


def _strings(figures: Any) -> Iterator[str]:
    if isinstance(figures, str):
        yield figures
    elif isinstance(figures, dict | list):
        yield from figures if isinstance(figures, dict) else []
        for figure in figures.values() if isinstance(figures, dict) else figures:
            yield from _strings(figure)


def _spellings(value: float) -> set[str]:
    return {
        f"{value:,.0f}",
        f"{value:.0f}",
        f"{value:g}",
        str(value),
        number_text(value),
        percent_text(value),
        f"{value:.1%}",
    }
