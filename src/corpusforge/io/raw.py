"""What every reader gives: tables in one schema, one row per record, whatever the format was."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from sys import getsizeof
from typing import Protocol

import pyarrow as pa

from corpusforge.io.tally import Tally

RAW = pa.schema(
    [
        pa.field("member_offset", pa.int64(), nullable=False),  # file offset of the member the record begins in
        pa.field("offset", pa.int64(), nullable=False),  # inside the decompressed member; Parquet: the row
        pa.field("length", pa.int64(), nullable=False),  # decompressed bytes; damage of the file itself: file bytes
        pa.field("record_type", pa.large_string(), nullable=False),
        pa.field("id", pa.large_string()),
        pa.field("url", pa.large_string()),
        pa.field("date", pa.large_string()),  # ISO 8601
        pa.field("dump", pa.large_string()),
        pa.field("http_status", pa.int32()),
        pa.field("content_type", pa.large_string()),
        pa.field("charset", pa.large_string()),
        pa.field("charset_source", pa.large_string()),  # bom | header | meta | detected | declared
        pa.field("html", pa.large_string()),  # decoded page
        pa.field("text", pa.large_string()),  # of WET, JSONL, Parquet
        pa.field("meta", pa.large_string()),  # unmapped fields, capped JSON
        pa.field("fate", pa.large_string()),  # null: goes on
        pa.field("error", pa.large_string()),
        pa.field(
            "file", pa.large_string()
        ),  # name of the file, where an input has records of several; null: the input's
    ]
)

HTTP_STATUS = "http_status"
NOT_HTML = "not_html"
REVISIT = "revisit"
EMPTY_BODY = "empty_body"
PAGE_TOO_LARGE = "page_too_large"
CORRUPT_RECORD = "corrupt_record"
INVALID_TEXT = "invalid_text"
NOT_FETCHED = "not_fetched"
DIGEST_MISMATCH = "digest_mismatch"

FATES = (
    HTTP_STATUS,
    NOT_HTML,
    REVISIT,
    EMPTY_BODY,
    PAGE_TOO_LARGE,
    CORRUPT_RECORD,
    INVALID_TEXT,
    NOT_FETCHED,
    DIGEST_MISMATCH,
)
"""The fates that readers give."""


@dataclass(slots=True)
class Row:
    """One row of RAW."""

    member_offset: int
    offset: int
    length: int
    record_type: str
    id: str | None = None
    url: str | None = None
    date: str | None = None
    dump: str | None = None
    http_status: int | None = None
    content_type: str | None = None
    charset: str | None = None
    charset_source: str | None = None
    html: str | None = None
    text: str | None = None
    meta: str | None = None
    fate: str | None = None
    error: str | None = None
    file: str | None = None

    @property
    def weight(self) -> int:
        """About how many bytes of memory the row takes."""
        return 256 + sum(getsizeof(part) for part in (self.html, self.text, self.meta, self.url) if part is not None)


@dataclass(frozen=True)
class ReadOptions:
    """Which fields of JSONL and Parquet rows mean what, and limits of work in bytes.

    `max_page`: a longer decoded page is `page_too_large`. `max_line`: a longer JSONL line is
    `corrupt_record`.
    """

    text: str = "text"
    id: str = "id"
    url: str = "url"
    date: str = "date"
    dump: str = "dump"
    max_page: int = 16 << 20
    max_line: int = 64 << 20


class Options(Protocol):
    """Anything with the fields of ReadOptions, such as a recipe's `read` stage."""

    @property
    def text(self) -> str:
        """Field that holds the text."""

    @property
    def id(self) -> str:
        """Field that holds the id."""

    @property
    def url(self) -> str:
        """Field that holds the URL."""

    @property
    def date(self) -> str:
        """Field that holds the date."""

    @property
    def dump(self) -> str:
        """Field that holds the snapshot."""

    @property
    def max_page(self) -> int:
        """Bytes of a decoded page."""

    @property
    def max_line(self) -> int:
        """Bytes of a JSONL line."""


class Reader(Protocol):
    """Reads one input. `tally` is complete when the batches are exhausted."""

    tally: Tally

    def batches(self, max_bytes: int) -> Iterator[pa.Table]:
        """Tables of RAW, each closed once it holds `max_bytes`. The rows do not depend on `max_bytes`."""


def tables(rows: Iterator[Row], max_bytes: int) -> Iterator[pa.Table]:
    """Rows gathered into tables of RAW of about `max_bytes` each."""
    held: list[Row] = []
    weight = 0
    for row in rows:
        held.append(row)
        weight += row.weight
        if weight >= max_bytes:
            yield _emptied(held)
            weight = 0
    if held:
        yield _emptied(held)


def _emptied(rows: list[Row]) -> pa.Table:
    """The rows as a table. Their own memory is free before anyone works on it."""
    names = [field.name for field in fields(Row)]
    arrays = [pa.array([getattr(row, name) for row in rows], RAW.field(name).type) for name in names]
    rows.clear()
    return pa.Table.from_arrays(arrays, schema=RAW)
