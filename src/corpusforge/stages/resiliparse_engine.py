"""Main text by Resiliparse: rules over the tree of a fast parser; many times as fast as trafilatura, and less precise.

Settings: main content, no comments, no alternative texts of images. Its text is brought into the form that the other
engines give: one line per block, list items with a dash.
"""

import re
from typing import Any

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)*\n")
_BULLET = re.compile(r"^([ ]*)(?:[•◦▪▫‣⁃*·-]|\d{1,9}\.)[ ]+(?=\S)", re.MULTILINE)
_TABS = re.compile(r"\t{2,}")
MOST_TABLES = 1_000  # data tables of a page that are rewritten; the rest stays as Resiliparse writes it


class MainText:
    """The main text of decoded HTML."""

    def __init__(self, tables: str = "markdown") -> None:
        """`tables`: markdown, text (a line for each row, tabs between cells), drop."""
        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.html import HTMLTree

        self._extract, self._parse = extract_plain_text, HTMLTree.parse
        self._tables = tables

    def __call__(self, html: str) -> str | None:
        """Text with one line per block, or None where there is none. Raises whatever the parser raises."""
        tree = self._parse(html)
        if self._tables != "text" and tree.body is not None:
            self._rewrite_tables(tree)
        text = self._extract(tree, main_content=True, preserve_formatting=True, alt_texts=False)
        text = _BULLET.sub(_dash, _TABS.sub("\t", _BLANK_LINES.sub("\n", text)))
        return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n") or None

    def _rewrite_tables(self, tree: Any) -> None:
        """Replace data tables by preformatted Markdown, or by nothing."""
        for table in list(tree.body.get_elements_by_tag_name("table"))[:MOST_TABLES]:
            rows = _data(table)
            if not rows:
                continue
            if self._tables == "markdown":
                written = tree.create_element("pre")
                written.text = _markdown(rows)
                table.parent.replace_child(written, table)
            else:
                table.parent.remove_child(table)


def _dash(match: re.Match[str]) -> str:
    return " " * max(0, len(match[1]) - 2) + "- "


def _data(table: Any) -> list[list[str]]:
    """The cells of a data table, row by row; empty for one that is there for the layout (html/render.py)."""
    from corpusforge.html.render import MOST_WORDS_IN_CELL

    if table.get_elements_by_tag_name("table"):
        return []
    rows = []
    for row in table.get_elements_by_tag_name("tr"):
        for line_break in row.get_elements_by_tag_name("br"):
            line_break.text = " "
        cells = [" ".join(cell.text.split()) for cell in row.child_nodes if cell.tag in ("td", "th")]
        if any(cells):
            rows.append(cells)
    columns = max(map(len, rows), default=0)
    filled = sum(bool(cell) for row in rows for cell in row)
    if len(rows) < 2 or columns < 2 or 4 * filled < len(rows) * columns:
        return []
    return [] if any(len(cell.split()) > MOST_WORDS_IN_CELL for row in rows for cell in row) else rows


def _markdown(rows: list[list[str]]) -> str:
    columns = max(map(len, rows))
    padded = [[cell.replace("|", "\\|") for cell in row] + [""] * (columns - len(row)) for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in padded]
    return "\n".join([lines[0], "| " + " | ".join(["---"] * columns) + " |", *lines[1:]])
