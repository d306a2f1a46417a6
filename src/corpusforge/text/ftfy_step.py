"""Encoding repair by ftfy, as datatrove 0.10.1 (ftfy.py) sets it, run only on lines that it could change.

Mojibake, HTML entities, terminal escapes, surrogates and control characters are repaired; ligatures,
character widths, quotation marks, line breaks and normal forms are left as they are.

ftfy works through a text line by line, 3 MB/s. A line is left out here when nothing in it can move any of
ftfy's steps (`suspects`).
"""

from collections.abc import Iterator
from functools import cache

import numpy as np

from corpusforge.text.buffers import Utf8, frozen
from corpusforge.text.edits import Edit, difference
from corpusforge.text.suspects import MOJIBAKE, suspects

# Most levels of `&amp;amp;...` that are undone. ftfy undoes one per pass over the line: without a limit a
# hostile line of a million characters takes a quarter of a million passes.
MAX_NESTED = 16


def ftfy_edits(text: str) -> list[Edit]:
    """Edits that turn `text` into what ftfy makes of it."""
    lines = list(_suspicious_lines(text))
    if not lines:
        return []
    import ftfy

    repair = _configuration()
    tag = text.find("<")  # from the line of the first one on, entities are text
    escaped = tag if tag >= 0 else len(text)
    edits: list[Edit] = []
    for first, last in lines:
        for start in range(first, last, repair.max_decode_length):
            end = min(start + repair.max_decode_length, last)
            line = text[start:end]
            unescape = end <= escaped and not _too_nested(line)
            fixed = ftfy.fix_and_explain(line, repair._replace(unescape_html=unescape)).text
            if fixed != line:
                edits += difference(line, fixed, start)
    return edits


def _suspicious_lines(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end, newline included, of the lines that ftfy could change."""
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    ends = np.flatnonzero(data == ord("\n")) + 1
    offsets = np.unique(np.concatenate([[0], ends, [len(data)]]))
    flagged = np.flatnonzero(suspects(Utf8(frozen(offsets), data)) & MOJIBAKE)
    if len(flagged) and not text.isascii():
        offsets = np.concatenate([[0], np.cumsum(data & 0xC0 != 0x80)])[offsets]
    yield from ((int(offsets[line]), int(offsets[line + 1])) for line in flagged)


def _too_nested(line: str) -> bool:
    """Whether entities inside entities go deeper than MAX_NESTED."""
    from ftfy.fixes import remove_control_chars, unescape_html

    if "&" not in line:
        return False
    line = remove_control_chars(line)
    for _ in range(MAX_NESTED + 1):
        unescaped = unescape_html(line)
        if unescaped == line:
            return False
        line = unescaped
    return True


@cache
def _configuration():  # type: ignore[no-untyped-def]
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        normalization=None,
        explain=False,
    )
