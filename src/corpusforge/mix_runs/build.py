"""Building a mixture: chosen copies, shuffled outside memory, as a Parquet dataset with its plan beside it.

OUT/mixture.json              what is being built, written first
OUT/data/part-00000.parquet   documents in the order of training
OUT/manifest.json             written last: the plan, the runs, the files; a dataset without it is not finished
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from corpusforge import __version__, documents, faults
from corpusforge.errors import UserError
from corpusforge.hashing import work_key
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_groups, read_batches
from corpusforge.mix.shards import Shards
from corpusforge.mix.spill import Spill
from corpusforge.mix_runs.chosen import chosen_rows
from corpusforge.mix_runs.ordering import LEFT, Ordering
from corpusforge.mix_runs.plan import Plan
from corpusforge.mix_runs.runs import corpus, name_of
from corpusforge.receipt import File
from corpusforge.run_directory import take_lock

MANIFEST, BEGUN = "manifest.json", "mixture.json"
_ORDER = "order"
_OVERHEAD = 400  # bytes of a row besides its text

REPEAT = pa.field("repeat", pa.int64(), nullable=False)
STAGE = pa.field("stage", pa.large_string(), nullable=False)

Say = Callable[[str], None]


def build(plan: Plan, out: str, say: Say = lambda text: None) -> dict[str, Any]:
    """Write the dataset of a plan to `out`; returns its manifest. A finished one with the same key is left as it is; what a
    killed build left is written anew. Raises UserError for a directory that holds something else, and where what was written
    is not what was planned; LeaseRefused where another build works there.
    """
    storage = Storage(out)
    lease = take_lock(storage, ".lease", "another build works here") if storage.local else None
    try:
        finished = _begin(storage, plan)
        if finished is not None:
            say(f"{out}: this mixture is there already")
            return finished
        files = _write(storage, plan, say)
        _verify(storage, plan, files)
        manifest = _manifest(plan, files)
        faults.reached("mix:before-manifest")
        storage.put(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        return manifest
    finally:
        if lease is not None:
            os.close(lease)


def _begin(storage: Storage, plan: Plan) -> dict[str, Any] | None:
    """The manifest of a finished build of this plan, or None where work begins. Raises UserError for anything else."""
    present = [path for path in storage.list() if path != ".lease"]
    if BEGUN not in present:
        if present:
            raise UserError(
                f"{storage.url}: is not empty and holds no mixture; give another --out, or an empty directory"
            )
        storage.put(
            BEGUN, json.dumps({"key": plan.key, "mixture": _mixture(plan)}, ensure_ascii=False, indent=1).encode()
        )
        return None
    begun = json.loads(storage.read(BEGUN))
    if begun.get("key") != plan.key:
        raise UserError(
            f"{storage.url}: holds mixture '{begun.get('mixture', {}).get('mixture')}', made of other runs, settings or data "
            "than this; give another --out, or remove the directory"
        )
    if MANIFEST in present:
        manifest: dict[str, Any] = json.loads(storage.read(MANIFEST))
        return manifest
    storage.sweep_asides()
    for path in present:
        if path.startswith(LEFT):
            storage.delete(path)
    return None


def _write(storage: Storage, plan: Plan, say: Say) -> list[File]:
    folder = storage.root if storage.local else None
    names = [stage.stage for stage in plan.file.mixture.all_stages]
    ordering = Ordering(plan, folder)
    spills = [Spill(folder, _spilled(), _size(plan, stage)) for stage in names]
    try:
        for chosen in (part for whole in chosen_rows(plan) for part in whole.parts()):
            order = ordering.of(chosen)
            table = chosen.table.take(pa.array(chosen.row)).cast(documents.PUBLISHED)
            table = table.append_column(REPEAT, pa.array(chosen.repeat))
            table = table.append_column(_ORDER, pa.array(order))
            for number, spill in enumerate(spills):
                inside = np.flatnonzero(chosen.stage == number)
                if len(inside):
                    spill.add(table.take(pa.array(inside)), order[inside])
        faults.reached("mix:spilled")
        say("chosen; sorting and writing")
        files: list[File] = []
        for name, spill in zip(names, spills, strict=True):
            shards = Shards(_sorted(spill, name), plan.file.mixture.shard_mib * 2**20)
            while not shards.exhausted:
                path = f"data/part-{len(files):05d}.parquet"
                files.append(commit_groups(storage, path, schema(plan), shards.shard()))
    finally:
        ordering.close()
        for spill in spills:
            spill.close()
    kept = {file.path for file in files}
    for path in storage.list("data"):
        if path not in kept:
            storage.delete(path)
    return files


def schema(plan: Plan) -> pa.Schema:
    """Columns of the dataset: the published ones, `repeat` and, where the mixture has stages, `stage`."""
    staged = [STAGE] if plan.file.mixture.stages else []
    return pa.schema([*documents.PUBLISHED, REPEAT, *staged])


def _spilled() -> pa.Schema:
    return pa.schema([*documents.PUBLISHED, REPEAT, pa.field(_ORDER, pa.uint64())])


def _size(plan: Plan, stage: str) -> int:
    total = plan.total(stage=stage)
    return total["bytes"] + _OVERHEAD * total["documents"]


def _sorted(spill: Spill, stage: str) -> Iterator[pa.Table]:
    """The rows in order. Key and copy decide between equal places, so that nothing depends on how the rows came."""
    for table in spill.read():
        rows = pl.DataFrame(table.select([_ORDER, "key", "repeat"])).with_row_index("row")
        sorting = rows.sort(_ORDER, "key", "repeat")["row"].to_arrow()
        found = table.take(sorting).drop_columns([_ORDER])
        yield found.append_column(STAGE, pa.repeat(pa.scalar(stage, pa.large_string()), len(found))) if stage else found


def _verify(storage: Storage, plan: Plan, files: list[File]) -> None:
    """What was written is what was planned, by stage and language. Raises UserError."""
    written: dict[tuple[str, str], int] = {}
    staged = ["stage"] if plan.file.mixture.stages else []
    for file in files:
        for table in read_batches(storage, file.path, columns=["language", "language_script", *staged]):
            frame = pl.DataFrame(table)
            names = pl.concat_str("language", pl.lit("_"), "language_script").alias("code")
            stage = pl.col("stage") if staged else pl.lit("").alias("stage")
            for where, code, count in frame.select(stage, names).group_by("stage", "code").len().iter_rows():
                written[where, code] = written.get((where, code), 0) + count
    planned: dict[tuple[str, str], int] = {}
    for one in plan.taken:
        planned[one.stage, one.language] = planned.get((one.stage, one.language), 0) + one.documents
    if written != planned:
        raise UserError(
            f"{storage.url}: holds other documents than were planned ({sum(written.values()):,} instead of "
            f"{sum(planned.values()):,}): a run has changed meanwhile; remove the directory and build again"
        )


def _mixture(plan: Plan) -> dict[str, Any]:
    return plan.file.mixture.model_dump(mode="json")


def _manifest(plan: Plan, files: list[File]) -> dict[str, Any]:
    return {
        "schema": documents.SCHEMA_VERSION,
        "corpusforge": __version__,
        "key": plan.key,
        "mixture": _mixture(plan),
        "plan": plan.dump(),
        "runs": [
            {
                "name": name_of(run),
                "recipe": run.description["recipe"],
                "languages": {
                    code: {
                        "documents": sum(file.rows for file in receipt.files["data"]),
                        "data": work_key(*(file.xxh3 for file in receipt.files["data"])),
                    }
                    for code in plan.selection.codes(run)
                    if (receipt := corpus(run, code)) is not None
                },
            }
            for run in plan.runs
        ],
        "documents": sum(file.rows for file in files),
        "files": [vars(file) for file in files],
    }
