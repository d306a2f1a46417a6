"""The URL filter: MB of URLs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benchmarks import ours
from benchmarks.peers import datatrove
from benchmarks.protocol import OURS, Case, Row
from benchmarks.sources import Sources

URLS, QUICK_URLS = 20_000, 5_000


def cases(sources: Sources) -> Iterator[Case]:
    """One."""
    yield Case(
        name="",
        group="urls",
        documents=partial(sources.urls, QUICK_URLS if sources.quick else URLS),
        sides={OURS: ours.Urls, "datatrove": datatrove.Urls},
        rows=[Row("URL filter", ("url_filter",), {"datatrove": ("url_filter",)})],
    )
