"""What if: re-try thresholds on stored signals. No text is read; clusters stay as stored."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from corpusforge import documents
from corpusforge.errors import UserError
from corpusforge.rules.evaluate import evaluate
from corpusforge.settings import Settings, with_changes
from corpusforge.stored_run import StoredRun


def whatif(url: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Who moves when thresholds change: per language, counts by (before, after) and every document that moves.

    `changes`: language-script.threshold -> number or None. Exact for rules after deduplication; a document moved by a rule
    before it is marked `approximate`, since clusters are kept as stored. Raises UserError.
    """
    run = StoredRun(url)
    after = with_changes(run.settings, changes)
    languages = {}
    for code in sorted({path.partition(".")[0] for path in changes}):
        if code not in run.codes:
            raise UserError(f"{url}: has no documents in {code}; it has {', '.join(run.codes) or 'none'}")
        languages[code] = _language(run, code, after)
    return {"run": url, "changes": changes, "languages": languages}


def _language(run: StoredRun, code: str, after: Settings) -> dict[str, Any]:
    signals = run.signals(code)
    stored = run.fates(code)
    if stored["fate"].null_count():
        raise UserError(f"{run.directory.url}: {code} is not finished; run the recipe to its end, then ask again")
    admit = after.dataset.options("admit").rules
    thresholds = after.thresholds(code, after.rules)
    decided = evaluate(signals, after.filter_sets(after.rules), thresholds)["fate"]
    early = set(evaluate(signals, after.filter_sets(admit), thresholds)["fate"].drop_nulls().unique().to_list())
    frame = stored.select("key", "phase", pl.col("fate").alias("before")).with_columns(decided.alias("after"))
    # What cleaning emptied stays empty; whether it would empty a document that is kept only now, no signal says.
    emptied = pl.col("after").is_null() & (pl.col("before") == documents.EMPTY_AFTER_CLEAN)
    frame = frame.with_columns(
        after=pl.when(emptied).then(pl.col("before")).otherwise(pl.col("after").fill_null(documents.KEPT))
    )
    moved = frame.filter(pl.col("before") != pl.col("after"))
    moved = moved.with_columns(approximate=(pl.col("phase") == "admit") | pl.col("after").is_in(sorted(early)))
    counts = Counter(zip(moved["before"].to_list(), moved["after"].to_list(), strict=True))
    return {
        "documents": frame.height,
        "kept_before": frame.filter(pl.col("before") == documents.KEPT).height,
        "kept_after": frame.filter(pl.col("after") == documents.KEPT).height,
        "moves": [{"before": old, "after": new, "documents": count} for (old, new), count in counts.most_common()],
        "moved": moved.select("key", "before", "after", "approximate").to_dicts(),
    }
