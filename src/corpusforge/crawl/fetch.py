"""Fetching a unit's ranges into `fetched/`: in chunks, each kept once it is complete, so that nothing is fetched twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import xxhash

from corpusforge import faults
from corpusforge.crawl.member_check import check
from corpusforge.crawl.root import Manners, NotThere, Root, Unreachable, open_root
from corpusforge.crawl.selection import selected_rows
from corpusforge.crawl.units import RangeInput
from corpusforge.errors import UserError
from corpusforge.hashing import unit_name, work_key
from corpusforge.io.inputs import Input
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_groups, opened
from corpusforge.receipt import File

FETCHED = pa.schema(
    [
        pa.field("warc_filename", pa.large_string(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("url", pa.large_string()),
        pa.field("member", pa.large_binary()),  # the bytes as they stand in the WARC file; null: not fetched
        pa.field("trouble", pa.large_string()),  # missing | refused | damaged | digest, or null
        pa.field("error", pa.large_string()),
    ]
)
"""A fetched record."""

CHUNK_BYTES = 8 << 20
CHUNK_RECORDS = 500
GAP_BYTES = 32 << 10  # between two records of a WARC file: less is fetched along with them
REQUEST_BYTES = 8 << 20
GIVE_UP_AFTER = 3  # requests in a row that every attempt failed

MISSING, REFUSED = "missing", "refused"


@dataclass
class Fetched:
    """What fetching a unit came to: its files, and the records that have something wrong."""

    files: list[File] = field(default_factory=list)
    troubles: list[list[Any]] = field(default_factory=list)  # [warc file, offset, trouble]
    refused: int = 0
    requests: int = 0
    bytes: int = 0

    def summary(self, source: Input) -> dict[str, Any]:
        """What the receipt says of it: counts, and which rows of which selection were fetched."""
        counts = {
            "troubles": len(self.troubles),
            "refused": self.refused,
            "requests": self.requests,
            "bytes": self.bytes,
        }
        if isinstance(source, RangeInput):
            return {**counts, "selection": source.selection, "start": source.start, "stop": source.stop}
        return counts

    @property
    def state(self) -> str | None:
        """Changes with what could not be fetched as it should be; None where all was."""
        return work_key(self.troubles) if self.troubles else None


@dataclass
class _Row:
    warc_filename: str
    offset: int
    length: int
    url: str | None
    digest: str | None
    member: bytes | None = None
    trouble: str | None = None
    error: str | None = None

    @property
    def to_do(self) -> bool:
        return self.member is None and self.trouble != MISSING


def fetch(storage: Storage, source: RangeInput, manners: Manners | None = None) -> Fetched:
    """Fetch what is not there yet. Raises Unreachable when the server does not answer any more: chunks before it stay."""
    rows = selected_rows(storage, source.selection, source.start, source.stop)
    done = Fetched()
    root: Root | None = None
    failures = 0
    for number, chunk in enumerate(_chunks(rows)):
        path = f"fetched/{unit_name(source.name)}-{work_key(source.identity)[:8]}-{number:04d}.parquet"
        there = _stored(storage, path, chunk)
        if there is None or any(row.to_do for row in chunk):
            root = root or open_root(source.root, manners or Manners(source.connections))
            try:
                failures = _fetch_chunk(root, chunk, done, failures)
            finally:
                there = commit_groups(storage, path, FETCHED, _tables(chunk))
            faults.reached("crawl:chunk")
        done.files.append(there)
        done.troubles += [[row.warc_filename, row.offset, row.trouble] for row in chunk if row.trouble]
        done.refused += sum(row.trouble == REFUSED for row in chunk)
    return done


def _chunks(rows: pa.Table) -> Iterator[list[_Row]]:
    chunk: list[_Row] = []
    size = 0
    for row in rows.select(["warc_filename", "offset", "length", "url", "digest"]).to_pylist():
        if chunk and (size + row["length"] > CHUNK_BYTES or len(chunk) >= CHUNK_RECORDS):
            yield chunk
            chunk, size = [], 0
        chunk.append(_Row(**row))
        size += row["length"]
    if chunk:
        yield chunk


def _stored(storage: Storage, path: str, chunk: list[_Row]) -> File | None:
    """Fill the chunk from its file, if there is one that is whole."""
    try:
        data = storage.read(path)
        with opened(storage, path) as parquet:
            rows = parquet.read(use_threads=False).to_pylist()
    except (FileNotFoundError, UserError):
        return None
    places = [(row["warc_filename"], row["offset"], row["length"]) for row in rows]
    if places != [(row.warc_filename, row.offset, row.length) for row in chunk]:
        return None
    for row, stored in zip(chunk, rows, strict=True):
        row.member, row.trouble, row.error = stored["member"], stored["trouble"], stored["error"]
    return File(path, len(data), len(rows), xxhash.xxh3_64_hexdigest(data))


def _fetch_chunk(root: Root, chunk: list[_Row], done: Fetched, failures: int) -> int:
    """Fetch the rows of a chunk that are to do; returns how many requests in a row have failed at its end."""
    requests = list(_requests([row for row in chunk if row.to_do]))
    with ThreadPoolExecutor(root.manners.connections) as pool:
        answers = [pool.submit(_request, root, group) for group in requests]
        try:
            for group, answer in zip(requests, answers, strict=True):
                done.requests += 1
                try:
                    done.bytes += answer.result()
                    failures = 0
                except Unreachable as error:
                    failures += 1
                    for row in group:
                        row.trouble, row.error = REFUSED, str(error)
                    if failures >= GIVE_UP_AFTER:
                        raise Unreachable(
                            f"{error}; so did {GIVE_UP_AFTER} requests in a row, and more would not be polite. What was "
                            "fetched is kept: run the same command again later"
                        ) from None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return failures


def _requests(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Rows that one request fetches: of one WARC file, with small gaps, bounded in bytes."""
    group: list[_Row] = []
    for row in rows:
        if group:
            last = group[-1]
            near = row.warc_filename == last.warc_filename and 0 <= row.offset - last.offset - last.length <= GAP_BYTES
            if not near or row.offset + row.length - group[0].offset > REQUEST_BYTES:
                yield group
                group = []
        group.append(row)
    if group:
        yield group


def _request(root: Root, group: list[_Row]) -> int:
    """Fetch a group. What came damaged, or with a wrong digest, is fetched once more, alone. Returns bytes fetched."""
    first, last = group[0], group[-1]
    size = last.offset + last.length - first.offset
    try:
        data = root.read(first.warc_filename, first.offset, size)
    except NotThere as error:
        if error.beyond and len(group) > 1:  # the first ones may be there
            return sum(_request(root, [row]) for row in group)
        for row in group:
            row.trouble, row.error = MISSING, f"{root.where(row.warc_filename)}: {error}"
        return 0
    for row in group:
        start = row.offset - first.offset
        row.member = data[start : start + row.length]
        row.trouble, row.error = check(row.member, row.digest) or (None, None)
        if row.trouble:
            try:
                row.member = root.read(row.warc_filename, row.offset, row.length)
            except (NotThere, Unreachable):
                continue
            size += row.length
            row.trouble, row.error = check(row.member, row.digest) or (None, None)
    return size


def _tables(chunk: list[_Row]) -> Iterator[pa.Table]:
    columns = [pa.array([getattr(row, field.name) for row in chunk], field.type) for field in FETCHED]
    yield pa.Table.from_arrays(columns, schema=FETCHED)
