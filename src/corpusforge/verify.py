"""Verify: recount a run from its files and its ledger, and its inputs with other libraries.

What is proved: every file is the one that its receipt vouches for; every record has exactly one fate; read + derived
equals the sum of fates; record spans lie side by side in their inputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from corpusforge import documents
from corpusforge.crawl.inputs import all_inputs
from corpusforge.crawl.recount_ranges import recount_ranges
from corpusforge.io.inputs import Input
from corpusforge.io.inputs import resolve as resolve_files
from corpusforge.io.recount import recount
from corpusforge.layers import read_rows
from corpusforge.phases.ingest import FETCHED
from corpusforge.receipt import Receipt
from corpusforge.stored_run import StoredRun
from corpusforge.verify_copies import copies_problems


@dataclass
class Verdict:
    """What verify found: the counts, and every difference in a sentence of its own."""

    read: int = 0
    derived: int = 0
    counted_only: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    files: int = 0
    counted: bool = False  # whether the files were sound enough to count what is in them
    skipped: list[dict[str, str]] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    recounted: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing is missing, doubled or changed."""
        return not (self.problems or self.unaccounted or self.unfinished)


def verify(url: str, patterns: list[str] | None = None) -> Verdict:
    """Recount a run; with `patterns` (an empty list: those the run was given) recount its inputs too.

    Raises UserError where there is no run, or an input is missing.
    """
    run = StoredRun(url)
    verdict = Verdict()
    for receipt in run.receipts.values():
        verdict.problems += list(_files(run, receipt, verdict))
    if verdict.problems:
        return verdict  # what follows reads these files
    verdict.counted = True
    verdict.skipped = run.description.get("skipped", [])
    for receipt in run.of_phase("ingest"):
        verdict.problems += list(_unit(run, receipt, verdict))
    for receipt in run.of_phase("trim"):
        verdict.problems += list(_trimmed(run, receipt))
    for code in run.codes:
        verdict.problems += list(_language(run, code, verdict))
    names = {receipt.inputs[0]["name"] for receipt in run.of_phase("ingest")}
    verdict.unaccounted = [one["name"] for one in run.description["inputs"] if one["name"] not in names]
    total = sum(verdict.fates.values())
    if verdict.passed and verdict.read + verdict.derived != total:
        verdict.problems.append(
            f"{verdict.read:,} records read and {verdict.derived:,} derived, but {total:,} fates: "
            f"{verdict.read + verdict.derived - total:,} records have none"
        )
    if patterns is not None:
        found = (resolve_files(patterns) if patterns else all_inputs(run.settings, run.storage)).inputs
        sources = run.directory.with_earlier(run.settings, found)
        verdict.problems += list(_inputs(run, sources, verdict))
    return verdict


def _files(run: StoredRun, receipt: Receipt, verdict: Verdict) -> Iterator[str]:
    """Every file of a receipt: there, as long, with the same hash and rows."""
    for files in receipt.files.values():
        for file in files:
            verdict.files += 1
            try:
                data = run.storage.read(file.path)
            except FileNotFoundError:
                yield f"{file.path}: missing; run the recipe again to make it anew"
                continue
            if len(data) != file.bytes or xxhash.xxh3_64_hexdigest(data) != file.xxh3:
                yield (
                    f"{file.path}: not what was written ({len(data):,} bytes, hash {xxhash.xxh3_64_hexdigest(data)}; "
                    f"the receipt says {file.bytes:,}, {file.xxh3}); delete it and run the recipe again"
                )
            elif file.path.endswith(".parquet"):
                rows = pq.read_metadata(pa.BufferReader(data)).num_rows
                if rows != file.rows:
                    yield f"{file.path}: {rows:,} rows, the receipt says {file.rows:,}"


def _unit(run: StoredRun, receipt: Receipt, verdict: Verdict) -> Iterator[str]:
    """Records of a unit: all keys distinct, fates as the receipt counts them, the rest are its documents."""
    name = receipt.inputs[0]["name"]
    columns = ["key", "fate", "record_type", "file_path", "member_offset", "offset", "length"]
    tables = [read_rows(run.storage, file.path, columns=columns) for file in receipt.files["records"]]
    records = pa.concat_tables(tables)
    fates = Counter(fate for fate in records["fate"].to_pylist() if fate is not None)
    verdict.read += records.num_rows
    verdict.derived += receipt.derived
    verdict.counted_only.update(receipt.counted_only)
    verdict.fates.update(fates)
    if records.num_rows != receipt.read:
        yield f"{name}: {records.num_rows:,} records stored, {receipt.read:,} read"
    asked = receipt.notes.get(FETCHED, {})
    if "selection" in asked:
        places = records.group_by(["file_path", "member_offset"]).aggregate([]).num_rows
        accounted, wanted = places + sum(receipt.counted_only.values()), asked["stop"] - asked["start"]
        if accounted < wanted:
            yield f"{name}: {wanted:,} records were selected, {accounted:,} are accounted for"
    if dict(fates) != receipt.fates:
        yield f"{name}: fates in records/ {dict(fates)}, in the receipt {receipt.fates}"
    doubled = records.num_rows - pc.count_distinct(records["key"]).as_py()
    if doubled:
        yield f"{name}: {doubled:,} keys stand twice in records/"
    going = records.filter(pc.is_null(records["fate"]))["key"]
    stored = [read_rows(run.storage, file.path, columns=["key"])["key"] for file in receipt.files["documents"]]
    kept = pa.chunked_array([chunk for column in stored for chunk in column.chunks], pa.large_string())
    yield from _same(f"{name}: records without a fate, and documents", going, kept)
    for layer, files in receipt.files.items():
        if "/" in layer and [file.rows for file in files] != [file.rows for file in receipt.files["documents"]]:
            yield f"{name}: {layer} has not the rows of documents/"
    if sum(piece.rows for piece in receipt.slices) != len(kept):
        yield f"{name}: slices do not add up to the documents"
    yield from _tiling(name, receipt, records)


def _trimmed(run: StoredRun, receipt: Receipt) -> Iterator[str]:
    """What was made of a unit's edited texts stands beside its documents, row for row."""
    ingest = run.receipts.get(("ingest", receipt.unit))
    wanted = [] if ingest is None else [file.rows for file in ingest.files["documents"]]
    for layer, files in receipt.files.items():
        if layer.startswith("signals/") and [file.rows for file in files] != wanted:
            yield f"unit {receipt.unit}: {layer} has not the rows of documents/"


def _tiling(name: str, receipt: Receipt, records: pa.Table) -> Iterator[str]:
    """Spans of records and damage overlap nowhere, and sums of bytes agree at both levels."""
    tiling = receipt.tiling
    if tiling["file_bytes"] != receipt.inputs[0]["size"] and receipt.inputs[0]["size"] is not None:
        yield f"{name}: {tiling['file_bytes']:,} bytes read of {receipt.inputs[0]['size']:,}"
    frame = (
        pl.DataFrame(pl.from_arrow(records)).filter(pl.col("offset") >= 0).sort("file_path", "member_offset", "offset")
    )
    ends = pl.col("offset") + pl.col("length")
    before = ends.shift(1).over("file_path", "member_offset")
    overlap = frame.filter(pl.col("offset") < before)
    if overlap.height:
        yield f"{name}: {overlap.height:,} record spans overlap, the first at offset {overlap['offset'][0]}"
    if frame["length"].sum() > tiling["record_bytes"] + tiling["damage_bytes"]:
        yield f"{name}: record spans are longer than the input"
    if tiling["member_bytes"] + tiling["skipped_bytes"] + tiling["gap_bytes"] != tiling["file_bytes"]:
        yield f"{name}: members, skipped bytes and gaps do not add up to the file"
    if tiling["record_bytes"] + tiling["damage_bytes"] != tiling["decompressed_bytes"]:
        yield f"{name}: records and damage do not add up to the decompressed bytes"
    damaged = frame.filter(pl.col("record_type") == "damage").height + records.num_rows - frame.height
    if damaged != len(receipt.damage):
        yield f"{name}: {damaged:,} damage records, {len(receipt.damage):,} damaged ranges in the receipt"


def _language(run: StoredRun, code: str, verdict: Verdict) -> Iterator[str]:
    """Documents of a language: each ended in exactly one phase, or stands in the corpus once."""
    parts: list[pa.ChunkedArray] = []
    for phase in ("admit", "decide"):
        receipt = run.receipts.get((phase, code))
        if receipt is None:
            verdict.unfinished.append(f"{code}: phase {phase}")
            return
        for file in receipt.files[f"fates/{phase}"]:
            ended = read_rows(run.storage, file.path, columns=["key", "fate"])
            verdict.fates.update(ended["fate"].to_pylist())
            parts.append(ended["key"])
    keys = pa.chunked_array(
        [chunk for piece in run.pieces(code) for chunk in piece.read(run.storage, "documents", ["key"])["key"].chunks],
        pa.large_string(),
    )
    for receipt in run.of_phase("clean"):
        for file in receipt.files["fates/clean"]:
            ended = read_rows(run.storage, file.path, columns=["key", "fate"])
            ended = ended.filter(pc.is_in(ended["key"], keys.combine_chunks()))
            verdict.fates.update(ended["fate"].to_pylist())
            parts.append(ended["key"])
    written = run.receipts.get(("write", code))
    if written is None:
        verdict.unfinished.append(f"{code}: phase write")
        return
    corpus = [read_rows(run.storage, file.path, columns=["key"])["key"] for file in written.files["data"]]
    verdict.fates.update({documents.KEPT: sum(map(len, corpus))} if corpus else {})
    every = pa.chunked_array([chunk for column in [*parts, *corpus] for chunk in column.chunks], pa.large_string())
    yield from _same(f"{code}: documents, and documents with a fate", keys, every)
    copies = run.copies(code)
    if copies is not None:
        yield from copies_problems(code, copies, set(keys.to_pylist()))
    clusters = run.clusters(code)
    if clusters is not None:
        admitted = pa.array(sorted(set(keys.to_pylist()) - set(parts[0].to_pylist())), pa.large_string())
        yield from _same(
            f"{code}: admitted documents, and rows of clusters/",
            admitted,
            pa.array(clusters["key"].to_list(), pa.large_string()),
        )


def _same(what: str, left: Any, right: Any) -> Iterator[str]:
    """Two columns of keys hold the same keys, each once."""
    one, two = Counter(left.to_pylist()), Counter(right.to_pylist())
    if one == two:
        return
    missing, more = one - two, two - one
    for found, word in ((missing, "missing"), (more, "too many or doubled")):
        if found:
            shown = ", ".join(sorted(found)[:3])
            yield f"{what}: {sum(found.values()):,} {word}, such as {shown}"


def _inputs(run: StoredRun, sources: list[Input], verdict: Verdict) -> Iterator[str]:
    """Inputs recounted by warcio, plain json and pyarrow, against what the readers counted."""
    receipts = {receipt.inputs[0]["name"]: receipt for receipt in run.of_phase("ingest")}
    for name in sorted(receipts.keys() - {source.name for source in sources}):
        yield f"{name}: the run has read it, but it is not among the inputs now"
    for source in sources:
        receipt = receipts.get(source.name)
        if receipt is None:
            if source.name not in verdict.unaccounted:
                yield f"{source.name}: not in the run; run the recipe again"
            continue
        if not source.url:
            continue  # read by an earlier run, and not given now
        seen = receipt.inputs[0]
        if (source.size, source.identity) != (seen["size"], seen["identity"]):
            yield f"{source.name}: changed since it was read; run the recipe again"
            continue
        fetched = receipt.files.get(FETCHED)
        if fetched is None and FETCHED in receipt.notes:
            continue  # pruned
        counted = recount(source) if fetched is None else recount_ranges(run.storage, fetched)
        ours = _record_counts(run, receipt)
        equal = ours == dict(counted.counts)
        undamaged = counted.complete and not receipt.damage
        verdict.recounted.append(
            {
                "input": source.name,
                "ours": ours,
                "theirs": dict(counted.counts),
                "complete": counted.complete,
                "error": counted.error,
                "damage": len(receipt.damage),
                "equal": equal,
            }
        )
        if undamaged and not equal:
            yield f"{source.name}: we count {ours}, an independent library counts {dict(counted.counts)}"


def _record_counts(run: StoredRun, receipt: Receipt) -> dict[str, int]:
    """Records by type, damage left out."""
    counts: Counter[str] = Counter(receipt.counted_only)
    for file in receipt.files["records"]:
        types = read_rows(run.storage, file.path, columns=["record_type"])["record_type"].to_pylist()
        counts.update(kind for kind in types if kind != "damage")
    return {kind: count for kind, count in sorted(counts.items()) if count}
