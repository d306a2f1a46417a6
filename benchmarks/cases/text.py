"""Filters, signature, both, language identification, cleaning, and all of them: one case per language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benchmarks import ours
from benchmarks.peers import datatrove, fasttext, signatures
from benchmarks.protocol import OURS, Case, Row
from benchmarks.sources import Sources

# Languages of the table, and the targets of the row "filters + signature" and of the row "per-language pass".
LANGUAGES: dict[str, tuple[str, float | None, float | None]] = {
    "eng_Latn": ("English", 100, 50),
    "ukr_Cyrl": ("Ukrainian", 100, None),
    "hin_Deva": ("Hindi", 30, None),
    "tel_Telu": ("Telugu", 30, None),
    "jpn_Jpan": ("Japanese", 25, None),
    "cmn_Hani": ("Chinese", 25, None),
    "tha_Thai": ("Thai", 25, None),
    "pan_Guru": ("Punjabi", None, None),
    "arb_Arab": ("Arabic", None, None),
    "spa_Latn": ("Spanish", None, None),
}
MEGABYTES, QUICK_MEGABYTES, QUICK_LANGUAGES = 1.0, 0.1, 7
BATCH, QUICK_BATCH = 8_000_000, 2_000_000  # bytes that our compiled parts get at once

PEERS = {
    "datatrove": datatrove.Text,
    "fastText": fasttext.FastText,
    "rensa": signatures.Rensa,
    "datasketch": signatures.Datasketch,
}


def cases(sources: Sources) -> Iterator[Case]:
    """One per language of which there are texts."""
    megabytes = QUICK_MEGABYTES if sources.quick else MEGABYTES
    sides = {OURS: partial(ours.Text, QUICK_BATCH if sources.quick else BATCH), **PEERS}
    languages = list(LANGUAGES.items())[: QUICK_LANGUAGES if sources.quick else None]
    for code, (name, both, everything) in languages:
        if sources.has(code):
            yield Case(name, "text", partial(sources.texts, code, megabytes), sides, _rows(both, everything))


def _rows(both: float | None, everything: float | None) -> list[Row]:
    return [
        Row("filters", ("filters",), {"datatrove": ("filters",)}),
        Row(
            "signature",
            ("signature",),
            {"datatrove": ("signature",), "rensa": ("signature",), "datasketch": ("signature",)},
        ),
        Row("filters + signature", ("both",), {"datatrove": ("filters", "signature")}, target=both),
        Row("language identification", ("identify",), {"datatrove": ("identify",), "fastText": ("identify",)}),
        Row("cleaning", ("clean",), {"datatrove": ("clean",)}),
        Row(
            "per-language pass",
            ("identify", "both", "clean"),
            {"datatrove": ("identify", "signature", "filters", "clean")},
            target=everything,
        ),
    ]
