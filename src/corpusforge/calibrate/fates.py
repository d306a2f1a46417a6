"""What rules make of a sample under several sets of thresholds, as `whatif` decides: over signals, without text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from corpusforge import documents
from corpusforge.calibrate.rules import Thresholds
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import FilterSet


@dataclass(frozen=True)
class Fates:
    """What rules make of a sample: documents, fates by name for each set of thresholds, and documents whose fate changes
    from published to calibrated by (before, after)."""

    documents: int
    removed: dict[str, int]  # published, default, calibrated
    fates: dict[str, dict[str, int]]
    moves: dict[tuple[str, str], int]

    @property
    def changed(self) -> int:
        """Documents with another fate under the calibrated values than under the published ones."""
        return sum(self.moves.values())


def fates_of(sets: Sequence[FilterSet], frames: Mapping[str, pl.DataFrame], values: Mapping[str, Thresholds]) -> Fates:
    """Decide every document of `frames` by the values of the same name. The frames hold the same documents."""
    by: dict[str, list[str]] = {
        name: evaluate(frame, sets, values[name])["fate"].fill_null(documents.KEPT).to_list()
        for name, frame in frames.items()
    }
    moves = Counter(
        (before, after) for before, after in zip(by["published"], by["calibrated"], strict=True) if before != after
    )
    counts = {name: dict(Counter(sorted(fates)).most_common()) for name, fates in by.items()}
    total = len(by["published"])
    removed = {name: total - found.get(documents.KEPT, 0) for name, found in counts.items()}
    return Fates(total, removed, counts, dict(sorted(moves.items(), key=lambda item: (-item[1], item[0]))))
