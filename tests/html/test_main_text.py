"""Main text by blocks: articles in several scripts found among what surrounds them, whatever the page's names."""

import os
from pathlib import Path

import pytest

from corpusforge.html.main_text import main_text

SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", Path(__file__).parents[3] / "shared"))

ARTICLES = {
    "pan": "ਪੰਜਾਬ ਦੇ ਪਿੰਡਾਂ ਵਿੱਚ ਕਣਕ ਦੀ ਵਾਢੀ ਵਿਸਾਖੀ ਦੇ ਨੇੜੇ ਸ਼ੁਰੂ ਹੁੰਦੀ ਹੈ, ਅਤੇ ਸਾਰਾ ਪਰਿਵਾਰ ਖੇਤਾਂ ਵਿੱਚ ਜਾਂਦਾ ਹੈ।",
    "rus": "В деревнях уборка пшеницы начинается в середине апреля, и вся семья с утра уходит работать в поле.",
    "zho": "每年四月中旬，村子里的小麦开始收割，全家人一大早就到田里去干活，直到太阳下山才回来。",
    "arb": "يبدأ حصاد القمح في القرى في منتصف شهر أبريل، وتذهب العائلة كلها إلى الحقول منذ الصباح الباكر.",
    "deu": "In den Dörfern beginnt die Weizenernte Mitte April, und die ganze Familie geht schon am Morgen aufs Feld.",
}
MENU = "".join(f"<li><a href='/{n}'>Menu {n}</a></li>" for n in range(12))
TEASERS = "".join(f"<div class='card'><a href='/t{n}'><h3>Other story {n}</h3></a></div>" for n in range(8))


def page(paragraph: str, names: bool) -> str:
    def named(name: str) -> str:
        return f" class='{name}'" if names else ""

    body = "".join(f"<p>{number}. {paragraph} {paragraph}</p>" for number in range(1, 9))
    return (
        f"<!doctype html><html><head><title>Title of it</title></head><body><div{named('site-header')}><ul>{MENU}</ul></div>"
        f"<div{named('article-body')}><h1>Title of it</h1>{body}</div><div{named('related')}>{TEASERS}</div>"
        f"<div{named('footer')}><p>© 2026 All rights reserved. <a href='/x'>Privacy</a> <a href='/y'>Terms</a></p></div>"
    )


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("language", ARTICLES)
def test_an_article_is_found_in_every_script(language: str, names: bool) -> None:
    found = main_text(page(ARTICLES[language], names))
    assert found is not None
    for number in range(1, 9):
        assert f"{number}. {ARTICLES[language]} {ARTICLES[language]}" in found.split("\n")
    assert "Menu 3" not in found and "Other story" not in found
    if names:
        assert "rights reserved" not in found


@pytest.mark.parametrize("html", ["", " ", "<html><body></body></html>", "<script>x</script>", "<ul>" + MENU + "</ul>"])
def test_pages_without_main_text(html: str) -> None:
    assert main_text(html) is None


def test_tables_of_an_article() -> None:
    rows = "<tr><td>2023</td><td>12</td></tr><tr><td>2024</td><td>14</td></tr>"
    table = f"<table><tr><th>год</th><th>тонн</th></tr>{rows}</table>"
    html = page(ARTICLES["rus"], True).replace("<p>5.", table + "<p>5.")
    assert "| год | тонн |\n| --- | --- |\n| 2023 | 12 |\n| 2024 | 14 |\n" in (main_text(html) or "")
    assert "\nгод\tтонн\n2023\t12\n2024\t14\n" in (main_text(html, "text") or "")
    assert "2023" not in (main_text(html, "drop") or "2023")


def test_a_page_has_one_text_whatever_came_before() -> None:
    pages = [page(text, names) for text in ARTICLES.values() for names in (True, False)]
    forwards = [main_text(one) for one in pages]
    assert [main_text(one) for one in reversed(pages)] == forwards[::-1]


def test_held_out_pages_are_extracted_as_well_as_by_trafilatura() -> None:
    pytest.importorskip("fastwarc.warc")
    if not (SHARED / "data" / "html_fundus").exists():
        pytest.skip(f"no gold pages at {SHARED} (set CORPUSFORGE_SHARED)")
    import trafilatura
    from benchmarks.gold_pages import read_pages, score

    ours, theirs = 0.0, 0.0
    pages = [one for one in read_pages(SHARED / "data") if one.is_test][::3]
    for one in pages:
        ours += score(main_text(one.html) or "", one.gold or "")[2]
        found = trafilatura.extract(one.html, favor_precision=True, include_comments=False, deduplicate=False)
        theirs += score(found or "", one.gold or "")[2]
    assert len(pages) > 20 and ours / len(pages) > theirs / len(pages) - 0.01
