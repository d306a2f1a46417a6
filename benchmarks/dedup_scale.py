"""Deduplication at scale, on made signatures: ours through files, and datatrove's stages 2 and 3, in one run.

    python -m benchmarks.dedup_scale [--documents 2500000] [--ours 10000000] [--folder DIR] [--write PAGE]

Each step is a child process of one thread, which first does the step on 2,000 documents, so that what it loads and
compiles is not counted; CPU seconds are of the step, with the system's part for its files; memory is the high-water mark of
the process. Both sides read and write plain files in the same folder, and take turns. Needs 2.4 kB of disk a document of
`--documents`, and then 1.4 kB of `--ours`, at `--folder`, where it leaves nothing behind.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks import dedup_by_files, dedup_scale_page, dedup_signatures
from benchmarks.machine import machine
from benchmarks.workers import ONE_THREAD

SEED, SMALL = 7, 2_000
ROUNDS = 2


def main() -> None:
    """Measure, print the page, write it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=2_500_000, help="for both sides (default: 2500000)")
    parser.add_argument("--ours", type=int, default=10_000_000, help="for our side alone (default: 10000000)")
    parser.add_argument("--folder", type=Path, help="where files go for a while (default: the system's)")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the page of the documentation")
    parser.add_argument("--json", type=Path, help="write the figures; with --read, nothing is measured")
    parser.add_argument("--read", type=Path, metavar="JSON", help="show these figures")
    arguments = parser.parse_args()
    if arguments.read:
        figures = json.loads(arguments.read.read_text(encoding="utf-8"))
    else:
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
        with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="dedup-scale-") as folder:
            figures = measured(Path(folder), arguments.documents, arguments.ours)
        figures["machine"] = machine()
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    page = dedup_scale_page.page(figures)
    print(page)
    if arguments.write:
        arguments.write.write_text(page, encoding="utf-8")


def measured(folder: Path, documents: int, ours: int) -> dict[str, Any]:
    """{"documents", "ours", "steps": [{side, step, documents, cpu_s, wall_s, peak_mib, ...what came of it}]}."""
    small = folder / "small"
    _both(small, SMALL)
    steps = []
    large = folder / "first"
    _both(large, documents)
    for number in range(ROUNDS):
        steps += _our_steps(large, small, documents)
        steps += _their_steps(large, small, documents)
        _check(steps[-6:])
        print(f"round {number + 1} of {ROUNDS} is done", file=sys.stderr)
    shutil.rmtree(large)
    large = folder / "second"
    (large / "signatures").mkdir(parents=True)
    _child(dedup_signatures.write, (str(large / "signatures"), ours, SEED))
    steps += _our_steps(large, small, ours, blocks=True)
    return {"documents": documents, "ours": ours, "steps": steps}


def _both(folder: Path, documents: int) -> None:
    """Signatures for both sides."""
    for name in ("signatures", "theirs"):
        (folder / name).mkdir(parents=True)
    source = str(folder / "signatures")
    _child(dedup_signatures.write, (source, documents, SEED))
    _child(dedup_signatures.write_for_datatrove, (source, str(folder / "theirs")))


def _our_steps(large: Path, small: Path, documents: int, blocks: bool = False) -> list[dict[str, Any]]:
    folders = [_empty(folder / "ours") for folder in (large, small)]
    sources = [str(folder / "signatures") for folder in (large, small)]
    out, warm = folders
    block = max(documents, SMALL)
    steps = [
        _step("ours", "candidates", dedup_by_files.candidates, (sources[0], out, documents), (sources[1], warm, SMALL)),
        _step("ours", "components", dedup_by_files.connect, (out, documents, block), (warm, SMALL, block)),
    ]
    if blocks:
        tenth = -(-documents // 10)
        small_block = (warm, SMALL, SMALL // 10)
        steps.append(
            _step("ours", "components, 10 blocks", dedup_by_files.connect, (out, documents, tenth), small_block)
        )
        if any(steps[1][name] != steps[2][name] for name in ("connected", "clusters", "removed")):
            raise RuntimeError("components by blocks are not those of one block")
    steps.append(
        _step("ours", "verify", dedup_by_files.verify, (sources[0], out, documents), (sources[1], warm, SMALL))
    )
    for step in steps:
        step["documents"] = documents
    shutil.rmtree(out)
    return steps


def _their_steps(large: Path, small: Path, documents: int) -> list[dict[str, Any]]:
    from benchmarks.peers import datatrove_minhash as theirs

    dups, out = ([_empty(folder / name) for folder in (large, small)] for name in ("dups", "out"))
    sources = [str(folder / "theirs") for folder in (large, small)]
    steps = [
        _step("datatrove", "stage 2", theirs.buckets, (sources[0], dups[0]), (sources[1], dups[1])),
        _step("datatrove", "stage 3", theirs.cluster, (dups[0], out[0]), (dups[1], out[1])),
    ]
    for step in steps:
        step["documents"] = documents
    return steps


def _check(steps: list[dict[str, Any]]) -> None:
    """Both sides have found the same number of duplicates in the same number of clusters, without verification."""
    found = {step["side"]: step for step in steps if step["step"] in ("components", "stage 3")}
    for name in ("connected", "clusters", "removed"):
        if found["ours"][name] != found["datatrove"][name]:
            raise RuntimeError(f"{name}: {found['ours'][name]} by us, {found['datatrove'][name]} by datatrove")


def _empty(folder: Path) -> str:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return str(folder)


def _step(
    side: str, name: str, work: Callable[..., Any], given: tuple[Any, ...], warm: tuple[Any, ...]
) -> dict[str, Any]:
    print(f"{side}: {name} ...", file=sys.stderr, flush=True)
    return {"side": side, "step": name, **_child(work, given, warm)}


def _child(work: Callable[..., Any], given: tuple[Any, ...], warm: tuple[Any, ...] | None = None) -> dict[str, Any]:
    """Do it in a process of its own: {cpu_s, wall_s, peak_mib, ...what it returns}."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, given, warm))
    process.start()
    theirs.close()
    try:
        kind, answer = ours.recv()
    except EOFError:
        raise RuntimeError(f"{work.__name__}: the process died") from None
    process.join()
    if kind == "error":
        raise RuntimeError(f"{work.__name__}:\n{answer}")
    return dict(answer)


def _serve(
    connection: Connection, work: Callable[..., Any], given: tuple[Any, ...], warm: tuple[Any, ...] | None
) -> None:
    try:
        if warm is not None:
            work(*warm)
        base = _status("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # the high-water mark starts anew
        wall, cpu = time.perf_counter(), time.process_time()
        found = work(*given) or {}
        spent = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
        connection.send(("done", {**found, **spent, "base_mib": base, "peak_mib": _status("VmHWM")}))
    except Exception:
        connection.send(("error", traceback.format_exc(limit=8)))


def _status(name: str) -> float:
    """A figure of this process, MiB."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
