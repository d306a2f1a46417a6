"""Clean: edits of the kept documents of one unit. The text is read once and never rewritten; edits stand beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.hashing import work_key
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table, read_batches, read_rows, side_car
from corpusforge.phases.depends import Parts, stage_parts
from corpusforge.phases.pieces import LINE_EDITS, ended_keys
from corpusforge.phases.task import Worker
from corpusforge.phases.through_edits import through_edits
from corpusforge.receipt import File, Receipt, Slice
from corpusforge.settings import Settings

EDITS = "edits/clean@1"
FATES = "fates/clean"
_NO_RULES: dict[str, list[str]] = {"broken": [], "not_evaluated": []}


@dataclass(frozen=True)
class Clean:
    """Compute the edits of a unit's kept documents; languages whose key an older receipt vouches for are copied."""

    settings: Settings
    documents: Receipt  # of ingest
    keys: tuple[tuple[str, str], ...]  # language-script -> key of its edits here
    earlier: tuple[tuple[str, tuple[str, ...]], ...]  # language-script -> fates files of admit and decide
    parts: Parts
    tag: str
    old: Receipt | None = None
    phase: str = "clean"

    def __hash__(self) -> int:
        return hash(self.keys)

    @property
    def unit(self) -> str:
        """Name of the unit."""
        return self.documents.unit

    @property
    def key(self) -> str:
        """Key of the unit's edits in all languages."""
        return work_key(dict(self.keys))

    @property
    def fates_path(self) -> str:
        """The fates file."""
        return f"{FATES}/{self.unit}-{self.tag}.parquet"

    def edits_path(self, index: int) -> str:
        """The edits file that goes with the unit's documents file of that index."""
        return f"{EDITS}/{self.unit}-{self.tag}-{index}.parquet"

    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Write edits/clean@1/<unit>-<tag>-<n>.parquet and fates/clean/<unit>-<tag>.parquet."""
        keys, earlier = dict(self.keys), dict(self.earlier)
        files: list[File] = []
        ended = [documents.FATES.empty_table()]
        counts: dict[str, Counter[str]] = {code: Counter() for code in keys}
        read = 0
        ended_before = {code: ended_keys(storage, earlier[code], self.unit) for code in keys}
        old_fates = self._old_fates(storage)
        for index, file in enumerate(self.documents.files["documents"]):
            edits = [documents.EDITS.empty_table()]
            for piece in self.documents.slices:
                if piece.file != file.path or piece.language not in keys:
                    continue
                if self.old is not None and self.old.layer_keys.get(piece.language) == keys[piece.language]:
                    stored = read_rows(storage, self.old.files[EDITS][index].path)
                    inside = pc.and_(
                        pc.greater_equal(stored["row"], piece.start), pc.less(stored["row"], piece.start + piece.rows)
                    )
                    edits.append(stored.filter(inside))
                    names = read_rows(storage, file.path, piece.start, piece.rows, ["key"])["key"].combine_chunks()
                    read += piece.rows - len(ended_before[piece.language].intersection(names.to_pylist()))
                    ended.append(old_fates.filter(pc.is_in(old_fates["key"], names)))
                    counts[piece.language] = Counter(self.old.notes["edits"][piece.language])
                    continue
                done = self._slice(storage, piece, ended_before[piece.language], counts[piece.language])
                read += done.read
                edits += done.edits
                ended.append(done.ended)
            files.append(commit_table(storage, self.edits_path(index), pa.concat_tables(edits)))
        gone = pa.concat_tables(ended)
        fates = commit_table(storage, self.fates_path, gone)
        return Receipt(
            phase=self.phase,
            unit=self.unit,
            key=self.key,
            layer_keys=keys,
            files={EDITS: files, FATES: [fates]},
            read=read,
            fates=dict(sorted(Counter(gone["fate"].to_pylist()).items())),
            notes={
                "parts": self.parts,
                "documents": self.documents.key,
                "edits": {code: dict(sorted(steps.items())) for code, steps in counts.items()},
            },
        )

    def _old_fates(self, storage: Storage) -> pa.Table:
        if self.old is None:
            return documents.FATES.empty_table()
        return pa.concat_tables([read_rows(storage, file.path) for file in self.old.files[FATES]])

    def _slice(self, storage: Storage, piece: Slice, ended: set[str], counts: Counter[str]) -> _Cleaned:
        from corpusforge.stages.clean import apply_edits, clean

        steps = self.settings.dataset.options("clean").steps
        done = _Cleaned()
        row = piece.start
        gone = pa.array(sorted(ended), pa.large_string())
        early = []
        if LINE_EDITS in self.documents.files:
            early = [read_rows(storage, side_car(self.documents, LINE_EDITS, piece.file))]
        tables = read_batches(storage, piece.file, piece.start, piece.rows, ["key", "text"])
        for table in through_edits(tables, piece.start, *early):
            kept = np.flatnonzero(pc.invert(pc.is_in(table["key"], gone)).to_numpy())
            texts = table["text"].combine_chunks().take(pa.array(kept))
            edits, counted = clean(texts, steps)
            counts.update(counted)
            # A document is not blank when it is stored, so only what was edited can be blank now.
            edited = pc.unique(edits["row"])
            own = edits.set_column(0, "row", pc.index_in(edits["row"], edited).cast(pa.int64()))
            after = apply_edits(texts.take(edited), own.cast(documents.EDITS)).to_pylist()
            blank = [row for row, text in zip(edited.to_pylist(), after, strict=True) if not text or text.isspace()]
            done.ended = pa.concat_tables([done.ended, self._blank(table["key"].take(kept[blank]).to_pylist())])
            rows = pa.array(row + kept[edits["row"].to_numpy()], pa.int64())
            done.edits.append(edits.set_column(0, "row", rows).cast(documents.EDITS))
            done.read += len(kept)
            row += table.num_rows
        return done

    def _blank(self, keys: list[str]) -> pa.Table:
        """Fates of documents of which cleaning leaves nothing."""
        rows = [{"key": key, "unit": self.unit, "fate": documents.EMPTY_AFTER_CLEAN, **_NO_RULES} for key in keys]
        return pa.Table.from_pylist(rows, documents.FATES)


class _Cleaned:
    """What cleaning a slice gave."""

    def __init__(self) -> None:
        self.edits: list[pa.Table] = []
        self.ended: pa.Table = documents.FATES.empty_table()
        self.read = 0


def clean_parts(settings: Settings) -> Parts:
    """What edits depend on, beside the documents and which of them are kept."""
    return stage_parts(settings.dataset.stages["clean"])
