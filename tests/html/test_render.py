"""Blocks as text: lines, lists, tables that hold data and tables that hold the layout."""

import numpy as np
import pytest

from corpusforge.html import render as r
from corpusforge.html.scan import scan


def rendered(html: str, tables: int = r.MARKDOWN, without: str | None = None) -> str:
    """All blocks as text, those that hold `without` left out."""
    page = scan(html)
    texts = [page.text[row[0] : row[1]].tobytes().decode() for row in page.blocks]
    return r.render(page, np.array([without is None or without not in text for text in texts], np.bool_), tables)


def test_one_line_for_each_block() -> None:
    assert rendered("<h1>शीर्षक</h1><p>पहला</p><div>दूसरा<br>पंक्ति</div>") == "शीर्षक\nपहला\nदूसरा\nपंक्ति"


def test_blocks_that_were_not_chosen_are_left_out() -> None:
    assert rendered("<p>a</p><p>b</p><p>c</p>", without="b") == "a\nc"
    assert rendered("<p>b</p>", without="b") == ""


def test_list_items_have_a_dash_once_and_are_indented() -> None:
    html = "<ul><li>один</li><li><p>два</p><p>ещё</p><ol><li>три</li></ol></li><li>четыре</li></ul>"
    assert rendered(html) == "- один\n- два\nещё\n  - три\n- четыре"


DATA = (
    "<p>before</p><table><caption>Ernte</caption><tr><th>Jahr<th>Menge|t</tr>"
    "<tr><td>2023<td>12<br>000</tr><tr><td><td>7</tr><tr><td></td><td> </td></tr><tr><td>x</tr></table><p>after</p>"
)


def test_a_data_table_as_markdown() -> None:
    assert rendered(DATA).split("\n") == [
        "before", "Ernte", "| Jahr | Menge\\|t |", "| --- | --- |", "| 2023 | 12 000 |", "|  | 7 |", "| x |  |", "after",
    ]  # fmt: skip


def test_a_data_table_as_text_and_dropped() -> None:
    assert rendered(DATA, r.TEXT) == "before\nErnte\nJahr\tMenge|t\n2023\t12 000\n\t7\nx\nafter"
    assert rendered(DATA, r.DROP) == "before\nafter"


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>one</td></tr><tr><td>two</td></tr></table>",  # one column
        "<table><tr><td>one</td><td>two</td></tr></table>",  # one row
        "<table><tr><td><table><tr><td>one</td></tr></table></td></tr><tr><td>two</td><td></td></tr></table>",
        "<table><tr><td>one</td><td></td></tr><tr>" + "<td></td>" * 4 + "<td>two</td></tr></table>",  # mostly empty
    ],
)
def test_a_table_for_the_layout_leaves_no_trace(html: str) -> None:
    for mode in (r.MARKDOWN, r.TEXT, r.DROP):
        assert rendered(html, mode) == "one\ntwo"


def test_a_long_cell_is_layout() -> None:
    words = "palabra " * (r.MOST_WORDS_IN_CELL + 1)
    assert rendered(f"<table><tr><td>a<td>b<tr><td>c<td>{words}</table>").split("\n")[:3] == ["a", "b", "c"]


def test_a_data_table_is_kept_as_a_whole_or_not_at_all() -> None:
    html = "<table><tr><td>a<td>b<tr><td>c<td>drop</table>"
    assert "drop" in rendered(html, without="drop")
    assert rendered("<table><tr><td>drop<td>drop it<tr><td>c<td>drop</table>", without="drop") == ""


def test_every_row_of_a_markdown_table_has_as_many_cells() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        rows = "".join(
            "<tr>" + "".join(f"<td>{'|' * int(rng.integers(2))}v" for _ in range(rng.integers(2, 6))) for _ in range(4)
        )
        lines = rendered(f"<table>{rows}</table>").split("\n")
        assert lines[1].replace(" ", "").strip("|-") == ""
        assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
