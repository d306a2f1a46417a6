"""Where every chosen copy stands in the dataset: a hash, or a curriculum's window and then a hash."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpusforge.errors import UserError
from corpusforge.mix.curriculum import Distribution, order_of, windows_of
from corpusforge.mix.difficulty import SIGNALS
from corpusforge.mix.mixture import Order
from corpusforge.mix.ring import SHUFFLE, SPREAD, places
from corpusforge.mix_runs.chosen import Chosen, chosen_rows
from corpusforge.mix_runs.measured import measured
from corpusforge.mix_runs.plan import Plan
from corpusforge.mix_runs.runs import data_batches, languages
from corpusforge.stored_run import StoredRun

_LANGUAGE_SCORE = "language_score"
LEFT = ".signals-"  # how names begin that a killed build leaves


class Ordering:
    """The order of a plan's copies. With a curriculum, the signal of every document is computed first, and kept in a file."""

    def __init__(self, plan: Plan, folder: str | None) -> None:
        self._plan = plan
        self._order = plan.file.mixture.order
        self._seed = plan.file.mixture.seed
        self._codes = {code: number for number, code in enumerate(sorted({one.language for one in plan.there}))}
        self._distribution = Distribution()
        self._values: dict[tuple[int, str], np.ndarray] = {}
        self._folder = tempfile.TemporaryDirectory(dir=folder, prefix=LEFT) if self._order else None
        if self._order is not None:
            self._compute(self._order)

    def of(self, chosen: Chosen) -> np.ndarray:
        """uint64[copies]: what the dataset is sorted by, within a stage."""
        shuffled = places(chosen.high[chosen.row], chosen.low[chosen.row], chosen.repeat, self._seed, SHUFFLE)
        if self._order is None:
            return order_of(None, shuffled)
        chance = self._chance(chosen, SPREAD)
        groups, values = self._grouped(self._order, chosen)
        easiness = self._distribution.easiness(groups, values, self._order.ascending, self._chance(chosen, SHUFFLE))
        return order_of(windows_of(self._order, easiness, chance), shuffled)

    def close(self) -> None:
        """Remove the file of signals."""
        self._values.clear()
        if self._folder is not None:
            self._folder.cleanup()

    def _compute(self, order: Order) -> None:
        assert self._folder is not None
        for number, run in enumerate(self._plan.runs):
            for code in self._plan.selection.codes(run):
                path = Path(self._folder.name) / f"{number}-{code}"
                values: np.ndarray = np.memmap(path, np.float64, "w+", shape=languages(run)[code])
                if order.by not in SIGNALS:
                    self._stored(order, run, code, values)
                self._values[number, code] = values
        for chosen in chosen_rows(self._plan):
            if order.by in SIGNALS:
                rows = np.unique(chosen.row)
                texts = chosen.table["text"].take(pa.array(rows)).combine_chunks()
                self._of(chosen)[chosen.start + rows] = SIGNALS[order.by](texts, chosen.language)
            groups, values = self._grouped(order, chosen)
            self._distribution.add(groups, values, np.ones(len(values)))

    def _stored(self, order: Order, run: StoredRun, code: str, values: np.ndarray) -> None:
        if order.by == _LANGUAGE_SCORE:
            start = 0
            for table in data_batches(run, code, [_LANGUAGE_SCORE]):
                scores = table[_LANGUAGE_SCORE].to_numpy(zero_copy_only=False)
                values[start : start + table.num_rows] = scores
                start += table.num_rows
            return
        try:
            for part in measured(run, code, [], order.by):
                values[part.rows] = part.signal
        except UserError as error:
            also = f" and, computed from the text: {', '.join(SIGNALS)}"
            raise UserError(f"{self._plan.file.where('order', 'by')}: {error}{also}") from None

    def _of(self, chosen: Chosen) -> np.ndarray:
        return self._values[self._plan.runs.index(chosen.run), chosen.language]

    def _grouped(self, order: Order, chosen: Chosen) -> tuple[np.ndarray, np.ndarray]:
        """Groups (stage and, where the order is within languages, language) and values of copies."""
        language = self._codes[chosen.language] if order.within == "language" else 0
        groups = chosen.stage * len(self._codes) + language
        return groups, np.asarray(self._of(chosen)[chosen.start + chosen.row])

    def _chance(self, chosen: Chosen, purpose: int) -> np.ndarray:
        place = places(chosen.low[chosen.row], chosen.high[chosen.row], chosen.repeat, self._seed, purpose)
        found: np.ndarray = (place >> np.uint64(11)).astype(np.float64) / 2**53
        return found
