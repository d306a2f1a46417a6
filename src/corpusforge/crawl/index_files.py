"""The files of a crawl's URL index (Common Crawl's `cc-index` table, subset `warc`), and the columns that are read."""

from __future__ import annotations

import gzip
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpusforge.crawl.catalogue import table_paths, unknown_crawl
from corpusforge.crawl.range_file import RangeFile
from corpusforge.crawl.root import NotThere, Root
from corpusforge.errors import UserError

LANGUAGES = "content_languages"
PLACE = ("warc_filename", "warc_record_offset", "warc_record_length")
URL, MIME, DIGEST = "url", "content_mime_detected", "content_digest"
_SINCE = "CC-MAIN-2018-39"  # the first crawl whose index has languages


@dataclass(frozen=True)
class IndexFile:
    """One Parquet file of an index: path below the root, size in bytes, version."""

    path: str
    size: int
    version: str


def index_files(root: Root, crawl: str) -> list[IndexFile]:
    """The index files of a crawl, in order. Raises UserError where the root has none, or one is missing."""
    paths = _listed(root, crawl)
    if not paths:
        raise unknown_crawl(root, crawl)

    def described(path: str) -> IndexFile:
        try:
            found = root.describe(path)
        except NotThere as error:
            raise UserError(
                f"{root.where(path)}: the index file is listed, but it is not there ({error}); a mirror must have all "
                "of a crawl's index files"
            ) from None
        return IndexFile(path, found.size, found.version)

    with ThreadPoolExecutor(root.manners.connections) as pool:
        return list(pool.map(described, paths))


def _listed(root: Root, crawl: str) -> list[str]:
    try:
        packed = root.whole(table_paths(crawl))
    except NotThere:
        folder = f"cc-index/table/cc-main/warc/crawl={crawl}/subset=warc"
        names = [name for name in root.listed(folder) or [] if name.endswith(".parquet")]
        return [f"{folder}/{name}" for name in names]
    try:
        lines = gzip.decompress(packed).decode().split()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise UserError(f"{root.where(table_paths(crawl))}: not a readable list of paths: {error}") from None
    return sorted(line for line in lines if "/subset=warc/" in line and line.endswith(".parquet"))


def open_index(root: Root, file: IndexFile, columns: tuple[str, ...]) -> pq.ParquetFile:
    """An index file, to be read by row group. Raises UserError: damaged, or without a column."""
    where = root.where(file.path)
    source = RangeFile(root, file.path, file.size)
    try:
        metadata = pq.read_metadata(pa.PythonFile(source, "r"))
        names = set(metadata.schema.to_arrow_schema().names)
        repeated = [name for name in (LANGUAGES, PLACE[0], MIME) if name in names]
        source.seek(0)
        parquet = pq.ParquetFile(
            pa.PythonFile(source, "r"), metadata=metadata, pre_buffer=False, read_dictionary=repeated
        )
    except (pa.ArrowInvalid, pa.ArrowIOError) as error:
        raise damaged_index(where, error) from None
    except NotThere as error:
        raise damaged_index(where, error) from None
    for column in columns:
        if column not in names:
            since = f"; an index has languages from {_SINCE} on" if column == LANGUAGES else ""
            raise UserError(
                f"{where}: no column '{column}' in this index file{since}; read its WARC files with --input"
            )
    return parquet


def damaged_index(where: str, error: object) -> UserError:
    """What to say of an index file that cannot be read."""
    said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return UserError(f"{where}: not a readable index file: {said}; fetch it anew if this is a mirror")


def needed_columns(rest: float, digests: str) -> tuple[str, ...]:
    """The columns that a selection reads: URLs only for a random rest, digests only if they are to be checked."""
    columns = [LANGUAGES, *PLACE]
    if rest:
        columns += [URL, MIME]
    if digests == "index":
        columns.append(DIGEST)
    return tuple(columns)


def column_bytes(parquet: pq.ParquetFile, columns: tuple[str, ...]) -> int:
    """Compressed bytes of these columns in an index file."""
    total = 0
    for group in range(parquet.num_row_groups):
        described: Any = parquet.metadata.row_group(group)
        chunks = (described.column(leaf) for leaf in range(described.num_columns))
        total += sum(chunk.total_compressed_size for chunk in chunks if chunk.path_in_schema in columns)
    return total
