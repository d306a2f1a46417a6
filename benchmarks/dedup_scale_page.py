"""The page of the documentation about deduplication at scale: what was measured, and a model of what was not."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.dedup_by_files import ENTRIES, RESULT, ROWS, SCALARS
from benchmarks.dedup_signatures import BANDS, HASHES

GIB = 2**30
MODELLED = (10**9, 10**10)
BLOCK = 100_000_000  # ids of a block of components, in the model
OURS = {
    "candidates": "signatures -> band entries -> edges",
    "components": "edges -> components, one block",
    "components, 10 blocks": "the same, a tenth of the ids in memory",
    "verify": "signatures -> component partitions -> survivors, sizes, similarities",
}

HEAD = """\
<!-- Written by `python -m benchmarks.dedup_scale --write`: do not edit. -->
# Deduplication at scale

Our steps through files against stages 2 and 3 of datatrove {datatrove} on the same {documents:,} made signatures, in one
run, and our steps alone on {ours:,}. Signatures have 112 hashes in 14 bands. Sizes of clusters follow a power law; a
document of a cluster has the others' hashes with a chance of 0.8 to 1, of a quarter of the clusters all are identical;
clusters are scattered over the corpus. One process of one thread at a time, plain files on local disk. CPU seconds include
the system's part for the files; {rounds} rounds took turns, and a cell is the median, with the range where it is wide.
Memory is the high-water mark of the process, interpreter and libraries included ({base:.0f} MiB of ours).

    python -m benchmarks.dedup_scale --write docs/reference/deduplication-scale.md

{cpu}, {cores} cores, {memory} GiB, shared with other work; Python {python}, numba {numba}, numpy {numpy};
revision {revision}.

## {documents:,} documents, both sides

| step | ours, CPU s | datatrove, CPU s | ratio | ours, MiB | datatrove, MiB |
| --- | ---: | ---: | ---: | ---: | ---: |
"""

BOTH = """
Without verification both find {connected:,} documents in {clusters:,} clusters and remove {removed:,}; the benchmark fails
when they differ. With it {verified_removed:,} are removed: the other {only_chained:,} are connected with a
cluster, but like no document of it that is kept. The candidates of datatrove's stage 3 are {pairs:,} pairs: it takes
{their_pairs:,.0f} of them a second, our components {our_pairs:,.0f} (as {edges:,} edges: none is twice in a partition).
With verification ours does {verified_rate:,.0f} documents a second. Stage 2: {our_rate:,.0f} documents a second against
{their_rate:,.0f}.

## {ours:,} documents, ours

| step | CPU s | documents a second | CPU a document, to that of {documents:,} | peak MiB | files moved, bytes a document |
| --- | ---: | ---: | ---: | ---: | ---: |
"""

ALONE = """
In all {total:.0f} CPU seconds (without the second way to components), {rate:,.0f} documents a second, in at most
{peak:,.0f} MiB; a document costs {growth:.2f} times the CPU time of one of the smaller corpus. Of {comparisons:,}
comparisons {verified:,} found two documents alike; {identical:,} documents were identical to another one and not
compared; {rehashed_buckets:,} buckets had more than 2,000 different members and were taken apart, and in
{capped_buckets:,} of their parts only the first 2,000 leaders were compared.

## A model of more

n documents, of which a share c = {share:.2f} has a candidate, with e = {edges:.2f} edges a document: both measured above, and
both facts about a corpus. Rates are those of {ours:,} documents above, in CPU seconds of this machine.

- signatures, which are there already: 8 x 112 = {signature} bytes x n
- band entries, written and read once: 16 bytes x {bands} bands = {entries} bytes x n
- edges, written and read once, and once more for each block of ids through which they are handed (here taken as twice):
  16 x 3 x e = {moved:.0f} bytes x n
- labels: 8 bytes x n
- rows by component partition, written and read once: ({scalars} + 4 x 112) x c = {rows:.0f} bytes x n
- result: {result} x c = {results:.0f} bytes x n
- disk at its fullest: signatures + edges + labels + the larger of band entries and (rows + result)
- shuffled: band entries + edges + rows
- memory of a task: candidates 32 + 40 x e / {bands} bytes for each of {partition:,} entries of a partition; components 25
  bytes for each of {block:,} ids of a block; verification 4 x 112 + 120 bytes for each of {budget:,} rows. These
  are settings: none grows with n, the number of partitions does
- CPU = n x ({candidates:.2f} + {components:.2f} + {verify:.2f}) microseconds: candidates, components in blocks,
  verification. The first and the last are independent tasks; components are one task

| documents | disk at its fullest | shuffled | result | CPU hours: candidates | components | verification | all |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""

TAIL = """
Memory by these settings, whatever n is: candidates {0:.1f} GiB, components {1:.1f} GiB, verification {2:.1f} GiB.

What the model leaves out: files that do not fit the page cache, as most of these did (count the shuffled bytes twice at your
disk's rate), Parquet instead of plain files, the network, and components larger than a partition. Of one of m rows, the
leaders of each block of b rows meet every later block once: m^2 / 2b rows are read.
"""


def page(figures: dict[str, Any]) -> str:
    """Markdown, from what `dedup_scale.measured` returns and the machine."""
    documents, ours, machine = figures["documents"], figures["ours"], figures["machine"]

    def found(side: str, step: str, of: int = documents) -> list[dict[str, Any]]:
        return [one for one in figures["steps"] if (one["side"], one["step"], one["documents"]) == (side, step, of)]

    out = HEAD.format(
        documents=documents,
        ours=ours,
        rounds=len(found("datatrove", "stage 2")),
        base=min(one["base_mib"] for one in found("ours", "components")),
        memory=machine["memory_gib"],
        **{name: machine[name] for name in ("cpu", "cores", "python", "revision")},
        **{name: machine["packages"][name] for name in ("datatrove", "numba", "numpy")},
    )
    candidates, components, verify = (found("ours", name) for name in ("candidates", "components", "verify"))
    stage_2, stage_3 = found("datatrove", "stage 2"), found("datatrove", "stage 3")
    out += _row("stage 2: candidates", [candidates], stage_2)
    out += _row("stage 3: clusters as published, unverified", [components], stage_3)
    out += _row("stage 3: clusters verified, with survivor, size, similarity", [components, verify], stage_3)
    plain, checked, pairs = components[0], verify[0], stage_2[0]["pairs"]
    out += BOTH.format(
        documents=documents,
        ours=ours,
        pairs=pairs,
        edges=candidates[0]["pairs"],
        verified_removed=checked["removed"],
        only_chained=plain["removed"] - checked["removed"],
        their_pairs=pairs / _cpu(stage_3),
        our_pairs=pairs / _cpu(components),
        verified_rate=documents / (_cpu(components) + _cpu(verify)),
        our_rate=documents / _cpu(candidates),
        their_rate=documents / _cpu(stage_2),
        **{name: plain[name] for name in ("connected", "clusters", "removed")},
    )
    alone = {step: found("ours", step, ours)[-1] for step in OURS}
    for step, one in alone.items():
        small = found("ours", step)
        growth = f"{one['cpu_s'] / ours / (_cpu(small) / documents):.2f}" if small else ""
        moved = f"{one['shuffle_bytes'] / ours:,.0f}" if "shuffle_bytes" in one else ""
        cells = [f"{one['cpu_s']:.1f}", f"{ours / one['cpu_s']:,.0f}", growth, f"{one['peak_mib']:,.0f}", moved]
        out += f"| {step}: {OURS[step]} | {' | '.join(cells)} |\n"
    small = sum(map(_cpu, (candidates, components, verify))) / documents
    return out + _model(ours, alone, small)


def _model(documents: int, steps: dict[str, dict[str, Any]], small: float) -> str:
    """What the measured rates say of a thousand times as many documents; small: CPU seconds a document of fewer."""
    edges = steps["candidates"]["pairs"] / documents
    share = steps["components"]["connected"] / documents
    signature, entries, moved = 8 * HASHES, 16 * BANDS, 48 * edges
    rows, results = (SCALARS.itemsize + 4 * HASHES) * share, RESULT.itemsize * share
    tasks = [steps[name]["cpu_s"] / documents for name in ("candidates", "components, 10 blocks", "verify")]
    total = sum(steps[name]["cpu_s"] for name in ("candidates", "components", "verify"))
    last = steps["verify"]
    out = ALONE.format(
        total=total,
        rate=documents / total,
        growth=total / documents / small,
        peak=max(step["peak_mib"] for step in steps.values()),
        ours=documents,
        share=share,
        edges=edges,
        signature=signature,
        entries=entries,
        moved=moved,
        rows=rows,
        results=results,
        bands=BANDS,
        scalars=SCALARS.itemsize,
        result=RESULT.itemsize,
        partition=ENTRIES,
        block=BLOCK,
        budget=ROWS,
        **dict(zip(("candidates", "components", "verify"), (1e6 * each for each in tasks), strict=True)),
        **{name: last[name] for name in ("comparisons", "verified", "identical", "rehashed_buckets", "capped_buckets")},
    )
    for n in MODELLED:
        disk = n * (signature + moved / 3 + 8 + max(entries, rows + results))
        hours = [n * each / 3600 for each in tasks]
        cells = [
            f"{disk / 1e12:,.1f} TB",
            f"{n * (entries + moved + rows) / 1e12:,.2f} TB",
            f"{n * results / 1e9:,.0f} GB",
        ]
        out += f"| {n:,} | {' | '.join(cells)} | {' | '.join(f'{one:,.2f}' for one in [*hours, sum(hours)])} |\n"
    memory = (32 * ENTRIES + 40 * ENTRIES * edges / BANDS, 25 * BLOCK, (4 * HASHES + 120) * ROWS)
    return out + TAIL.format(*(each / GIB for each in memory))


def _row(name: str, ours: list[list[dict[str, Any]]], theirs: list[dict[str, Any]]) -> str:
    """A line of the table of both sides; `ours`: the steps that together do what theirs does."""
    our_cpu = [sum(one["cpu_s"] for one in together) for together in zip(*ours, strict=True)]
    their_cpu = [one["cpu_s"] for one in theirs]
    peaks = [max(one["peak_mib"] for step in each for one in step) for each in (ours, [theirs])]
    cells = [_range(our_cpu), _range(their_cpu), f"{median(their_cpu) / median(our_cpu):,.1f}x"]
    return f"| {name} | {' | '.join(cells)} | {peaks[0]:,.0f} | {peaks[1]:,.0f} |\n"


def _cpu(steps: list[dict[str, Any]]) -> float:
    return median(one["cpu_s"] for one in steps)


def _range(values: list[float]) -> str:
    low, high, middle = min(values), max(values), median(values)
    digits = 2 if middle < 10 else 1
    text = f"{middle:.{digits}f}"
    return text if high < 1.1 * low else f"{text} ({low:.{digits}f} to {high:.{digits}f})"
