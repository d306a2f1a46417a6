"""The selected records of a crawl: searched for once, kept in the run's directory, known by what decided on them.

crawl/<crawl>-<identity>/<n>.parquet   of one index file, while the search is under way
crawl/<crawl>-<identity>.parquet       all of them, in order of WARC file and offset
crawl/<crawl>-<identity>.json          the receipt: what identifies the selection, counts, what the search took
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import faults
from corpusforge.crawl.index_files import IndexFile, column_bytes, needed_columns, open_index
from corpusforge.crawl.merge import sorted_groups, split
from corpusforge.crawl.root import Root
from corpusforge.crawl.scan import SELECTED, scan
from corpusforge.crawl.sizes import said_bytes
from corpusforge.hashing import work_key
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_groups, read_rows

FOLDER = "crawl"
_VERSION = 1  # rises when the same index gives another selection
_SAY_EVERY_S = 10.0

Say = Callable[[str], None]


class Stopped(Exception):
    """The search was asked to stop. What it has found so far is kept."""


@dataclass(frozen=True)
class Query:
    """What decides on a selection, beside the index: codes, share of the rest, whether digests are read."""

    codes: tuple[str, ...]
    rest: float
    digests: str


@dataclass(frozen=True)
class Selection:
    """A finished selection: where it is, and its receipt."""

    crawl: str
    path: str
    receipt: dict[str, Any]

    @property
    def records(self) -> int:
        """Records selected."""
        return int(self.receipt["records"])


def identity(crawl: str, files: list[IndexFile], query: Query) -> str:
    """16 hex digits that change with the crawl, its index files, the codes asked for, the rest, the columns read."""
    parts = [_VERSION, crawl, [asdict(file) for file in files], sorted(query.codes), query.rest, query.digests]
    return work_key(parts)[:16]


def stored_selection(storage: Storage, crawl: str, known: str) -> Selection | None:
    """The selection of this identity, if it is complete."""
    path = f"{FOLDER}/{crawl}-{known}"
    try:
        receipt = json.loads(storage.read(f"{path}.json"))
        if storage.size(f"{path}.parquet") == receipt["file"]["bytes"]:
            return Selection(crawl, f"{path}.parquet", receipt)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass
    return None


def searched_before(storage: Storage, crawl: str, root: str, query: Query) -> list[IndexFile] | None:
    """The index files of a complete selection that was made for this query, if there is one."""
    for path in storage.list(FOLDER):
        if path.startswith(f"{FOLDER}/{crawl}-") and path.endswith(".json"):
            try:
                receipt = json.loads(storage.read(path))
                wanted = {"codes": sorted(query.codes), "rest": query.rest, "digests": query.digests}
                if (receipt["root"], receipt["query"]) == (root, wanted):
                    return [IndexFile(**one) for one in receipt["index"]]
            except (ValueError, KeyError, TypeError):
                continue
    return None


def select(
    root: Root,
    storage: Storage,
    crawl: str,
    files: list[IndexFile],
    query: Query,
    say: Say,
    stopping: Callable[[], bool] = lambda: False,
) -> Selection:
    """The selection of a crawl: the stored one, or a search of its index, which a killed search leaves to be finished.

    Raises UserError where an index file cannot be read, Stopped when `stopping` says so between two of them.
    """
    known = identity(crawl, files, query)
    found = stored_selection(storage, crawl, known)
    if found is not None:
        for left in storage.list(f"{FOLDER}/{crawl}-{known}"):  # killed between the last two steps
            storage.delete(left)
        return found
    parts, spent = _searched(root, storage, f"{FOLDER}/{crawl}-{known}", crawl, files, query, say, stopping)
    return _merged(storage, root, crawl, known, parts, files, query, spent)


def _searched(
    root: Root,
    storage: Storage,
    folder: str,
    crawl: str,
    files: list[IndexFile],
    query: Query,
    say: Say,
    stopping: Callable[[], bool],
) -> tuple[list[str], dict[str, Any]]:
    """Search every index file that has no part yet, a few at a time."""
    columns = needed_columns(query.rest, query.digests)
    with ThreadPoolExecutor(root.manners.connections) as pool:  # every file is looked at before one is searched
        looked = list(pool.map(lambda file: _size(root, file, columns), files))
    needed, pages = sum(size for size, _ in looked), sum(rows for _, rows in looked)
    parts = [f"{folder}/{number:05d}.parquet" for number in range(len(files))]
    there = set(storage.list(folder))
    left = [number for number, part in enumerate(parts) if part not in there]
    size = sum(file.size for file in files)
    done = f", {len(files) - len(left):,} of them searched before" if len(left) < len(files) else ""
    say(
        f"index of {crawl}: {len(files):,} files, {said_bytes(size)}{done}; "
        f"reading {said_bytes(needed)} of it: {', '.join(columns)}"
    )
    codes = frozenset(query.codes)

    def search(number: int) -> int:
        table = scan(root, files[number], codes, query.rest, columns)
        commit_groups(storage, parts[number], SELECTED, split(table, 100_000))
        return int(table.num_rows)

    began = said = time.monotonic()
    read_before = sum(size for size, _ in root.pace.taken)
    records = 0
    with ThreadPoolExecutor(root.manners.connections) as pool:
        try:
            waiting = [pool.submit(search, number) for number in left]
            for count, done_one in enumerate(as_completed(waiting), 1):
                records += done_one.result()
                faults.reached("crawl:index-file")
                if stopping() and count < len(left):
                    raise Stopped
                if time.monotonic() - said >= _SAY_EVERY_S:
                    said = time.monotonic()
                    say(f"  {count:,}/{len(left):,} index files searched, {records:,} records so far")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    spent = {
        "index_files": len(files),
        "index_bytes": size,
        "index_records": pages,
        "column_bytes": needed,
        "read_bytes": sum(size for size, _ in root.pace.taken) - read_before,
        "seconds": round(time.monotonic() - began, 1),
    }
    return parts, spent


def _size(root: Root, file: IndexFile, columns: tuple[str, ...]) -> tuple[int, int]:
    """Bytes of the needed columns of an index file, and its rows."""
    parquet = open_index(root, file, columns)
    return column_bytes(parquet, columns), int(parquet.metadata.num_rows)


def _merged(
    storage: Storage,
    root: Root,
    crawl: str,
    known: str,
    parts: list[str],
    files: list[IndexFile],
    query: Query,
    spent: dict[str, Any],
) -> Selection:
    """All parts as one file, sorted by place; then they are gone. Memory holds one group of segments."""
    path = f"{FOLDER}/{crawl}-{known}"
    counts: dict[str, int] = {}
    sums = {"records": 0, "bytes": 0, "warc_files": 0}

    def groups() -> Iterator[pa.Table]:
        for table in sorted_groups(storage, parts):
            for code in table["chosen"].value_counts().to_pylist():
                counts[code["values"]] = counts.get(code["values"], 0) + code["counts"]
            sums["records"] += table.num_rows
            sums["bytes"] += pc.sum(table["length"]).as_py() or 0
            sums["warc_files"] += pc.count_distinct(table["warc_filename"]).as_py()
            yield from split(table, 100_000)

    file = commit_groups(storage, f"{path}.parquet", SELECTED, groups())
    pace = root.pace
    receipt = {
        "crawl": crawl,
        "root": root.url,
        "query": {"codes": sorted(query.codes), "rest": query.rest, "digests": query.digests},
        "index": [asdict(one) for one in files],
        "file": vars(file),
        **sums,
        "chosen": dict(sorted(counts.items())),
        "spent": {**spent, "request_s": pace.seconds(1, 0, 1), "mib_s": _rate(pace.seconds(0, 1 << 20, 1))},
    }
    storage.put(f"{path}.json", json.dumps(receipt, indent=1).encode())
    for part in parts:
        storage.delete(part)
    return Selection(crawl, f"{path}.parquet", receipt)


def _rate(seconds_per_mib: float | None) -> float | None:
    return round(1 / seconds_per_mib, 3) if seconds_per_mib else None


def selected_rows(storage: Storage, path: str, start: int, stop: int) -> pa.Table:
    """Rows [start, stop) of a selection."""
    return read_rows(storage, path, start, stop - start)
