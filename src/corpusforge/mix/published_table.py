"""FineWeb2's tables of removal rates, and what can be told from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpusforge.mix.removal import RemovalTable


def published_table(row: dict[str, Any]) -> RemovalTable:
    """The counts behind a row of misc/rehydration/distributions (columns as there).

    The tables hold removal rates and the documents kept. What deduplication left of a size follows, to the document, wherever
    something was kept: kept / (1 - rate). Where a rate is 100 % it is not known. All those together are: the language's
    rate gives the sum over all sizes. It is shared out evenly among them, at least one each; in 60,000 of 120,000 rows, as
    a rule far up in the sizes.
    """
    sizes = np.array([*row["cluster_sizes"], row["tail_threshold"]], np.int64)
    rates = np.array([*row["cluster_removal_rates"], row["tail_removal_rate"]])
    kept = np.array([*row["cluster_post_filtering_doc_counts"], row["tail_post_filtering_doc_counts"]], np.int64)
    known = rates < 100
    documents = np.zeros(len(sizes), np.int64)
    documents[known] = np.round(kept[known] / (1 - rates[known] / 100))
    unknown = np.flatnonzero(~known)
    if len(unknown):
        rate = row["global_removal_rate"]
        total = round(kept.sum() / (1 - rate / 100)) if rate < 100 else 0
        rest = max(len(unknown), total - int(documents.sum()))
        documents[unknown] = rest // len(unknown)
        documents[unknown[: rest % len(unknown)]] += 1
    return RemovalTable(row["code"], sizes, documents, kept)
