"""Duplicates of one language: equal ones, and clusters of near ones: how large, and how alike what was removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from corpusforge.report.interval import share

_SIZES = ((1, 1), (2, 2), (3, 4), (5, 9), (10, 99), (100, None))
_ALIKE = 0.05


def duplicate_figures(
    clusters: pl.DataFrame | None, options: Any = None, counted: Mapping[str, int] | None = None
) -> dict[str, Any] | None:
    """Clusters by size with documents and removed ones; removed documents by similarity to the one that stays.

    options: those of the stage; counted: what its receipts say of comparisons.
    """
    if clusters is None:
        return None
    survivors = clusters.filter("kept")
    sizes = []
    for least, most in _SIZES:
        inside = pl.col("size").is_between(least, most) if most else pl.col("size") >= least
        chosen = survivors.filter(inside)
        documents = int(chosen["size"].sum())
        sizes.append(
            {
                "least": least,
                "most": most,
                "clusters": chosen.height,
                "documents": documents,
                "copies": documents - chosen.height,
            }
        )
    copies = clusters.filter(~pl.col("kept"))
    return {
        "documents": clusters.height,
        "clusters": survivors.height,
        "copies": copies.height,
        "copies_share": share(copies.height, clusters.height),
        "largest": int(clusters["size"].max() or 0),  # type: ignore[arg-type]
        "sizes": sizes,
        "similarity": _similarity(copies["similarity"]),
        "verify": getattr(options, "verify", None),
        "survivor": getattr(options, "survivor", None),
        "compared": {name: count for name, count in sorted((counted or {}).items()) if count},
    }


def copy_figures(copies: pl.DataFrame | None) -> dict[str, Any] | None:
    """Copies by URL and by text, and for how many documents one stands at most."""
    if copies is None:
        return None
    return {
        "by_url": int(copies["duplicate_url"].sum()),
        "by_text": int(copies["duplicate_text"].sum()),
        "stays": copies.filter(pl.col("exact_copies") > 0).height,
        "most": int(copies["exact_copies"].max() or 1),  # type: ignore[arg-type]
    }


def _similarity(similarity: pl.Series) -> list[dict[str, Any]]:
    """Removed documents in steps of similarity, [from, to), the last one closed; steps without any are left out."""
    top = round(1 / _ALIKE) - 1
    steps = (similarity.drop_nulls() / _ALIKE + 1e-9).floor().cast(pl.Int64).clip(0, top)
    counts = steps.value_counts().sort("similarity")
    return [
        {"from": round(step * _ALIKE, 2), "to": round((step + 1) * _ALIKE, 2), "copies": count}
        for step, count in counts.iter_rows()
    ]
