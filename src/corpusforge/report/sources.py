"""Where the corpus of a language comes from: hosts and how much of it the largest give, dates, snapshots."""

from __future__ import annotations

from typing import Any

import polars as pl

from corpusforge.report.interval import share
from corpusforge.report.population import Population

TOP = 20


def host_figures(people: Population) -> dict[str, Any]:
    """Hosts by kept documents and by their characters, the TOP of each, with their share of all that is kept."""
    kept = people.kept
    documents, chars = kept.height, int(kept["chars"].sum())
    hosts = (
        kept.filter(pl.col("host").is_not_null())
        .group_by("host")
        .agg(documents=pl.len().cast(pl.Int64), chars=pl.col("chars").sum())
    )
    rows = {}
    for measure, whole in (("documents", documents), ("chars", chars)):
        top = hosts.sort([measure, "host"], descending=[True, False]).head(TOP).iter_rows(named=True)
        rows[f"by_{measure}"] = [row | {"share": share(row[measure], whole)} for row in top]
    return {
        "hosts": hosts.height,
        "documents": documents,
        "chars": chars,
        "without_host": kept["host"].null_count(),
        **rows,
    }


def date_figures(people: Population) -> dict[str, Any]:
    """First and last day of the kept documents, how many have none, and documents per year."""
    days = people.kept["day"]
    known = days.drop_nulls().sort()
    years = known.str.slice(0, 4).value_counts().sort("day")
    return {
        "first": known[0] if len(known) else None,
        "last": known[-1] if len(known) else None,
        "undated": days.null_count(),
        "years": [{"year": year, "documents": count} for year, count in years.iter_rows()],
    }
