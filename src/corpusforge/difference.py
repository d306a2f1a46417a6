"""A readable difference of two texts: the lines that differ, and inside them the words."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

import regex  # type: ignore[import-untyped]

MOST_BYTES = 2**18  # code points of each text that are compared
MOST_PARTS = 4000  # lines, or tokens of a passage, that are matched with each other
_TOKEN = regex.compile(r"\s+|[\w\p{M}\u200c\u200d]{1,24}|.")
_CONTEXT = 40  # code points shown of what is equal


class Change(NamedTuple):
    """A passage of the one text, and what the other has there; either may be empty. `before` and `after` are the ends of
    the equal text around it."""

    before: str
    left: str
    right: str
    after: str


def changes(left: str, right: str) -> list[Change]:
    """Where two texts differ, in order. Of very long texts the beginnings are compared; a passage of very many words that
    differs is one change. Time is bounded by `MOST_PARTS` squared.
    """
    return list(_joined(_by_lines(left[:MOST_BYTES], right[:MOST_BYTES])))


Part = tuple[bool, str, str]  # equal, left, right


def _by_lines(left: str, right: str) -> Iterator[Part]:
    ours, theirs = left.splitlines(keepends=True), right.splitlines(keepends=True)
    for equal, a, b in _matched(ours, theirs):
        if equal:
            yield True, "".join(a), "".join(b)
        else:
            for same, c, d in _matched(_TOKEN.findall("".join(a)), _TOKEN.findall("".join(b))):
                yield same, "".join(c), "".join(d)


def _matched(left: list[str], right: list[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    if max(len(left), len(right)) > MOST_PARTS:
        start = 0
        while start < min(len(left), len(right)) and left[start] == right[start]:
            start += 1
        end = 0
        while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
            end += 1
        stops = len(left) - end, len(right) - end
        yield True, left[:start], right[:start]
        yield False, left[start : stops[0]], right[start : stops[1]]
        yield True, left[stops[0] :], right[stops[1] :]
        return
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield kind == "equal", left[a:b], right[c:d]


def _joined(parts: Iterator[Part]) -> Iterator[Change]:
    """Changes with nothing but white space between them are one."""
    before, left, right, gap = "", "", "", ""
    for equal, a, b in parts:
        if equal and not (left or right):
            before += a
        elif equal and a.strip() == "" and not gap:
            gap = a
        elif equal:
            yield Change(before[-_CONTEXT:], left, right, (gap + a)[:_CONTEXT])
            before, left, right, gap = gap + a, "", "", ""
        else:
            left, right, gap = left + gap + a, right + gap + b, ""
    if left or right:
        yield Change(before[-_CONTEXT:], left, right, gap[:_CONTEXT])
