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
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import faults
from corpusforge.crawl.index_files import IndexFile, column_bytes, needed_columns, open_index
from corpusforge.crawl.root import Root
from corpusforge.crawl.scan import SELECTED, scan
from corpusforge.hashing import work_key
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_groups, opened, read_rows

FOLDER = "crawl"
_VERSION = 1  # rises when the same index gives another selection
_GROUP_ROWS = 2_000_000  # selected rows that are sorted at once
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
        commit_groups(storage, parts[number], SELECTED, _split(table, 100_000))
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
        for table in _sorted_groups(storage, parts):
            for code in table["chosen"].value_counts().to_pylist():
                counts[code["values"]] = counts.get(code["values"], 0) + code["counts"]
            sums["records"] += table.num_rows
            sums["bytes"] += pc.sum(table["length"]).as_py() or 0
            sums["warc_files"] += pc.count_distinct(table["warc_filename"]).as_py()
            yield from _split(table, 100_000)

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


def _sorted_groups(storage: Storage, parts: list[str]) -> Iterator[pa.Table]:
    """Rows of all parts in order of place, some segments at a time: a WARC file's rows stay together."""
    per_segment: dict[str, int] = {}
    for part in parts:
        for names in _columns(storage, part, ["warc_filename"]):
            folders = pc.replace_substring_regex(names["warc_filename"], r"[^/]*$", "")
            for one in folders.value_counts().to_pylist():
                per_segment[one["values"]] = per_segment.get(one["values"], 0) + one["counts"]
    starts, rows = [""], 0
    for segment in sorted(per_segment):
        if rows and rows + per_segment[segment] > _GROUP_ROWS:
            starts.append(segment)
            rows = 0
        rows += per_segment[segment]
    for low, high in pairwise([*starts, "\U0010ffff"]):
        tables = [SELECTED.empty_table()]
        for part in parts:
            for table in _columns(storage, part, None):
                inside = pc.and_(pc.greater_equal(table["warc_filename"], low), pc.less(table["warc_filename"], high))
                tables.append(table.filter(inside))
        table = pa.concat_tables(tables)
        yield table.sort_by([("warc_filename", "ascending"), ("offset", "ascending")])


def _columns(storage: Storage, path: str, columns: list[str] | None) -> Iterator[pa.Table]:
    with opened(storage, path) as parquet:
        for group in range(parquet.num_row_groups):
            yield parquet.read_row_group(group, columns=columns, use_threads=False)


def _split(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    for start in range(0, table.num_rows, rows):
        yield table.slice(start, rows)


def selected_rows(storage: Storage, path: str, start: int, stop: int) -> pa.Table:
    """Rows [start, stop) of a selection."""
    return read_rows(storage, path, start, stop - start)


def said_bytes(size: float) -> str:
    """A size in words: `4.2 GB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    raise AssertionError("unreachable")
