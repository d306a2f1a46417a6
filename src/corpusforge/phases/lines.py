"""Lines: which lines many documents of a host, or of a whole language, repeat. No text is read, only hashes of lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpusforge import faults
from corpusforge.documents import REPEATED
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table
from corpusforge.phases.depends import Parts
from corpusforge.phases.pieces import Piece, rows_by_unit
from corpusforge.phases.side_cars import LINES
from corpusforge.phases.task import Worker
from corpusforge.receipt import Receipt
from corpusforge.settings import Settings
from corpusforge.spool import Part, Spool

PARTITION_ROWS = 2**21  # lines that are sorted at once, about 250 MB with what sorting takes
LINE_CHARS = 100  # of a usual line: from it follows how many partitions there are, and nothing else
_MOST_PARTITIONS = 2**12

_WORD = pa.uint64()
_ROWS = pa.schema([(name, _WORD) for name in ("scope", "line", "key")])


@dataclass(frozen=True)
class RepeatedLines:
    """Count the documents that have each line, in one language: (scope, line) of those that enough of them repeat."""

    settings: Settings
    unit: str  # the language-script
    parts: Parts
    key: str
    tag: str
    pieces: tuple[Piece, ...]
    chars: int  # of the language's texts
    copies: tuple[str, ...] = ()
    phase: str = "lines"

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def path(self) -> str:
        """The file of repeated lines."""
        return f"lines/{self.unit}/{self.tag}.parquet"

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Write lines/<language-script>/<tag>.parquet, in order of scope and line.

        Memory: PARTITION_ROWS lines, 16 bytes per host, and 32 bytes per repeated line.
        """
        sizes = _Sizes()
        spool = Spool(storage, _ROWS)
        wanted = self.chars // LINE_CHARS // PARTITION_ROWS + 1
        parts = [Part(spool) for _ in range(min(_MOST_PARTITIONS, wanted))]
        counted = 0
        for rows in self._lines(storage, sizes):
            counted += rows.num_rows
            where = (rows["line"].to_numpy() >> np.uint64(40)) * np.uint64(len(parts)) >> np.uint64(24)
            for number in np.unique(where).tolist():
                parts[number].add(rows.filter(pa.array(where == number)))
        faults.reached("lines:counted")
        found = [self._repeated(part, spool, sizes) for part in parts if part.rows]
        spool.close()
        table = pa.concat_tables([REPEATED.empty_table(), *found])
        table = table.sort_by([("scope", "ascending"), ("line", "ascending")]).combine_chunks()
        file = commit_table(storage, self.path, table)
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=self.key,
            files={"lines": [file]},
            read=sum(piece.rows for piece in self.pieces),
            notes={"parts": self.parts, "lines": counted, "repeated": table.num_rows},
        )

    def _lines(self, storage: Storage, sizes: _Sizes) -> Iterator[pa.Table]:
        """_ROWS of every document's different lines; copies by text or URL are left out, so that they count once."""
        copies = rows_by_unit(storage, self.copies, ["key", "duplicate_text", "duplicate_url"])
        for piece in self.pieces:
            keys = piece.read(storage, "documents", ["key"])["key"].combine_chunks()
            given = piece.read(storage, LINES, ["host", "lines"])
            scopes = scopes_of(self.settings, given["host"])
            counts = pc.and_(pc.is_valid(given["lines"]), pc.is_valid(scopes))
            known = copies.get(piece.unit)
            if known is not None:
                gone = known["key"].filter(pc.or_(known["duplicate_text"], known["duplicate_url"]))
                counts = pc.and_(counts, pc.invert(pc.is_in(keys, gone.combine_chunks())))
            lists = given["lines"].filter(counts).combine_chunks()
            scope = scopes.filter(counts).to_numpy()
            sizes.add(scope)
            each = pc.list_value_length(lists).to_numpy()
            arrays = (np.repeat(scope, each), lists.flatten(), np.repeat(words_of_keys(keys.filter(counts)), each))
            yield pa.Table.from_arrays([pa.array(one, _WORD) for one in arrays], schema=_ROWS)

    def _repeated(self, part: Part, spool: Spool, sizes: _Sizes) -> pa.Table:
        """REPEATED of the lines of a partition, all documents that have a line being in one."""
        from corpusforge.dedup.exact import groups

        options = self.settings.dataset.options("lines")
        rows = pa.concat_tables([spool.read(number) for number in part.numbers])
        scope, line, key = (rows[name].to_numpy() for name in _ROWS.names)
        alike = groups(np.stack([scope, line], axis=1), key)
        first = alike.rows == alike.survivor
        chosen, documents = alike.rows[first], alike.size[first]
        enough = np.maximum(options.documents, np.ceil(options.share * sizes.of(scope[chosen])))
        chosen, documents = chosen[documents >= enough], documents[documents >= enough]
        keeper = pa.array(key[chosen], _WORD) if options.keep == "one" else pa.nulls(len(chosen), _WORD)
        arrays = [
            pa.array(scope[chosen], _WORD),
            pa.array(line[chosen], _WORD),
            pa.array(documents, pa.int64()),
            keeper,
        ]
        return pa.Table.from_arrays(arrays, schema=REPEATED)


class _Sizes:
    """Documents per scope."""

    def __init__(self) -> None:
        self._scopes, self._counts = np.zeros(0, np.uint64), np.zeros(0, np.int64)

    def add(self, scopes: np.ndarray) -> None:
        """Count documents by their scope."""
        new, counts = np.unique(scopes, return_counts=True)
        every, places = np.unique(np.concatenate([self._scopes, new]), return_inverse=True)
        total = np.zeros(len(every), np.int64)
        np.add.at(total, places, np.concatenate([self._counts, counts]))
        self._scopes, self._counts = every, total

    def of(self, scopes: np.ndarray) -> np.ndarray:
        """How many documents each scope has; all were counted."""
        return np.asarray(self._counts[np.searchsorted(self._scopes, scopes)])


def scopes_of(settings: Settings, hosts: pa.ChunkedArray) -> pa.ChunkedArray:
    """The scope of documents, given the hashes of their hosts: uint64, null where lines are not counted."""
    if settings.dataset.options("lines").scope == "host":
        return hosts
    return pa.chunked_array([pa.repeat(pa.scalar(0, _WORD), len(hosts))])


def words_of_keys(keys: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """The first 64 bits of keys, uint64."""
    return np.frombuffer(bytes.fromhex("".join(keys.to_pylist())), ">u8")[::2].astype(np.uint64)


def content(table: pa.Table) -> str:
    """Hash of the values of columns of numbers."""
    return xxhash.xxh3_128_hexdigest(b"".join(table[name].to_numpy().tobytes() for name in table.column_names))
