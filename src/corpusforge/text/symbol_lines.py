"""Lines made of table bars alone become one empty place; all line ends become newlines.

Follows datatrove 0.10.1, symbol_lines_remover.py, as FineWeb2 uses it: symbol "|", replaced by a newline.
"""

import re
from collections.abc import Iterator

from corpusforge.text.edits import Edit

SYMBOLS = "|"

# What str.splitlines() takes for the end of a line (Python library reference, str.splitlines).
_ENDS = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_LINE = re.compile(f"([^{_ENDS}]*)(\r\n|[{_ENDS}]|$)")
_OTHER_END = re.compile(f"[{_ENDS.replace(chr(10), '')}]")
_SYMBOL_LINE = re.compile(f" *[{SYMBOLS}][{SYMBOLS} ]*")


def symbol_line_edits(text: str) -> list[Edit]:
    """Edits that replace each run of lines of bars and spaces by a line break of its own.

    As published, they also turn every kind of line end into a newline and drop the last one. Lines of spaces
    stay.
    """
    if "|" not in text and not text.endswith("\n") and not _OTHER_END.search(text):
        return []
    edits: list[Edit] = []
    in_run = False
    pending: tuple[int, int] | None = None  # the end of the line before: what it becomes depends on the next line
    position = 0
    while position < len(text):
        found = _LINE.match(text, position)
        assert found is not None  # it matches everywhere
        bars = _SYMBOL_LINE.fullmatch(found[1]) is not None
        dropped = bars and in_run
        if pending:
            _add(edits, text, *pending, "" if dropped else "\n")
        if bars:
            _add(edits, text, found.start(1), found.end(1), "" if in_run else "\n")
        in_run = bars
        pending = found.span(2)
        position = found.end()
    if pending:
        _add(edits, text, *pending, "")
    return list(_joined(edits))


def _add(edits: list[Edit], text: str, start: int, end: int, replacement: str) -> None:
    """Add an edit unless it changes nothing."""
    if text[start:end] != replacement:
        edits.append((start, end, replacement))


def _joined(edits: list[Edit]) -> Iterator[Edit]:
    """Edits that touch made one, in time linear in their number."""
    first = 0
    for index in range(1, len(edits) + 1):
        if index == len(edits) or edits[index][0] != edits[index - 1][1]:
            run = edits[first:index]
            yield run[0][0], run[-1][1], "".join(replacement for _, _, replacement in run)
            first = index
