"""Reads what was fetched of a crawl: the rows, keys and fates that reading the whole WARC files gives to these records."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import xxhash

from corpusforge.crawl.fetch import MISSING, REFUSED
from corpusforge.crawl.member_check import DIGEST
from corpusforge.crawl.units import input_name
from corpusforge.io.inputs import Input
from corpusforge.io.raw import DIGEST_MISMATCH, NOT_FETCHED, Options, Row, tables
from corpusforge.io.storage import Storage
from corpusforge.io.tally import Tally
from corpusforge.io.warc import WarcReader
from corpusforge.layers import opened
from corpusforge.receipt import File


class RangeReader:
    """Reads the fetched files of a unit.

    The tally counts the ranges as if they were one file; what could not be fetched is a gap in it.
    """

    def __init__(self, storage: Storage, files: list[File], options: Options) -> None:
        self._storage, self._files, self._options = storage, files, options
        self._hash = xxhash.xxh3_64()
        self.tally = Tally()

    def batches(self, max_bytes: int) -> Iterator[pa.Table]:
        """See `raw.Reader`."""
        return tables(self.rows(), max_bytes)

    def rows(self) -> Iterator[Row]:
        """The rows of every record selected, in order of place."""
        for name, offset, length, url, member, trouble, error in fetched_rows(self._storage, self._files):
            if member is None:
                self.tally.read["response"] += 1
                self.tally.absent(length)
                fate = NOT_FETCHED if trouble in (MISSING, REFUSED) else None
                yield Row(offset, 0, 0, "response", url=url, fate=fate, error=error, file=input_name(name))
                continue
            self._hash.update(member)
            source = Input(input_name(name), name, "warc", "gzip", length, "")
            reader = WarcReader(source, io.BytesIO(member), self._options, offset)
            for row in reader.rows():
                row.file = input_name(name)
                if trouble == DIGEST:
                    row.fate, row.error, row.html = DIGEST_MISMATCH, error, None
                yield row
            self.tally.add(reader.tally)
        self.tally.xxh3 = self._hash.hexdigest()


def fetched_rows(
    storage: Storage, files: list[File]
) -> Iterator[tuple[str, int, int, str | None, bytes | None, str | None, str | None]]:
    """The rows of fetched files: WARC file, offset, length, URL, bytes, trouble, error."""
    for file in files:
        with opened(storage, file.path) as parquet:
            for batch in parquet.iter_batches(64, use_threads=False):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
