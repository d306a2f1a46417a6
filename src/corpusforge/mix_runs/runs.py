"""The runs that a mixture is made from, checked: finished, none twice, no document in two of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from corpusforge.errors import UserError
from corpusforge.layers import read_batches
from corpusforge.mix.ring import key_halves
from corpusforge.receipt import Receipt
from corpusforge.stored_run import StoredRun

INDEX_ROWS = 8_000_000
"""Documents whose keys are held in memory at once; of more, a part of the keys at a time."""


def open_runs(urls: Sequence[str]) -> list[StoredRun]:
    """The runs at these directories. Raises UserError, naming the run, where they cannot be mixed."""
    runs = [StoredRun(url) for url in urls]
    seen: dict[str, str] = {}
    for run in runs:
        if run.storage.root in seen:
            raise UserError(f"{run.storage.url}: given twice; name each run once")
        seen[run.storage.root] = run.storage.url
        _check_finished(run)
    _check_names(runs)
    _check_doubles(runs)
    return sorted(runs, key=name_of)


def name_of(run: StoredRun) -> str:
    """What a run is called: the last part of its directory."""
    return run.storage.root.rstrip("/").rsplit("/", 1)[-1]


def corpus(run: StoredRun, code: str) -> Receipt | None:
    """The receipt of a language's corpus, or None where the run kept nothing of it."""
    receipt = run.receipts.get(("write", code))
    return receipt if receipt is not None and receipt.files.get("data") else None


def languages(run: StoredRun) -> dict[str, int]:
    """Documents in the corpus of each language."""
    found = {code: corpus(run, code) for code in run.codes}
    return {code: sum(file.rows for file in one.files["data"]) for code, one in found.items() if one is not None}


def data_batches(run: StoredRun, code: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """The corpus of a language, about 8 MiB at a time."""
    receipt = corpus(run, code)
    for file in receipt.files["data"] if receipt is not None else ():
        yield from read_batches(run.storage, file.path, columns=columns)


def _check_finished(run: StoredRun) -> None:
    waiting = [code for code in run.codes if ("write", code) not in run.receipts]
    url = run.storage.url
    if waiting or not run.of_phase("ingest"):
        what = f"no corpus of {', '.join(waiting[:5])}{' ...' if len(waiting) > 5 else ''}" if waiting else "no corpus"
        raise UserError(f"{url}: has {what} yet: the run is not finished; run its recipe again to finish it")
    if not languages(run):
        raise UserError(f"{url}: its corpus is empty; `corpusforge report {url}` says what became of the documents")


def _check_names(runs: list[StoredRun]) -> None:
    names: dict[str, str] = {}
    for run in runs:
        if name_of(run) in names:
            raise UserError(
                f"{names[name_of(run)]}, {run.storage.url}: two runs are called '{name_of(run)}', and the manifest could "
                "not tell them apart; rename a directory"
            )
        names[name_of(run)] = run.storage.url


def _check_doubles(runs: list[StoredRun]) -> None:
    """Keys are hashes of input name and position: only runs that read an input of one name can share a document."""
    read = [{one["name"] for receipt in run.of_phase("ingest") for one in receipt.inputs} for run in runs]
    doubtful = [
        run for at, run in enumerate(runs) if any(read[at] & names for other, names in enumerate(read) if other != at)
    ]
    rows = sum(sum(languages(run).values()) for run in doubtful)
    parts = -(-rows // INDEX_ROWS)
    for part in range(parts):
        held: list[np.ndarray] = []
        for run in doubtful:
            for code in languages(run):
                for table in data_batches(run, code, ["key"]):
                    high, low = key_halves(table["key"])
                    held.append(np.stack([high, low], axis=1)[low % np.uint64(parts) == part])
        pairs, counts = np.unique(np.concatenate(held), axis=0, return_counts=True)
        twice = pairs[counts > 1]
        if len(twice):
            key = f"{int(twice[0, 0]):016x}{int(twice[0, 1]):016x}"
            where = " and ".join(run.storage.url for run in doubtful if _holds(run, key))
            raise UserError(
                f"{where}: both hold document {key} ({len(twice):,} in all), of an input that both read; a mixture takes a "
                "document from one place: leave one of the runs out, or have them read different inputs"
            )


def _holds(run: StoredRun, key: str) -> bool:
    return any(key in table["key"].to_pylist() for code in languages(run) for table in data_batches(run, code, ["key"]))
