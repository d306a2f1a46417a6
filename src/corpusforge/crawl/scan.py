"""One index file searched: the records that name a language, and a random rest of the other pages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpusforge.crawl.index_files import DIGEST, LANGUAGES, MIME, PLACE, URL, IndexFile, damaged_index, open_index
from corpusforge.crawl.root import NotThere, Root

REST = "rest"
SELECTED = pa.schema(
    [
        pa.field("warc_filename", pa.large_string(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("chosen", pa.large_string(), nullable=False),  # the index's code that was asked for, or `rest`
        pa.field("languages", pa.large_string()),  # as the index has them, the first one for most of the page
        pa.field("url", pa.large_string()),  # read only where there is a rest
        pa.field("digest", pa.large_string()),  # read only where the index's digests are checked
    ]
)
"""A selected record: its place, and why it was selected."""

_PAGES = frozenset({"", "text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml", "unknown"})


def scan(root: Root, file: IndexFile, codes: frozenset[str], rest: float, columns: tuple[str, ...]) -> pa.Table:
    """The selected records of an index file, sorted by place.

    A row group is left after its languages where none is asked for and there is no rest; its languages are not even
    read where its statistics decide. Raises UserError for a file that cannot be read.
    """
    parquet = open_index(root, file, columns)
    try:
        groups = [_group(parquet, index, codes, rest, columns) for index in range(parquet.num_row_groups)]
    except (pa.ArrowException, NotThere, OSError) as error:
        raise damaged_index(root.where(file.path), error) from None
    found = pa.concat_tables([SELECTED.empty_table(), *(group for group in groups if group is not None)])
    return found.sort_by([("warc_filename", "ascending"), ("offset", "ascending")])


def _group(
    parquet: pq.ParquetFile, index: int, codes: frozenset[str], rest: float, columns: tuple[str, ...]
) -> pa.Table | None:
    if not rest and not _may_name(parquet, index, codes):
        return None
    languages = parquet.read_row_group(index, columns=[LANGUAGES], use_threads=False)[LANGUAGES].combine_chunks()
    chosen = _named(languages, codes)
    rows = np.flatnonzero(chosen.is_valid().to_numpy(zero_copy_only=False))
    if not len(rows) and not rest:
        return None
    others = [name for name in columns if name != LANGUAGES]
    table = parquet.read_row_group(index, columns=others, use_threads=False)
    if rest:
        from corpusforge.crawl.url_share import in_share  # compiled: only where there is a rest

        more = in_share(table[URL], rest) & _is_page(table[MIME]) & ~chosen.is_valid().to_numpy(zero_copy_only=False)
        rows = np.sort(np.concatenate([rows, np.flatnonzero(more)]))
    taken = table.take(pa.array(rows))
    count = len(rows)
    nothing = pa.nulls(count, pa.large_string())
    columns_of = {
        "warc_filename": taken[PLACE[0]],
        "offset": taken[PLACE[1]],
        "length": taken[PLACE[2]],
        "chosen": pc.fill_null(chosen.take(pa.array(rows)), REST),
        "languages": languages.take(pa.array(rows)),
        "url": taken[URL] if URL in others else nothing,
        "digest": taken[DIGEST] if DIGEST in others else nothing,
    }
    return pa.table([columns_of[field.name].cast(field.type) for field in SELECTED], schema=SELECTED)


def _may_name(parquet: pq.ParquetFile, index: int, codes: frozenset[str]) -> bool:
    """False where the statistics of a row group show that no page names a language of `codes`."""
    group: Any = parquet.metadata.row_group(index)
    leaf = next(i for i in range(group.num_columns) if group.column(i).path_in_schema == LANGUAGES)
    found = group.column(leaf).statistics
    if found is None:
        return True
    if found.has_null_count and found.null_count == group.num_rows:
        return False
    if found.has_min_max and found.min == found.max:
        return not codes.isdisjoint(str(found.min).split(","))
    return True  # a list of languages may name any of them behind its first


def _named(languages: Any, codes: frozenset[str]) -> pa.Array:
    """The first code asked for of each row, or null. Lists of languages are few: each is looked at once."""
    if not pa.types.is_dictionary(languages.type):
        languages = languages.dictionary_encode()
    lists = [(text or "").split(",") for text in languages.dictionary.to_pylist()]
    words = [next((one for one in named if one in codes), None) for named in lists]
    return pa.array(words, pa.large_string()).take(languages.indices)


def _is_page(mime: Any) -> Any:
    """Whether a record may hold a page, by its detected type."""
    plain = pc.fill_null(mime.cast(pa.large_string()), "")
    return pc.is_in(plain, pa.array(sorted(_PAGES), pa.large_string())).to_numpy(zero_copy_only=False)
