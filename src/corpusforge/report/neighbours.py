"""Languages that stand near: what the model said of all records, and second best of a language's documents."""

from __future__ import annotations

from typing import Any

import polars as pl

from corpusforge import documents
from corpusforge.languages import Language, all_codes
from corpusforge.report.interval import share
from corpusforge.report.population import Population
from corpusforge.stored_run import StoredRun

TOP = 15
EXAMPLES = 3
_EXAMPLE_CHARS = 300
_COLUMNS = ["key", "url", "error", "fate", "language", "language_script", "label"]

_NOT_WANTED = (documents.LANGUAGE_NOT_WANTED, documents.LANGUAGE_GATE)


class Records:
    """What one pass over the records tells: languages as identified, and examples of every fate of ingest."""

    def __init__(self, run: StoredRun) -> None:
        languages: list[pl.DataFrame] = []
        examples: list[pl.DataFrame] = []
        for table in run.records(_COLUMNS):
            frame = pl.DataFrame(table)
            code = pl.concat_str("language", "language_script", separator="_")
            group = frame.select(code.alias("code"), "label", "fate").group_by("code", "label", "fate")
            languages.append(group.agg(records=pl.len().cast(pl.Int64)))
            examples.append(_examples([*examples, frame.filter(pl.col("fate").is_not_null())]))
            examples = examples[-1:]
        self._languages = pl.concat(languages) if languages else None
        self._examples = examples[0] if examples else None

    def identified(self) -> list[dict[str, Any]]:
        """Languages (or labels without one) of all records that have a text: how many, how many went on; most first."""
        if self._languages is None:
            return []
        name = pl.coalesce("code", "label")
        by = self._languages.filter(name.is_not_null()).group_by(language=name)
        gone = pl.col("fate").is_not_null()
        table = by.agg(
            records=pl.col("records").sum(),
            documents=pl.col("records").filter(~gone).sum(),
            not_wanted=pl.col("records").filter(pl.col("fate").is_in(_NOT_WANTED)).sum(),
            unconfigured=pl.col("records").filter(pl.col("fate") == documents.LANGUAGE_UNCONFIGURED).sum(),
            labels=pl.col("label").drop_nulls().unique().sort(),
        )
        return table.sort(["records", "language"], descending=[True, False]).to_dicts()

    def examples(self) -> dict[str, list[dict[str, Any]]]:
        """Up to EXAMPLES records of every fate of ingest: those with the least keys, which are hashes."""
        if self._examples is None:
            return {}
        rows = self._examples.sort("fate", "key").select("fate", "key", "url", "error").to_dicts()
        found: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            found.setdefault(row.pop("fate"), []).append(row)
        return found


def neighbour_figures(language: Language, people: Population, identified: list[dict[str, Any]]) -> dict[str, Any]:
    """Second-best languages of the documents, and the records that the model gave to related languages."""
    frame = people.frame.with_columns(kept=people.is_kept).filter(pl.col("runner_up").is_not_null())
    second = frame.group_by(language="runner_up").agg(
        documents=pl.len().cast(pl.Int64), kept=pl.col("kept").sum().cast(pl.Int64)
    )
    top = second.sort(["documents", "language"], descending=[True, False]).head(TOP).iter_rows(named=True)
    related = {code for code in all_codes() if code[:3] in (*language.related, language.iso639_3)} - {language.code}
    names = {row["language"]: row for row in identified}
    return {
        "runners_up": [row | {"share": share(row["documents"], people.frame.height)} for row in top],
        "certain": people.frame["runner_up"].null_count(),
        "related": [
            {k: names[code][k] for k in ("language", "records", "documents")} for code in sorted(related & set(names))
        ],
    }


def _examples(frames: list[pl.DataFrame]) -> pl.DataFrame:
    columns = ["fate", "key", "url", "error"]
    rows = pl.concat([frame.select(columns) for frame in frames])
    return (
        rows.sort("fate", "key")
        .filter(pl.int_range(pl.len()).over("fate") < EXAMPLES)
        .with_columns(pl.col("url", "error").str.head(_EXAMPLE_CHARS))
    )
