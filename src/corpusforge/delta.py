"""What changed between two versions of a corpus, document by document, and why."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from corpusforge import documents
from corpusforge.io.storage import Storage
from corpusforge.layers import read_rows
from corpusforge.stored_run import StoredRun

DELTA = pa.schema(
    [
        pa.field("key", pa.large_string(), nullable=False),
        pa.field("change", pa.large_string(), nullable=False),  # added | removed | changed
        pa.field("why", pa.large_string(), nullable=False),
        pa.field("twin", pa.large_string()),  # of a removed near-duplicate: the document that is kept instead
    ]
)

NEW_INPUT = "new input"
NOT_KEPT_BEFORE = "was not kept before"
NO_INPUT = "its input is not part of the run any more"


def compared(before: pa.Table, after: pa.Table) -> pl.DataFrame:
    """(key, change, why) between two tables of keys (`documents.KEYS`), in order of key; `why` is null for documents that
    came or went: the tables alone do not tell."""
    left, right = pl.DataFrame(before), pl.DataFrame(after)
    both = left.join(right, on="key", how="full", suffix="_after", coalesce=False)
    size, size_after = pl.col("minhash_cluster_size"), pl.col("minhash_cluster_size_after")
    text = pl.col("text") != pl.col("text_after")
    grown = size.ne_missing(size_after)
    shown = pl.format(
        "cluster size {} -> {}", size.cast(pl.String).fill_null("none"), size_after.cast(pl.String).fill_null("none")
    )
    added, removed = pl.col("key").is_null(), pl.col("key_after").is_null()
    change = (
        pl.when(added)
        .then(pl.lit("added"))
        .when(removed)
        .then(pl.lit("removed"))
        .when(text | grown)
        .then(pl.lit("changed"))
    )
    why = (
        pl.when(added | removed)
        .then(None)
        .when(text & grown)
        .then(pl.concat_str(pl.lit("text; "), shown))
        .when(text)
        .then(pl.lit("text"))
        .otherwise(shown)
    )
    rows = both.select(pl.coalesce("key", "key_after").alias("key"), change.alias("change"), why.alias("why"))
    return rows.filter(pl.col("change").is_not_null()).sort("key")


def read_keys(storage: Storage, path: str | None) -> pa.Table:
    """A file of keys, or none."""
    return documents.KEYS.empty_table() if path is None else read_rows(storage, path).replace_schema_metadata(None)


def delta_of(run: StoredRun, code: str, before: str | None, after: str | None, known: set[str]) -> pa.Table:
    """What became of one language's documents since an older version, by the run as it stands now.

    before, after: files of keys; known: names of the inputs of the older version.
    """
    rows = compared(read_keys(run.storage, before), read_keys(run.storage, after))
    if not rows.height:
        return DELTA.empty_table()
    rows = rows.join(_removed(run, code, rows), on="key", how="left").join(
        _added(run, code, rows, known), on="key", how="left"
    )
    why = pl.coalesce("why", "fate", "came").fill_null(NO_INPUT)
    return rows.select("key", "change", why.alias("why"), "twin").sort("key").to_arrow().cast(DELTA)


def _removed(run: StoredRun, code: str, rows: pl.DataFrame) -> pl.DataFrame:
    """(key, fate, twin) of documents that are not in the corpus any more."""
    gone = rows.filter(pl.col("change") == "removed").select("key")
    nothing = pl.DataFrame(schema={"key": pl.String, "fate": pl.String, "twin": pl.String})
    if not gone.height:
        return nothing
    fates = run.fates(code).select("key", "fate").join(gone, on="key", how="semi")
    left = set(gone["key"].to_list()) - set(fates["key"].to_list())
    found = [fates]
    for table in run.records(["key", "fate", "language", "language_script"]) if left else ():
        met = pl.DataFrame(table).filter(pl.col("key").is_in(list(left)))
        moved = pl.format("is {}_{} now", "language", "language_script")
        found.append(met.select("key", pl.coalesce("fate", moved).alias("fate")))
    known = pl.concat(found)
    clusters = run.clusters(code)
    if clusters is None:
        return known.with_columns(twin=pl.lit(None, pl.String))
    return known.join(clusters.select("key", "twin"), on="key", how="left")


def _added(run: StoredRun, code: str, rows: pl.DataFrame, known: set[str]) -> pl.DataFrame:
    """(key, came) of documents that were not in the older version."""
    new = rows.filter(pl.col("change") == "added").select("key")
    names = {receipt.unit: receipt.inputs[0]["name"] for receipt in run.of_phase("ingest")}
    parts = [pl.DataFrame(schema={"key": pl.String, "came": pl.String})]
    for piece in run.pieces(code):
        keys = pl.DataFrame(piece.read(run.storage, "documents", ["key"])).join(new, on="key", how="semi")
        came = NOT_KEPT_BEFORE if names[piece.unit] in known else NEW_INPUT
        parts.append(keys.select("key", came=pl.lit(came)))
    return pl.concat(parts)
