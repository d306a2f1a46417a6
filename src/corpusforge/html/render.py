"""Chosen blocks as text: one line each, list items with a dash, data tables as Markdown or text, preformatted text as it is.

A table is data when it has at least two rows and two columns, no table within, no long cell, and text in at least a
quarter of its places; any other is there for the layout, and its blocks are lines like all others. A data table is kept
as a whole, or not at all: when at least half of its words were chosen.
"""

import numpy as np
from numba import njit

from corpusforge.html import blocks as b
from corpusforge.html import tags

MARKDOWN, TEXT, DROP = range(3)  # what becomes of data tables
MOST_WORDS_IN_CELL = 80
MOST_BLOCKS_IN_CELL = 6
DEEPEST_INDENT = 8

_T = tags.NUMBER
_TABLE, _TR, _TD, _TH, _CAPTION, _LI = (_T[name] for name in ("table", "tr", "td", "th", "caption", "li"))
_NEWLINE, _SPACE, _TAB, _PIPE, _BACKSLASH, _DASH = 10, 32, 9, 124, 92, 45


def render(page: b.Page, kept: np.ndarray, tables: int = MARKDOWN) -> str:
    """The text of the blocks where `kept` (bool[blocks]) says so; `tables` is one of the modes above."""
    return bytes(_render(page.nodes, page.blocks, page.text, kept, tables)).decode("utf-8", "replace")


@njit(cache=True, nogil=True)
def _render(nodes, blocks, text, kept, tables):  # type: ignore[no-untyped-def]
    m, n = len(blocks), len(nodes)
    out = np.empty(2 * len(text) + 32 * m + 32 * n + 64, np.uint8)
    table_of = np.zeros(n, np.int32)
    item_of = np.zeros(n, np.int32)
    indent = np.zeros(n, np.int32)
    has_inner = np.zeros(n, np.bool_)
    for node in range(1, n):
        parent = nodes[node, b.PARENT]
        tag = nodes[node, b.TAG]
        table_of[node], item_of[node], indent[node] = table_of[parent], item_of[parent], indent[parent]
        if tag == _TABLE:
            has_inner[table_of[parent]] = True
            table_of[node] = node
        elif tag == _LI:
            item_of[node] = node
            indent[node] = min(DEEPEST_INDENT, indent[parent] + 1)
    marked = np.zeros(n, np.bool_)
    at = 0
    i = 0
    while i < m:
        node = blocks[i, b.NODE]
        table = table_of[node]
        if table > 0 and not has_inner[table]:
            stop = i
            after = table + 1
            while after < n and nodes[after, b.DEPTH] > nodes[table, b.DEPTH]:
                after += 1
            while stop < m and table <= blocks[stop, b.NODE] < after:
                stop += 1
            rows, columns = _grid(nodes, blocks, table, after, stop)
            if rows:
                if _most(blocks, kept, i, stop) and tables != DROP:
                    at = _table(nodes, blocks, text, table, after, i, stop, columns, tables, out, at)
                i = stop
                continue
            has_inner[table] = True  # for the layout: not looked at again
        if kept[i]:
            if at:
                out[at] = _NEWLINE
                at += 1
            item = item_of[node]
            if item and not marked[item]:
                marked[item] = True
                for _ in range(2 * (indent[item] - 1)):
                    out[at] = _SPACE
                    at += 1
                out[at], out[at + 1] = _DASH, _SPACE
                at += 2
            for place in range(blocks[i, b.START], blocks[i, b.END]):
                out[at] = text[place]
                at += 1
        i += 1
    return out[:at].copy()


@njit(cache=True, nogil=True)
def _most(blocks, kept, first, stop):  # type: ignore[no-untyped-def]
    """Whether at least half of the words were chosen."""
    words, chosen = 0, 0
    for i in range(first, stop):
        words += blocks[i, b.WORDS]
        chosen += blocks[i, b.WORDS] * kept[i]
    return chosen > 0 and 2 * chosen >= words


@njit(cache=True, nogil=True)
def _is_cell(nodes, node):  # type: ignore[no-untyped-def]
    return nodes[node, b.TAG] == _TD or nodes[node, b.TAG] == _TH


@njit(cache=True, nogil=True)
def _next_cell(nodes, node, after):  # type: ignore[no-untyped-def]
    node += 1
    while node < after and not _is_cell(nodes, node):
        node += 1
    return node


@njit(cache=True, nogil=True)
def _grid(nodes, blocks, table, after, stop):  # type: ignore[no-untyped-def]
    """(rows with text, columns) of a data table; (0, 0) for one that is there for the layout."""
    nothing = (0, 0)
    rows, columns, filled = 0, 0, 0
    row, width, has_text = -1, 0, False
    cell = _next_cell(nodes, table, after)
    while cell < after:
        following = _next_cell(nodes, cell, after)
        last = nodes[following, b.FIRST_BLOCK] if following < after else stop
        if nodes[cell, b.PARENT] != row:
            row, width, has_text = nodes[cell, b.PARENT], 0, False
        width += 1
        words = 0
        for i in range(nodes[cell, b.FIRST_BLOCK], last):
            words += blocks[i, b.WORDS]
        if words > MOST_WORDS_IN_CELL or last - nodes[cell, b.FIRST_BLOCK] > MOST_BLOCKS_IN_CELL:
            return nothing
        if last > nodes[cell, b.FIRST_BLOCK]:
            filled += 1
            columns = max(columns, width)
            rows += not has_text
            has_text = True
        cell = following
    if rows < 2 or columns < 2 or 4 * filled < rows * columns:
        return nothing
    return rows, columns


@njit(cache=True, nogil=True)
def _table(nodes, blocks, text, table, after, first, stop, columns, tables, out, at):  # type: ignore[no-untyped-def]
    """Write a data table, what stands before its cells (its caption) as lines; the place after it."""
    cell = _next_cell(nodes, table, after)
    for i in range(first, nodes[cell, b.FIRST_BLOCK]):
        if at:
            out[at] = _NEWLINE
            at += 1
        for place in range(blocks[i, b.START], blocks[i, b.END]):
            out[at] = text[place]
            at += 1
    is_head = True
    while cell < after:
        row, beyond, has_text = nodes[cell, b.PARENT], cell, False
        while beyond < after and nodes[beyond, b.PARENT] == row:
            beyond = _next_cell(nodes, beyond, after)
        end = nodes[beyond, b.FIRST_BLOCK] if beyond < after else stop
        has_text = end > nodes[cell, b.FIRST_BLOCK]
        if has_text:
            if at:
                out[at] = _NEWLINE
                at += 1
            width = 0
            while cell < beyond and width < columns:
                following = _next_cell(nodes, cell, after)
                last = nodes[following, b.FIRST_BLOCK] if following < after else stop
                at = _separator(tables, width, out, at)
                for i in range(nodes[cell, b.FIRST_BLOCK], last):
                    if i > nodes[cell, b.FIRST_BLOCK]:
                        out[at] = _SPACE
                        at += 1
                    at = _flat(text, blocks[i, b.START], blocks[i, b.END], tables, out, at)
                width += 1
                cell = following
            if tables == MARKDOWN:
                while width < columns:
                    at = _separator(tables, width, out, at)
                    width += 1
                out[at], out[at + 1] = _SPACE, _PIPE
                at += 2
                if is_head:
                    out[at] = _NEWLINE
                    at += 1
                    for column in range(columns):
                        at = _separator(tables, column, out, at)
                        out[at : at + 3] = _DASH
                        at += 3
                    out[at], out[at + 1] = _SPACE, _PIPE
                    at += 2
            is_head = False
        cell = beyond
    return at


@njit(cache=True, nogil=True)
def _separator(tables, column, out, at):  # type: ignore[no-untyped-def]
    """What stands before a cell."""
    if tables == MARKDOWN:
        if column:
            out[at] = _SPACE
            at += 1
        out[at], out[at + 1] = _PIPE, _SPACE
        return at + 2
    if column:
        out[at] = _TAB
        at += 1
    return at


@njit(cache=True, nogil=True)
def _flat(text, start, end, tables, out, at):  # type: ignore[no-untyped-def]
    """The text of a cell on one line; in Markdown, its pipes escaped."""
    for place in range(start, end):
        byte = text[place]
        if byte == _PIPE and tables == MARKDOWN:
            out[at] = _BACKSLASH
            at += 1
        out[at] = _SPACE if byte == _NEWLINE or byte == _TAB else byte
        at += 1
    return at
