"""Documents to read: a few of the kept ones, a few of every fate, always the same ones for the same run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpusforge import documents
from corpusforge.layers import read_batches
from corpusforge.report.population import Population
from corpusforge.stored_run import StoredRun
from corpusforge.text.edits import applied
from corpusforge.text.pii import pii_edits

KEPT, REMOVED = 20, 10
CHARS = 600
URL_CHARS = 300
_SHOWN = ["key", "url", "date", "text"]


def sample_figures(
    run: StoredRun, code: str, people: Population, rules: list[dict[str, Any]], clusters: pl.DataFrame | None
) -> dict[str, Any]:
    """Samples of kept documents, as they stand in the corpus, and of removed ones by fate, as they were extracted.

    Where the recipe masks personal data, it is masked in the removed ones too: a report travels further than data.
    Returns {"kept": [...], "removed": {fate: [...]}}, fates in the order of the rules.
    """
    ranked = _ranked(people.frame.filter(pl.col("fate").is_not_null()))
    kept = ranked.filter(pl.col("fate") == documents.KEPT).head(KEPT)
    ended = ranked.filter(pl.col("fate") != documents.KEPT)
    removed = ended.filter(pl.int_range(pl.len()).over("fate") < REMOVED)
    texts = _texts(_corpus(run, code, kept["key"])) | _texts(_removed(run, code, removed["key"]))
    twins = _twins(clusters, removed) | _equals(run.copies(code), removed)
    by_name = {rule["rule"]: rule for rule in rules}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in pl.concat([kept, removed]).iter_rows(named=True):
        shown = _sample(row, by_name) | texts.get(row["key"], {}) | twins.get(row["key"], {})
        found.setdefault(row["fate"], []).append(shown)
    order = [fate for fate in dict.fromkeys(rule["fate"] for rule in rules) if fate in found]
    order += sorted(set(found) - {*order, documents.KEPT})
    return {"kept": found.get(documents.KEPT, []), "removed": {fate: found[fate] for fate in order}}


def _ranked(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows in an order that has nothing to do with what they hold: that of a hash of the key.

    The key itself would not do: of two equal documents, the one with the lesser key survives.
    """
    ranks = [xxhash.xxh3_64_intdigest(b"sample" + key.encode()) for key in frame["key"]]
    return frame.with_columns(rank=pl.Series(ranks, dtype=pl.UInt64)).sort("rank", "key")


def _sample(row: dict[str, Any], rules: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is known of a document, without its text."""
    broken = [
        {
            "rule": name,
            "condition": rules[name]["condition_here"],
            "values": {signal: _rounded(row.get(signal)) for signal in rules[name]["signals"]},
            "thresholds": rules[name]["thresholds"],
        }
        for name in row["broken"] or []
        if name in rules
    ]
    return {
        "key": row["key"],
        "fate": row["fate"],
        "chars": row["chars"],
        "language_score": row["language_score"],
        "broken": broken,
    }


def _rounded(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def _corpus(run: StoredRun, code: str, keys: pl.Series) -> Iterable[pa.Table]:
    """Rows of the written corpus: their text is what a user of the data reads."""
    receipt = run.receipts.get(("write", code))
    wanted = pa.array(keys.to_list(), pa.large_string())
    for file in receipt.files["data"] if receipt else ():
        for table in read_batches(run.storage, file.path, columns=_SHOWN):
            yield table.filter(pc.is_in(table["key"], wanted))


def _removed(run: StoredRun, code: str, keys: pl.Series) -> Iterable[pa.Table]:
    """Rows as extracted, cut, with e-mail and IP addresses masked where the recipe does so for the corpus."""
    masks = "clean" in run.settings.dataset.stages and "pii" in run.settings.dataset.options("clean").steps
    for table in run.texts(code, set(keys)):
        rows = table.select(_SHOWN)
        # Longer than what is shown, so that an address at the cut is still seen whole; shorter than what may be there.
        text = pc.utf8_slice_codeunits(rows["text"].combine_chunks(), 0, 2 * CHARS)
        if masks:
            masked = [one and applied(one, pii_edits(one)) for one in text.to_pylist()]
            text = pa.array(masked, pa.large_string())
        yield rows.set_column(_SHOWN.index("text"), "text", text)


def _texts(tables: Iterable[pa.Table]) -> dict[str, dict[str, Any]]:
    found = {}
    for table in tables:
        for row in table.select(_SHOWN).to_pylist():
            url, text = row["url"] or "", row["text"]
            found[row["key"]] = {
                "url": url if len(url) <= URL_CHARS else f"{url[:URL_CHARS]}…",
                "date": row["date"],
                "text": text[:CHARS],
                "cut": len(text) > CHARS,
            }
    return found


def _twins(clusters: pl.DataFrame | None, removed: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """For near-copies: the document that stands for them, and how alike the two are."""
    if clusters is None:
        return {}
    rows = clusters.filter(pl.col("twin").is_not_null()).join(removed.select("key"), on="key", how="semi")
    return {
        key: {"twin": twin, "similarity": alike}
        for key, twin, alike in rows.select("key", "twin", "similarity").iter_rows()
    }


def _equals(copies: pl.DataFrame | None, removed: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """For copies by URL or text: what they share, and the document that has it too."""
    if copies is None:
        return {}
    rows = copies.join(removed.select("key"), on="key", how="semi")
    found = {}
    for row in rows.iter_rows(named=True):
        shared = {word: row[name] for word, name in (("URL", "url_twin"), ("text", "text_twin")) if row[name]}
        if shared:
            found[row["key"]] = {"equal": shared}
    return found
