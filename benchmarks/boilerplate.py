"""What surrounds the main text of real pages: navigation, footers, cookie banners, side bars, lists of links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PAGES = (
    "html_trafilatura/trafilatura_eval",
    "html_fundus/fundus",
    "html_extraction_small/article_extraction_benchmark",
    "html_extraction_small/newspaper4k",
    "html_extraction_small/goose3",
    "html_hplt_cc_sample/hplt_sample100",
    "html_formasaurus/formasaurus_pages",
)
LEAST_WORDS = 60  # of a page's boilerplate: less than that the rule on short documents removes by itself
_AROUND = re.compile(
    r"nav|menu|footer|cookie|consent|sidebar|breadcrumb|share|social|related|widget|copyright|banner", re.I
)
_TAGS = {"nav", "footer", "aside", "menu", "form"}
_BLOCKS = {
    "li",
    "p",
    "div",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dt",
    "dd",
    "option",
    "section",
    "ul",
    "tr",
    "form",
}
_SILENT = {"script", "style", "noscript", "template", "svg", "head"}


class Page(NamedTuple):
    """The boilerplate of a page, block by block."""

    url: str
    blocks: tuple[str, ...]


def pages(data: Path) -> list[Page]:
    """The boilerplate of all pages that have enough of it, in the order of the files; `data` holds the html_* folders."""
    from corpusforge.io.charset import decode

    found = []
    for name in PAGES:
        for url, payload in _responses(data / f"{name}.warc.gz"):
            blocks = tuple(_boilerplate(decode(payload)[0]))
            if sum(len(block.split()) for block in blocks) >= LEAST_WORDS:
                found.append(Page(url, blocks))
    return found


def _responses(path: Path) -> Iterator[tuple[str, bytes]]:
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response" and record.http_headers:
                yield record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()


def _boilerplate(html: str) -> Iterator[str]:
    """Blocks inside elements that are, by tag or by their own names for themselves, not main text."""
    from lxml import etree
    from lxml import html as parser

    try:
        tree = parser.document_fromstring(html)
    except (etree.ParserError, ValueError):
        return
    pieces: list[str] = []
    for element, around, begins in _walk(tree, False):
        if begins and pieces:
            yield from _clean(pieces)
            pieces = []
        if around and element:
            pieces.append(element)
    yield from _clean(pieces)


def _walk(element: Any, around: bool) -> Iterator[tuple[str, bool, bool]]:
    """(text, whether it is boilerplate, whether a block begins), in the order of the page."""
    stack: list[tuple[Any, bool, bool]] = [(element, around, False)]
    while stack:
        node, inside, leaving = stack.pop()
        if leaving:
            yield "", inside, node.tag in _BLOCKS
            yield node.tail or "", inside, False
            continue
        if not isinstance(node.tag, str) or node.tag in _SILENT:
            yield node.tail or "", inside, False
            continue
        here = inside or node.tag in _TAGS or bool(_AROUND.search(f"{node.get('class')} {node.get('id')}"))
        here = here and node.tag not in ("body", "html", "article", "main")
        yield "", here, node.tag in _BLOCKS or node.tag == "br"
        yield node.text or "", here, False
        stack.append((node, inside, True))
        stack.extend((child, here, False) for child in reversed(node))


def _clean(pieces: list[str]) -> Iterator[str]:
    block = " ".join("".join(pieces).split())
    if block:
        yield block
