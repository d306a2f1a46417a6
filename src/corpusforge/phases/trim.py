"""Trim: repeated lines leave the texts of one unit, as edits; then its statistics, signatures and evidence, of what is left.

A unit in which no line's lot has changed keeps what it has, however many documents were added elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents, faults
from corpusforge.hashing import work_key
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table, read_batches, read_rows, side_car
from corpusforge.phases.depends import Parts, stage_parts
from corpusforge.phases.lines import content, scopes_of, words_of_keys
from corpusforge.phases.pieces import BOILERPLATE, LINE_EDITS
from corpusforge.phases.portions import portions
from corpusforge.phases.side_cars import LINES, later_side_cars
from corpusforge.phases.task import Worker
from corpusforge.phases.write_side_cars import write_side_cars
from corpusforge.receipt import File, Receipt, Slice
from corpusforge.settings import Settings

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd: scopes stay apart
_TAKEN_OUT = pa.schema([("boilerplate_lines", pa.int64()), ("boilerplate_ratio", pa.float64())])


@dataclass(frozen=True)
class Trim:
    """Make a unit's edits of lines and the side-cars of the edited texts; what an older receipt vouches for is copied."""

    settings: Settings
    documents: Receipt  # of ingest
    repeated: tuple[tuple[str, str], ...]  # language-script -> file of repeated lines
    parts: Parts
    key: str
    tag: str
    old: Receipt | None = None
    phase: str = "trim"

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def unit(self) -> str:
        """Name of the unit."""
        return self.documents.unit

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Write edits/lines@1/<unit>-<tag>-<n>.parquet, and side-cars as ingest does."""
        lots = {code: _lot(storage, self.settings, self.documents, code, path) for code, path in self.repeated}
        keys = {code: self._text_key(code, lot) for code, lot in lots.items()}
        files: dict[str, list[File]] = {LINE_EDITS: [], BOILERPLATE: []}
        for index, file in enumerate(self.documents.files["documents"]):
            edits, shares = [documents.EDITS.empty_table()], [_TAKEN_OUT.empty_table()]
            starts = []
            for piece in (piece for piece in self.documents.slices if piece.file == file.path):
                starts.append(piece.start)
                code = piece.language
                if self.old is not None and self.old.layer_keys.get(f"{LINE_EDITS}/{code}") == keys[code]:
                    stored = read_rows(storage, self.old.files[LINE_EDITS][index].path)
                    stop = piece.start + piece.rows
                    inside = pc.and_(pc.greater_equal(stored["row"], piece.start), pc.less(stored["row"], stop))
                    edits.append(stored.filter(inside))
                    path = self.old.files[BOILERPLATE][index].path
                    shares.append(read_rows(storage, path, piece.start, piece.rows))
                else:
                    made = self._slice(storage, piece, lots[code])
                    edits += made[0]
                    shares += made[1]
            name = f"{self.unit}-{self.tag}-{index}.parquet"
            files[LINE_EDITS].append(commit_table(storage, f"{LINE_EDITS}/{name}", pa.concat_tables(edits)))
            files[BOILERPLATE].append(commit_table(storage, f"{BOILERPLATE}/{name}", pa.concat_tables(shares), starts))
        faults.reached("trim:edited")
        side, side_keys = write_side_cars(
            storage,
            self.settings,
            worker,
            self.unit,
            keys,
            self.documents.files["documents"],
            self.documents.slices,
            later_side_cars(self.settings),
            self.old,
            files[LINE_EDITS],
            self.tag,
        )
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=self.key,
            layer_keys={**side_keys, **{f"{LINE_EDITS}/{code}": key for code, key in keys.items()}},
            files={**files, **side},
            read=sum(piece.rows for piece in self.documents.slices),
            notes={"parts": self.parts, "edits": sum(file.rows for file in files[LINE_EDITS])},
        )

    def _text_key(self, code: str, lot: _Lot) -> str:
        """Key of a language's texts as they are after this: of the repeated lines it says those that matter here."""
        return work_key(self.documents.key, stage_parts(self.settings.dataset.stages["lines"]), content(lot.table))

    def _slice(self, storage: Storage, piece: Slice, lot: _Lot) -> tuple[list[pa.Table], list[pa.Table]]:
        """Edits of a slice's rows, and how much of each text they take out. Texts are read where a line must go."""
        edits, shares = [], []
        row = piece.start
        hashes = side_car(self.documents, LINES, piece.file)
        for given in read_batches(storage, hashes, piece.start, piece.rows, ["host", "lines"]):
            rows = given.num_rows
            # A null list: hashing the lines failed, and the document ends by that.
            lists = pc.fill_null(given["lines"].combine_chunks(), [])
            scopes = scopes_of(self.settings, given["host"])
            known = np.asarray(scopes.is_valid().to_numpy(), np.bool_)
            scope = np.asarray(pc.fill_null(scopes, 0).to_numpy(), np.uint64)
            key = words_of_keys(read_rows(storage, piece.file, row, rows, ["key"])["key"])
            of = np.repeat(np.arange(rows), pc.list_value_length(lists).to_numpy())
            hits = known[of] & lot.has(scope[of], lists.flatten().to_numpy(), key[of])
            count, share = np.zeros(rows, np.int64), np.zeros(rows, np.float64)
            touched, first = np.unique(of[hits]), 0
            for table in read_batches(storage, piece.file, row, rows, ["text"]) if len(touched) else ():
                inside = touched[(touched >= first) & (touched < first + table.num_rows)]
                texts = table["text"].combine_chunks().take(pa.array(inside - first))
                start = 0
                for part in portions(texts):
                    chosen = inside[start : start + len(part)]
                    made, count[chosen], share[chosen] = self._texts(part, scope[chosen], key[chosen], lot)
                    edits += [(row + int(chosen[text]), begin, end, "") for text, begin, end in made]
                    start += len(part)
                first += table.num_rows
            shares.append(pa.table([pa.array(count), pa.array(share)], schema=_TAKEN_OUT))
            row += rows
        columns = zip(*edits, strict=True) if edits else ((), (), (), ())
        arrays = [pa.array(one, field.type) for one, field in zip(columns, documents.EDITS, strict=True)]
        return [pa.Table.from_arrays(arrays, schema=documents.EDITS)], shares

    def _texts(
        self, texts: pa.Array, scope: np.ndarray, key: np.ndarray, lot: _Lot
    ) -> tuple[list[tuple[int, int, int]], np.ndarray, np.ndarray]:
        """Spans to take out of texts (text, byte start, byte end), how many lines they are, and what share of each text."""
        from corpusforge.dedup.line_identity import lines, spans_without

        found = lines(texts, self.settings.dataset.options("lines").min_chars)
        gone = found.long & lot.has(scope[found.text], found.hash, key[found.text])
        bounds = np.searchsorted(found.text, np.arange(len(texts) + 1))
        edits: list[tuple[int, int, int]] = []
        count, share = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.float64)
        for text in range(len(texts)):
            own = slice(bounds[text], bounds[text + 1])
            spans = spans_without(found.start[own].tolist(), found.end[own].tolist(), gone[own].tolist())
            size = int(found.end[own.stop - 1])
            if _left(texts[text].as_py().encode(), spans).isspace():
                spans = [(0, size)]
            edits += ((text, begin, end) for begin, end in spans)
            count[text] = gone[own].sum()
            share[text] = float(((found.end - found.start)[own] * gone[own]).sum() / size)
        return edits, count, share


class _Lot:
    """The repeated lines that a unit's documents may have: scope, line, and the key of the keeper where it is here."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        scope, line, keeper, here = (table[name].to_numpy() for name in ("scope", "line", "keeper", "here"))
        mixed = line ^ scope * _SPREAD
        order = np.argsort(mixed, kind="stable")
        self._lines, self._keeper, self._here = mixed[order], keeper[order], here[order].astype(np.bool_)

    def has(self, scopes: np.ndarray, hashes: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Which lines go from documents of these scopes and keys: the repeated ones, but for their keepers."""
        if not len(self._lines):
            return np.zeros(len(hashes), np.bool_)
        mixed = hashes ^ scopes * _SPREAD
        places = np.minimum(np.searchsorted(self._lines, mixed), len(self._lines) - 1)
        keeps = self._here[places] & (self._keeper[places] == keys)
        return np.asarray((self._lines[places] == mixed) & ~keeps)


def _lot(storage: Storage, settings: Settings, receipt: Receipt, code: str, path: str) -> _Lot:
    """Of a language's repeated lines those of the scopes that a unit's documents have."""
    scopes, keys = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
    for piece in receipt.slices:
        if piece.language == code:
            hosts = read_rows(storage, side_car(receipt, LINES, piece.file), piece.start, piece.rows, ["host"])["host"]
            scopes.append(pc.drop_null(pc.unique(scopes_of(settings, hosts))).to_numpy())
            keys.append(words_of_keys(read_rows(storage, piece.file, piece.start, piece.rows, ["key"])["key"]))
    wanted, own = pa.array(np.unique(np.concatenate(scopes))), np.concatenate(keys)
    tables = read_batches(storage, path)
    found = pa.concat_tables(
        [documents.REPEATED.empty_table(), *(one.filter(pc.is_in(one["scope"], wanted)) for one in tables)]
    )
    keeper = np.asarray(pc.fill_null(found["keeper"], 0).to_numpy(), np.uint64)
    here = np.asarray(pc.is_valid(found["keeper"]).to_numpy(), np.bool_) & np.isin(keeper, own)
    columns = {"scope": found["scope"].to_numpy(), "line": found["line"].to_numpy()}
    return _Lot(pa.table({**columns, "keeper": np.where(here, keeper, 0), "here": here.astype(np.int8)}))


def _left(text: bytes, spans: list[tuple[int, int]]) -> str:
    """The text without the spans."""
    starts, ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)]
    return b"".join(text[start:end] for start, end in zip(starts, ends, strict=True)).decode()


def trimmed(ingest: Receipt, trim: Receipt | None) -> Receipt:
    """A unit's receipt of ingest, with the layers that trimming added to it."""
    if trim is None:
        return ingest
    return replace(ingest, files={**ingest.files, **trim.files}, layer_keys={**ingest.layer_keys, **trim.layer_keys})
