"""Cost per MB at 1x, 4x and 16x of the input, ours alone: of more documents, and of one document that is longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from benchmarks import ours
from benchmarks.protocol import OURS, Case, Documents, Row
from benchmarks.sources import Sources

LANGUAGE = "eng_Latn"
MEGABYTES, QUICK_MEGABYTES = 4.0, 1.6
ROW = Row("filters + signature", ("both",), {})


def cases(sources: Sources) -> Iterator[Case]:
    """Three of documents, three of one document."""
    megabytes = QUICK_MEGABYTES if sources.quick else MEGABYTES
    for times in (1, 4, 16):
        whole = partial(sources.texts, LANGUAGE, megabytes * times / 16)
        yield Case(f"documents {times}x", "growth", whole, {OURS: ours.Text}, [ROW])
    for times in (1, 4, 16):
        joined = partial(_joined, sources, megabytes * times / 16)
        yield Case(f"one document {times}x", "growth", joined, {OURS: ours.Text}, [ROW])


def _joined(sources: Sources, megabytes: float) -> Documents:
    found = sources.texts(LANGUAGE, megabytes)
    return replace(found, items=["\n".join(found.items)])
