"""Main text by trafilatura in precision mode.

Settings are those of datatrove 0.10.1's Trafilatura block (favour precision, no comments, tables kept) with
one exception: `deduplicate` is off. It drops paragraphs seen earlier *in the same process*, so a page's text
would depend on which pages were extracted before it.
"""

import logging
from typing import Any

_RESET_EVERY = 1_000  # pages; trafilatura's caches hold text and are never emptied by itself
_TAB = "\ufffc"  # stands for a tab while trafilatura collapses white space; means nothing in a page


class MainText:
    """The main text of decoded HTML. The same page gives the same text, whatever was extracted before it."""

    def __init__(self, tables: str = "markdown") -> None:
        """`tables`: markdown (as trafilatura writes them), text (a line for each row, tabs between cells), drop."""
        import trafilatura

        # It logs every page that it finds nothing in.
        logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
        self._trafilatura = trafilatura
        self._tables = tables
        self._since_reset = 0

    def __call__(self, html: str) -> str | None:
        """Text with one line per block, or None where there is none. Raises whatever the extractor raises."""
        self._since_reset += 1
        if self._since_reset >= _RESET_EVERY:
            from trafilatura.meta import reset_caches

            reset_caches()
            self._since_reset = 0
        settings: dict[str, Any] = {"favor_precision": True, "include_comments": False, "deduplicate": False}
        if self._tables != "text":
            return self._trafilatura.extract(html, include_tables=self._tables == "markdown", **settings)
        found: Any = self._trafilatura.bare_extraction(html.replace(_TAB, ""), **settings)
        return None if found is None else _with_tabs(found.body)


def _with_tabs(body: Any) -> str:
    """Trafilatura's own text of a tree whose tables became paragraphs."""
    from lxml.etree import Element, strip_tags
    from trafilatura.utils import normalize_unicode
    from trafilatura.xml import xmltotxt

    for table in list(body.iter("table")):
        lines = []
        for row in table.iter("row"):
            cells = [" ".join(" ".join(cell.itertext()).split()) for cell in row.iter("cell")]
            if any(cells):
                lines.append(_TAB.join(cells))
        parent = table.getparent()
        if parent is None:
            continue
        place = parent.index(table)
        for number, line in enumerate(lines):
            paragraph = Element("p")
            paragraph.text = line
            parent.insert(place + number, paragraph)
        if lines:
            parent[place + len(lines) - 1].tail = table.tail
        elif table.tail:
            table.text, table.tag = None, "p"
            continue
        table.tail = None
        parent.remove(table)
    strip_tags(body, "table")
    return str(normalize_unicode(xmltotxt(body, False))).replace(_TAB, "\t")
