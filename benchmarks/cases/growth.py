"""Cost per MB at 1x, 4x and 16x of the input, ours alone: of more documents, and of one document that is longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from benchmarks import ours
from benchmarks.protocol import OURS, Case, Documents, Row
from benchmarks.sources import Sources

LANGUAGE = "eng_Latn"
MEGABYTES, QUICK_MEGABYTES = 1.0, 0.25  # at 1x
ROW = Row("filters + signature", ("both",), {})


def cases(sources: Sources) -> Iterator[Case]:
    """Three of documents, three of one document."""
    megabytes = QUICK_MEGABYTES if sources.quick else MEGABYTES
    sides = {OURS: partial(ours.Text, 1)}
    for times in (1, 4, 16):
        yield Case(f"documents {times}x", "growth", partial(_repeated, sources, megabytes, times), sides, [ROW])
    for times in (1, 4, 16):
        yield Case(f"one document {times}x", "growth", partial(_joined, sources, megabytes, times), sides, [ROW])


def _repeated(sources: Sources, megabytes: float, times: int) -> Documents:
    found = sources.texts(LANGUAGE, megabytes)
    return replace(found, items=[*found.items] * times)


def _joined(sources: Sources, megabytes: float, times: int) -> Documents:
    found = _repeated(sources, megabytes, times)
    return replace(found, items=["\n".join(found.items)])
