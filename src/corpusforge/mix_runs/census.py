"""Counting the rings of a mixture: every language and source of the runs, and the exact cuts for given targets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from corpusforge.io.storage import clear_errors
from corpusforge.mix.mixture import Mixture
from corpusforge.mix.rehydration import copies_of
from corpusforge.mix.ring import BINS, CHOICE, MEASURED, Census, Cut, coarse_cut, fine_cut, places
from corpusforge.mix_runs.labels import columns_read, labels
from corpusforge.mix_runs.measured import measured
from corpusforge.mix_runs.runs import languages, name_of
from corpusforge.mix_runs.weights import Steps
from corpusforge.stored_run import StoredRun

CLUSTER = "minhash_cluster_size"


@dataclass
class Rings:
    """Numbers of the rings: (language, source) -> number, in the order in which they were met."""

    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, code: str, sources: np.ndarray) -> np.ndarray:
        """int64[n]: the rings of documents of a language, numbering new ones."""
        names, rows = np.unique(sources.astype(str), return_inverse=True)
        found = [self.numbers.setdefault((code, str(name)), len(self.numbers)) for name in names]
        return np.array(found, np.int64)[rows]


@dataclass(frozen=True)
class Selection:
    """What decides on the copies and rings of documents: the mixture, and copies by cluster size, by language."""

    mixture: Mixture
    weights: dict[str, Steps]
    rings: Rings = field(default_factory=Rings)

    @property
    def columns(self) -> list[str]:
        """Columns of the corpus that are read besides the key."""
        return sorted({CLUSTER, *columns_read(self.mixture.sources)})

    def rings_of(self, run: StoredRun, code: str, table: pa.Table) -> np.ndarray:
        """int64[n]: the rings of documents."""
        return self.rings.of(code, labels(table, self.mixture.sources, name_of(run)))

    def copies(self, code: str, table: pa.Table) -> np.ndarray:
        """int64[n]: copies of documents in an epoch."""
        if code not in self.weights:
            return np.ones(table.num_rows, np.int64)
        sizes = table[CLUSTER].fill_null(1).to_numpy()
        return copies_of(sizes, self.weights[code])

    def codes(self, run: StoredRun) -> list[str]:
        """The languages of the mixture that a run holds."""
        wanted = self.mixture.languages
        return [code for code in languages(run) if wanted == ("all",) or code in wanted]


@dataclass(frozen=True, eq=False)
class Copies:
    """Copies of documents: number of the copy, ring int64[n], place uint64[n], amounts int64[3, n] (`MEASURED`)."""

    number: int
    rings: np.ndarray
    place: np.ndarray
    amounts: np.ndarray


def all_copies(runs: list[StoredRun], selection: Selection) -> Iterator[Copies]:
    """Every copy of every document of the mixture's languages, without its text."""
    seed = selection.mixture.seed
    for run in runs:
        for code in selection.codes(run):
            for part in measured(run, code, selection.columns):
                rings = selection.rings_of(run, code, part.table)
                copies = selection.copies(code, part.table)
                amounts = np.stack([np.ones(len(rings), np.int64), part.words, part.bytes])
                for number in range(int(copies.max(initial=0))):
                    there = np.flatnonzero(copies > number)
                    copy = np.full(len(there), number, np.int64)
                    place = places(part.high[there], part.low[there], copy, seed, CHOICE)
                    yield Copies(number, rings[there], place, amounts[:, there])


class Aside:
    """Copies put aside in a file without a name, so that the runs are read once: 40 bytes a copy."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._kept: list[tuple[int, int]] = []  # number of the copy, how many

    def add(self, copies: Copies) -> None:
        """Keep copies."""
        with clear_errors(tempfile.gettempdir()):
            for part in (copies.rings, copies.place, np.ascontiguousarray(copies.amounts)):
                self._file.write(part.data)
        self._kept.append((copies.number, len(copies.rings)))

    def read(self) -> Iterator[Copies]:
        """Give them back, in order."""
        self._file.seek(0)
        for number, count in self._kept:
            rings = np.frombuffer(self._file.read(8 * count), np.int64)
            place = np.frombuffer(self._file.read(8 * count), np.uint64)
            amounts = np.frombuffer(self._file.read(8 * len(MEASURED) * count), np.int64)
            yield Copies(number, rings, place, amounts.reshape(len(MEASURED), count))

    def close(self) -> None:
        """Forget them."""
        self._file.close()


def take_census(runs: list[StoredRun], selection: Selection, aside: Aside) -> Census:
    """Count all rings, and put the copies aside."""
    census = Census()
    for copies in all_copies(runs, selection):
        census.add(copies.rings, copies.place, copies.amounts, np.full(len(copies.rings), copies.number == 0))
        aside.add(copies)
    return census


@dataclass(frozen=True)
class Ends:
    """Where each stage ends on a ring, and what lies before that, int64[3] each."""

    cuts: list[Cut]
    amounts: list[np.ndarray]


def find_cuts(aside: Aside, census: Census, measure: int, targets: dict[int, list[float]]) -> dict[int, Ends]:
    """The cuts of every ring for its targets, which are cumulative over stages, in `MEASURED[measure]`.

    Of each ring only what lies in the parts that a cut falls into is held.
    """
    coarse = {ring: [coarse_cut(census.counts[measure, ring], one) for one in ends] for ring, ends in targets.items()}
    wanted = {ring * BINS + cut.bin for ring, cuts in coarse.items() for cut in cuts if cut.bin is not None}
    held = _documents(aside, np.array(sorted(wanted), np.int64)) if wanted else {}
    found = {}
    for ring, cuts in coarse.items():
        exact, amounts = [], []
        for cut in cuts:
            before = cut.epoch * census.total(ring)
            if cut.bin is not None:
                before = before + census.counts[:, ring, : cut.bin].sum(axis=1)
                cut, inside = fine_cut(cut, *held[ring * BINS + cut.bin], measure)
                before = before + inside
            exact.append(cut)
            amounts.append(before)
        found[ring] = Ends(exact, amounts)
    return found


def _documents(aside: Aside, wanted: np.ndarray) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Places and amounts of what lies in the parts `wanted` (ring x BINS + part)."""
    shift = np.uint64(64 - (BINS - 1).bit_length())
    held: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {int(part): [] for part in wanted}
    for copies in aside.read():
        part = copies.rings * BINS + (copies.place >> shift).astype(np.int64)
        for one in np.intersect1d(part, wanted).tolist():
            inside = part == one
            held[one].append((copies.place[inside], copies.amounts[:, inside]))
    return {
        part: (np.concatenate([place for place, _ in found]), np.concatenate([amounts for _, amounts in found], axis=1))
        for part, found in held.items()
    }
