"""Clean reference text: documents that editors wrote and checked, so that a rule that drops one is wrong about it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

NEWS, TALKS = "news and articles", "talks"
"""Talks are transcripts whose subtitle lines were joined, 20 to a document: begin and end are not those of a sentence."""

_FILES = {
    NEWS: (
        "docs_masakhanews/*_*.jsonl.zst",
        "docs_saudinewsnet/arb_Arab.jsonl.zst",
        "docs_ttc3600_tur/tur_Latn.jsonl.zst",
        "docs_vietnamesemds/vie_Latn.jsonl.zst",
        "docs_punjabi/pan_Guru_articles.jsonl.zst",
        "docs_punjabi/pnb_Arab_news_blocks.jsonl.zst",
        "docs_factrueval_rus/rus_Cyrl.jsonl.zst",
    ),
    TALKS: ("docs_ted_blocks/*_*.jsonl.zst",),
}


class Clean(NamedTuple):
    """Documents of one language-script."""

    code: str
    group: str
    texts: list[str]


def clean_texts(data: Path, group: str, most: int | None = None) -> Iterator[Clean]:
    """The clean texts of a group, by language; the first `most` of each. `data` holds the docs_* folders."""
    for pattern in _FILES[group]:
        for path in sorted(data.glob(pattern)):
            texts = [row["text"] for row in _rows(path)]
            yield Clean(path.name[:8], group, texts[:most])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    import zstandard

    with path.open("rb") as stream:
        yield from map(json.loads, io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), "utf-8"))
