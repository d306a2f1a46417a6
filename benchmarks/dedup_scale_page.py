"""The page of the documentation about deduplication at scale: what was measured, and a model of what was not."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.dedup_by_files import ENTRIES, RESULT, ROWS, SCALARS
from benchmarks.dedup_signatures import BANDS, HASHES

GIB = 2**30
MODELLED = (10**9, 10**10)
BLOCK = 100_000_000  # ids of a block of components, in the model
OURS = (
    ("candidates", "signatures -> band entries -> edges", "stage 2"),
    ("components", "edges -> components, one block", "stage 3"),
    ("components, 10 blocks", "the same, a tenth of the ids in memory", ""),
    ("verify", "signatures -> component partitions -> survivors, sizes, similarities", ""),
)

HEAD = """\
<!-- Written by `python -m benchmarks.dedup_scale --write`: do not edit. -->
# Deduplication at scale

Our steps through files against stages 2 and 3 of datatrove {datatrove} on the same {documents:,} made signatures, in one run,
and our steps alone on {ours:,}. Signatures have 112 hashes in 14 bands. Sizes of clusters follow a power law; a document of a
cluster has the others' hashes with a chance of 0.8 to 1, of a quarter of the clusters all are identical; clusters are
scattered over the corpus. One process of one thread at a time, plain files on local disk. CPU seconds include the system's
part for the files; {rounds} rounds took turns, and a cell is the median, with the range where it is wide.
Memory is the high-water mark of the process, interpreter and libraries included ({base:.0f} MiB of it).

    python -m benchmarks.dedup_scale --write docs/reference/deduplication-scale.md

{cpu}, {cores} cores, {memory} GiB; load before the run {load}; Python {python}, numba {numba}, numpy {numpy}; revision {revision}.

## {documents:,} documents, both sides

| step | ours, CPU s | datatrove, CPU s | ratio | ours, MiB | datatrove, MiB |
| --- | ---: | ---: | ---: | ---: | ---: |
"""


def page(figures: dict[str, Any]) -> str:
    """Markdown."""
    steps, documents, ours = figures["steps"], figures["documents"], figures["ours"]
    machine = figures["machine"]

    def found(side: str, step: str, of: int = documents) -> list[dict[str, Any]]:
        return [one for one in steps if (one["side"], one["step"], one["documents"]) == (side, step, of)]

    def cpu(side: str, step: str, of: int = documents) -> float:
        return median(one["cpu_s"] for one in found(side, step, of))

    theirs_2, theirs_3 = cpu("datatrove", "stage 2"), cpu("datatrove", "stage 3")
    candidates, components, verify = (cpu("ours", name) for name in ("candidates", "components", "verify"))
    out = HEAD.format(
        documents=documents,
        ours=ours,
        rounds=len(found("ours", "candidates")),
        base=min(one["base_mib"] for one in steps if one["side"] == "ours"),
        cpu=machine["cpu"],
        cores=machine["cores"],
        memory=machine["memory_gib"],
        load=machine["load_before"],
        python=machine["python"],
        revision=machine["revision"],
        **{name: machine["packages"][name] for name in ("datatrove", "numba", "numpy")},
    )

    def row(name: str, our_steps: list[str], their_step: str) -> str:
        mine, theirs = (
            [found(side, step) for step in names] for side, names in (("ours", our_steps), ("datatrove", [their_step]))
        )
        our_cpu, their_cpu = _sums(mine), _sums(theirs)
        peaks = [max(one["peak_mib"] for step in each for one in step) for each in (mine, theirs)]
        ratio = median(their_cpu) / median(our_cpu)
        return f"| {name} | {_range(our_cpu)} | {_range(their_cpu)} | {ratio:,.0f}x | {peaks[0]:,.0f} | {peaks[1]:,.0f} |\n"

    out += row("stage 2: candidates", ["candidates"], "stage 2")
    out += row("stage 3: clusters, as published (unverified)", ["components"], "stage 3")
    out += row("stage 3: clusters, verified, with survivor, size and similarity", ["components", "verify"], "stage 3")
    pairs, plain, checked = (
        found("datatrove", "stage 2")[0]["pairs"],
        *(found("ours", name)[0] for name in ("components", "verify")),
    )
    out += f"""
Without verification both find {plain["connected"]:,} documents in {plain["clusters"]:,} clusters and remove {plain["removed"]:,};
the benchmark fails when they differ. With it, {checked["removed"]:,} are removed: {plain["removed"] - checked["removed"]:,} documents
are connected with their cluster's survivor by others alone. datatrove's stage 3 reads {pairs:,} pairs: {pairs / theirs_3:,.0f} pairs a
second; ours takes the same candidates ({found("ours", "candidates")[0]["pairs"]:,} edges, of which none is twice in a partition) at
{pairs / components:,.0f} pairs a second, {documents / (components + verify):,.0f} documents a second with verification. Stage 2:
{documents / candidates:,.0f} documents a second against {documents / theirs_2:,.0f}.

## {ours:,} documents, ours

| step | CPU s | documents a second | time a document, against {documents:,} | peak MiB | files moved, bytes a document |
| --- | ---: | ---: | ---: | ---: | ---: |
"""
    for step, about, _ in OURS:
        large = found("ours", step, ours)[0]
        small = cpu("ours", step) if found("ours", step) else None
        growth = f"{large['cpu_s'] / ours / (small / documents):.2f}" if small else ""
        moved = f"{large['shuffle_bytes'] / ours:,.0f}" if "shuffle_bytes" in large else ""
        out += f"| {step}: {about} | {large['cpu_s']:.1f} | {ours / large['cpu_s']:,.0f} | {growth} | {large['peak_mib']:,.0f} | {moved} |\n"
    total = sum(found("ours", step, ours)[0]["cpu_s"] for step in ("candidates", "components", "verify"))
    last = found("ours", "verify", ours)[0]
    out += f"""
In all {total:.0f} CPU seconds, {ours / total:,.0f} documents a second. Of {last["comparisons"]:,} comparisons {last["verified"]:,} found two
documents alike; {last["identical"]:,} documents were identical to another and not compared; {last["rehashed_buckets"]:,} buckets had
more than 2,000 different members and were taken apart, of {last["capped_buckets"]:,} of their parts not all leaders were compared.

"""
    return out + _model(ours, {step: found("ours", step, ours)[0] for step, _, _ in OURS})


def _sums(steps: list[list[dict[str, Any]]]) -> list[float]:
    """CPU seconds of the steps together, by round."""
    return [sum(one["cpu_s"] for one in together) for together in zip(*steps, strict=True)]


def _range(values: list[float]) -> str:
    low, high, middle = min(values), max(values), median(values)
    digits = 2 if middle < 10 else 1
    text = f"{middle:.{digits}f}"
    return text if high < 1.1 * low else f"{text} ({low:.{digits}f} to {high:.{digits}f})"


def _model(documents: int, steps: dict[str, dict[str, Any]]) -> str:
    """What the measured rates say of a thousand times as many documents."""
    edges = steps["candidates"]["pairs"] / documents
    share = steps["components"]["connected"] / documents
    second = {name: step["cpu_s"] / documents for name, step in steps.items()}
    row = SCALARS.itemsize + 4 * HASHES
    out = f"""\
## A model of more

n documents, of which a share c = {share:.2f} has a candidate, e = {edges:.2f} edges a document (both measured above, and both facts
about the corpus: count yours). Rates are those measured above with {documents:,} documents, in CPU seconds on this machine.

- signatures, which are there already: 8 x 112 = {8 * HASHES} bytes x n
- band entries, written once and read once: 16 bytes x {BANDS} bands = {16 * BANDS} bytes x n
- edges, written and read once, and once more for each block of ids they are handed through (at most twice here): 16 x 3 x e =
  {48 * edges:.0f} bytes x n
- labels: 8 bytes x n
- rows by component partition, written once and read once: ({SCALARS.itemsize} + 4 x 112) x c = {row * share:.0f} bytes x n
- result: {RESULT.itemsize} x c = {RESULT.itemsize * share:.0f} bytes x n
- disk at its fullest = signatures + band entries + edges + labels, or, with the entries removed, + rows + result, whichever is more
- shuffled = band entries + edges + rows
- memory of a task: candidates 16 + 16 + 40 x (edges an entry) bytes for each of the {ENTRIES:,} entries of a partition; components
  25 bytes for each of {BLOCK:,} ids of a block; verification 4 x 112 + 120 bytes for each of {ROWS:,} rows. Each is a setting, none
  grows with n. The files of a partition grow with n / {ENTRIES // BANDS:,}
- CPU = n x ({1e6 * second["candidates"]:.2f} + {1e6 * second["components, 10 blocks"]:.2f} + {1e6 * second["verify"]:.2f}) microseconds: candidates, components in blocks, verification. The
  first and the last run as independent tasks; components are one task

| documents | disk at its fullest | shuffled | result | CPU hours: candidates | components (one task) | verification | all |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""
    for n in MODELLED:
        entries, moved, labels = 16 * BANDS * n, 48 * edges * n, 8 * n
        rows, result = row * share * n, RESULT.itemsize * share * n
        disk = 8 * HASHES * n + moved / 3 + labels + max(entries, rows + result)
        hours = [n * second[name] / 3600 for name in ("candidates", "components, 10 blocks", "verify")]
        cells = [f"{disk / 1e12:,.1f} TB", f"{(entries + moved + rows) / 1e12:,.2f} TB", f"{result / 1e9:,.0f} GB"]
        out += f"| {n:,} | {' | '.join(cells)} | {' | '.join(f'{one:,.2f}' for one in [*hours, sum(hours)])} |\n"
    memory = 32 * ENTRIES + 40 * ENTRIES * edges / BANDS, 25 * BLOCK, (4 * HASHES + 120) * ROWS
    out += f"""
Memory by these settings: candidates {memory[0] / GIB:.1f} GiB, components {memory[1] / GIB:.1f} GiB, verification {memory[2] / GIB:.1f} GiB, whatever n is.
What the model leaves out: reading and writing Parquet instead of plain files, the network, and components that are larger than
a partition. Of such a component of m rows in blocks of b, each block's leaders meet the later blocks once: m^2 / 2b rows are read.
"""
    return out
