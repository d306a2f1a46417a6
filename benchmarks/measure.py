"""Runs a case: every repetition goes through all sides in turn, and each repetition begins with another side."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.figures import Result, SideFigures, rate, ratio, seconds
from benchmarks.protocol import Case, Documents, Missing, Row
from benchmarks.workers import Worker

MIB = 2**20
Measured = dict[str, dict[str, list[float]]]  # side -> part -> CPU seconds of each repetition


def measure(cases: Sequence[Case], repetitions: int) -> Iterator[Result]:
    """Results, row by row. A side that cannot be opened is a row that says so."""
    group, workers = "", {}
    try:
        for case in cases:
            if case.group != group:
                _end(workers)
                group = case.group
            yield from _case(case, repetitions, workers)
    finally:
        _end(workers)


def _end(workers: dict[str, Worker]) -> None:
    for worker in workers.values():
        worker.close()
    workers.clear()


def _case(case: Case, repetitions: int, workers: dict[str, Worker]) -> Iterator[Result]:
    documents = case.documents()
    print(f"{case.group}: {case.name}, {documents.bytes / 1e6:.2f} MB", file=sys.stderr, flush=True)
    missing: dict[str, str] = {}
    opened: dict[str, Worker] = {}
    digests: dict[str, str] = {}
    for name, opener in case.sides.items():
        worker = workers[name] if name in workers else workers.setdefault(name, Worker(name))
        try:
            worker.watch()
            seen = worker.open(opener, documents)
        except Missing as reason:
            missing[name] = str(reason)
            continue
        if seen["digest"] != documents.digest:
            raise RuntimeError(f"{case.name}: {name} did not get the documents of the others")
        opened[name], digests[name] = worker, seen["digest"]
    spent = _repeat(case, opened, repetitions)
    figures = {name: SideFigures(missing=reason) for name, reason in missing.items()}
    for name, worker in opened.items():
        memory = worker.memory
        figures[name] = SideFigures(
            peak_mib=memory and round(memory.peak / MIB, 1),
            private_mib=memory and round(memory.private / MIB, 1),
            digest=digests[name],
        )
        worker.memory = None
    counted = {name: worker.counts() for name, worker in opened.items()}
    for row in case.rows:
        yield _result(case, row, documents, spent, figures, counted)


def _repeat(case: Case, opened: dict[str, Worker], repetitions: int) -> Measured:
    """All parts that a row names, of all sides, so many times."""
    wanted: dict[str, list[str]] = {name: [] for name in opened}
    for row in case.rows:
        for name, parts in {row.side: row.ours, **row.peers}.items():
            wanted.get(name, []).extend((*parts, *row.minus))
    spent: Measured = {name: {part: [] for part in dict.fromkeys(parts)} for name, parts in wanted.items()}
    names = list(spent)
    for repetition in range(repetitions):
        start = repetition % max(1, len(names))
        for name in names[start:] + names[:start]:
            for part, found in spent[name].items():
                found.append(opened[name].measure(part, repeat=part not in case.once)["cpu_s"])
    return spent


def _result(
    case: Case,
    row: Row,
    documents: Documents,
    spent: Measured,
    figures: dict[str, SideFigures],
    counted: dict[str, dict[str, float]],
) -> Result:
    used: dict[str, SideFigures] = {}
    for name, parts in {row.side: row.ours, **row.peers}.items():
        if name not in spent:
            used[name] = figures[name]
            continue
        cpu = seconds(spent[name], parts, row.minus)
        used[name] = replace(
            figures[name],
            cpu_s=cpu,
            mb_s=rate(documents.bytes / 1e6, cpu),
            docs_s=rate(len(documents.items), cpu),
            counts=counted[name],
        )
    ours = used[row.side].cpu_s
    return Result(
        name=f"{row.name}, {case.name}" if case.name else row.name,
        case=case.name,
        group=case.group,
        documents=len(documents.items),
        bytes=documents.bytes,
        unit=documents.unit,
        digest=documents.digest,
        source=documents.source,
        ours=row.side,
        sides=used,
        ratios={name: ratio(ours, used[name].cpu_s) for name in row.peers if ours and used[name].cpu_s},
        note=row.note,
        target=row.target,
    )
