"""Exact: copies by text and by URL among all documents of one language, before any of them is judged.

By URL first: of the versions of a page one stays. Then by text, where one that stays for its URL goes before one that does
not. So every document that a rule removes has its text, or a version of its page, in one that neither step removes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents, faults
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table
from corpusforge.phases.depends import Parts
from corpusforge.phases.pieces import Piece
from corpusforge.phases.side_cars import IDENTITY
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt
from corpusforge.settings import Settings
from corpusforge.spool import Part, Spool

PARTITION_ROWS = 2**21  # rows that are sorted at once, about 100 MB of them
_MOST_PARTITIONS = 2**12
_LAST = np.iinfo(np.int64).max

_WORD = pa.uint64()
_ROWS = pa.schema(
    [(name, _WORD) for name in ("hash_1", "hash_2", "key_1", "key_2")] + [("row", pa.int64()), ("order", pa.int64())]
)
_NONE = pl.DataFrame(schema={"row": pl.Int64, "twin": pl.Int64, "twin_key": pl.String})


@dataclass(frozen=True)
class Exact:
    """Find the copies of one language: key -> whether it copies another document by text and by URL, and which."""

    settings: Settings
    unit: str  # the language-script
    parts: Parts
    key: str
    tag: str
    pieces: tuple[Piece, ...]
    phase: str = "exact"

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def path(self) -> str:
        """The copies file."""
        return f"copies/{self.unit}/{self.tag}.parquet"

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Write copies/<language-script>/<tag>.parquet; copies end in `admit`, by rules over its columns.

        Memory: PARTITION_ROWS rows, one byte per document, and about 400 bytes per copy.
        """
        options = self.settings.dataset.options("exact")
        count = sum(piece.rows for piece in self.pieces)
        loses = np.zeros(count, np.bool_)
        by_url = by_text = _NONE
        if options.url:
            by_url = _copies(storage, self._rows(storage, "url_hash"), count, loses)
            loses[by_url["row"].to_numpy()] = True
        faults.reached("exact:between-passes")
        if options.text:
            by_text = _copies(storage, self._rows(storage, "text_hash"), count, loses)
        table = self._table(storage, by_url, by_text)
        file = commit_table(storage, self.path, table)
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=self.key,
            files={"copies": [file]},
            read=count,
            notes={"parts": self.parts, "by_text": by_text.height, "by_url": by_url.height},
        )

    def _rows(self, storage: Storage, column: str) -> Iterator[pa.Table]:
        """_ROWS of all documents that have the hash, a piece at a time."""
        survivor = self.settings.dataset.options("exact").survivor
        start = 0
        for piece in self.pieces:
            hashes = piece.read(storage, IDENTITY, [column])[column].combine_chunks()
            given = pc.is_valid(hashes)
            read = piece.read(storage, "documents", ["key", "date"])
            if survivor == "longest":
                order = _longest(piece.read(storage, IDENTITY, ["chars"])["chars"])
            elif survivor == "first":
                order = np.zeros(piece.rows, np.int64)
            else:
                order = _by_date(read["date"], newest=survivor == "newest")
            keys = _words_of_keys(read["key"])
            words = np.frombuffer(b"".join(hashes.drop_null().to_pylist()), ">u8").reshape(-1, 2)
            chosen = given.to_numpy(zero_copy_only=False)
            columns = (words[:, 0], words[:, 1], keys[chosen, 0], keys[chosen, 1])
            arrays = [pa.array(one.astype(np.uint64), _WORD) for one in columns]
            rows = start + np.flatnonzero(chosen)
            yield pa.Table.from_arrays([*arrays, pa.array(rows), pa.array(order[chosen])], schema=_ROWS)
            start += piece.rows

    def _table(self, storage: Storage, by_url: pl.DataFrame, by_text: pl.DataFrame) -> pa.Table:
        """COPIES: every copy and every document that one copies, in order of input and position."""
        url, text = by_url.rename({"twin": "url", "twin_key": "url_twin"}), by_text
        text = text.rename({"twin": "text", "twin_key": "text_twin"})
        copies = url.join(text, on="row", how="full", coalesce=True).sort("row")
        stands = _stands_for(copies)
        frame = stands.select("row").join(copies, on="row", how="left", maintain_order="left")
        frame = frame.with_columns(
            stands["exact_copies"],
            duplicate_text=pl.col("text").is_not_null(),
            duplicate_url=pl.col("url").is_not_null(),
        )
        named = [documents.COPIES.empty_table()]
        rows, start = frame["row"].to_numpy(), 0
        for piece in self.pieces:
            low, high = np.searchsorted(rows, (start, start + piece.rows))
            if low < high:
                keys = piece.read(storage, "documents", ["key"])["key"].take(pa.array(rows[low:high] - start))
                part = frame[int(low) : int(high)].with_columns(
                    pl.Series("key", keys.to_pylist(), pl.String), unit=pl.lit(piece.unit)
                )
                named.append(part.select(documents.COPIES.names).to_arrow().cast(documents.COPIES))
            start += piece.rows
        return pa.concat_tables(named).combine_chunks()


def _copies(storage: Storage, tables: Iterator[pa.Table], count: int, loses: np.ndarray) -> pl.DataFrame:
    """Documents that copy another one: `row`, the `twin` that stays and its key. Those in `loses` stay last.

    Rows meet in partitions by the first bits of their hash; those that wait lie in a file without a name.
    """
    from corpusforge.dedup.exact import groups

    spool = Spool(storage, _ROWS)
    partitions = min(_MOST_PARTITIONS, -(-count // PARTITION_ROWS)) or 1
    parts = [Part(spool) for _ in range(partitions)]
    for table in tables:
        where = (table["hash_1"].to_numpy() >> np.uint64(40)) * np.uint64(partitions) >> np.uint64(24)
        for number in np.unique(where).tolist():
            parts[number].add(table.filter(pa.array(where == number)))
    found = [_NONE]
    for part in parts:
        if not part.rows:
            continue
        table = pa.concat_tables([spool.read(number) for number in part.numbers])
        column = {name: table[name].to_numpy() for name in _ROWS.names}
        hashes = np.stack([column["hash_1"], column["hash_2"]], axis=1)
        rows = column["row"]
        alike = groups(hashes, loses[rows], column["order"], column["key_1"], column["key_2"])
        copies = alike.rows != alike.survivor
        twins = alike.survivor[copies]
        keys = [
            f"{one:016x}{two:016x}" for one, two in zip(column["key_1"][twins], column["key_2"][twins], strict=True)
        ]
        found.append(
            pl.DataFrame({"row": rows[alike.rows[copies]], "twin": rows[twins], "twin_key": keys}, schema=_NONE.schema)
        )
    spool.close()
    return pl.concat(found).sort("row")


def _stands_for(copies: pl.DataFrame) -> pl.DataFrame:
    """`row` and `exact_copies` of all that copy or are copied, by row: how many documents one stands for, itself among
    them; 0 for a copy."""
    text, url = (copies.drop_nulls(name).select("row", name).to_numpy().T for name in ("text", "url"))
    rows = np.unique(np.concatenate([*text, *url]))
    # The one that stays for its URL may copy a text; the one that stays for its text copies none, but may lose its URL.
    last = _follow(_follow(_follow(rows, *text), *url), *text)
    standing = np.bincount(np.searchsorted(rows, last), minlength=len(rows))
    return pl.DataFrame({"row": rows, "exact_copies": standing.astype(np.int64)})


def _follow(rows: np.ndarray, copies: np.ndarray, twins: np.ndarray) -> np.ndarray:
    """Whom each row copies, or itself; `copies` are in order."""
    if not len(copies):
        return rows
    places = np.minimum(np.searchsorted(copies, rows), len(copies) - 1)
    return np.asarray(np.where(copies[places] == rows, twins[places], rows))


def _longest(chars: pa.ChunkedArray) -> np.ndarray:
    """Least for the longest; last where nothing could be counted."""
    order = pc.negate(chars.cast(pa.int64()))
    return np.asarray(pc.fill_null(order, _LAST).to_numpy(), np.int64)


def _by_date(dates: pa.ChunkedArray, newest: bool) -> np.ndarray:
    """Least for the oldest, or the newest; last without a date. Dates are ISO 8601, to any precision."""
    digits = pc.replace_substring_regex(dates, r"[^0-9]+", "")
    known = pc.fill_null(pc.match_substring_regex(dates, r"^[0-9]{4}"), False)
    padded = pc.utf8_rpad(pc.utf8_slice_codeunits(digits, 0, 14), 14, "0")
    numbers = pc.if_else(known, padded, pa.scalar(None, pa.large_string())).cast(pa.int64())
    order = pc.negate(numbers) if newest else numbers
    return np.asarray(pc.fill_null(order, _LAST).to_numpy(), np.int64)


def _words_of_keys(keys: pa.ChunkedArray) -> np.ndarray:
    """Keys, 32 hex digits, as (n, 2) uint64 in the same order."""
    return np.frombuffer(bytes.fromhex("".join(keys.to_pylist())), ">u8").reshape(-1, 2).astype(np.uint64)
