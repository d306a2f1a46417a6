"""Rehydration weights of runs: removal rates by cluster size, from clusters/ and fates/; and the file that holds weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import Field

from corpusforge import documents, yaml12
from corpusforge.errors import UserError
from corpusforge.languages import resolve
from corpusforge.mix.mixture import Rehydrate
from corpusforge.mix.rehydration import published_steps
from corpusforge.mix.removal import Counts, RemovalTable, counted, summed
from corpusforge.mix.significant import significant_steps
from corpusforge.stored_run import StoredRun
from corpusforge.validation import Strict, validate

METHODS = {"significant": significant_steps, "published": published_steps}
Steps = dict[int, int]
"""Copies by the first cluster size of a run of sizes."""


class LanguageWeights(Strict):
    """Copies of a language's documents: by the first size of each run of sizes."""

    repeats: Annotated[dict[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1, le=1000)]], Field(min_length=1)]


class WeightsFile(Strict):
    """What `corpusforge mix weights --write` writes and a mixture's `rehydrate.weights` reads."""

    weights: str
    max: int
    source: str = ""
    languages: dict[str, LanguageWeights]


def counts_of(run: StoredRun, code: str) -> Counts:
    """Documents that deduplication left and those of them that are in the corpus, by cluster size. Raises UserError."""
    clusters = run.clusters(code)
    if clusters is None:
        raise UserError(
            f"{run.storage.url}: its recipe does not deduplicate, so there are no cluster sizes; add the stage 'deduplicate' "
            "to the recipe, or mix without rehydration"
        )
    survivors = clusters.filter(pl.col("kept")).select("key", "size")
    joined = survivors.join(run.fates(code).select("key", "fate"), on="key", how="left")
    if joined["fate"].null_count():
        raise UserError(f"{run.storage.url}: {code} has documents without a fate; run the recipe again to finish it")
    return counted(joined["size"].to_numpy(), (joined["fate"] == documents.KEPT).to_numpy())


def removal_tables(runs: list[StoredRun], codes: list[str]) -> dict[str, RemovalTable]:
    """Tables of the languages, of all runs together."""
    tables = {}
    for code in codes:
        counts = [counts_of(run, code) for run in runs if code in run.codes]
        if counts:
            tables[code] = summed(code, counts)
    return tables


def weights_for(rehydrate: Rehydrate | None, where: str, runs: list[StoredRun], codes: list[str]) -> dict[str, Steps]:
    """Copies by cluster size, by language; empty without rehydration. `where`: file and line of `rehydrate`."""
    if rehydrate is None:
        return {}
    if rehydrate.weights is None:
        steps = METHODS[rehydrate.method]
        return {code: steps(table, rehydrate.max) for code, table in removal_tables(runs, codes).items()}
    path = Path(where.rpartition(":")[0]).parent / rehydrate.weights
    if not path.is_file():
        raise UserError(
            f"{where}: weights: {path}: no such file; make it with `corpusforge mix weights RUN --write {path}`"
        )
    given = read_weights(path)
    return {code: given[code] for code in codes if code in given}


def read_weights(path: Path) -> dict[str, Steps]:
    """The weights of a file by language. Raises UserError with file and line."""
    document = yaml12.load(path)
    found = validate(WeightsFile, document)
    weights = {}
    for name, one in found.languages.items():
        try:
            code = resolve(name).code
        except UserError as error:
            raise UserError(f"{document.where(('languages', name))}: {error}") from None
        weights[code] = dict(sorted(one.repeats.items()))
    return weights


def weights_text(weights: dict[str, Steps], method: str, most: int, source: str) -> str:
    """The file: YAML."""
    lines = [
        "# Written by `corpusforge mix weights`. repeats: {cluster size: copies of a document}, up to the next size named.",
        f"weights: {method}",
        f"max: {most}",
        f"source: {json.dumps(source, ensure_ascii=False)}",
        "languages:",
    ]
    for code, steps in weights.items():
        lines.append(f"  {code}: {{repeats: {{{', '.join(f'{size}: {copies}' for size, copies in steps.items())}}}}}")
    return "\n".join(lines) + "\n"
