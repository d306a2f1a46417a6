"""Precision, recall, F1 and confusions from pairs of labels."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Score:
    """Of one label. support: texts that bear it; predicted: texts that were given it; right: both."""

    support: int
    predicted: int
    right: int

    @property
    def precision(self) -> float:
        """right / predicted; 0 where nothing was predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """right / support."""
        return self.right / self.support if self.support else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (self.support + self.predicted) if self.support + self.predicted else 0.0


class Pairs:
    """What texts are, and what they were taken for."""

    def __init__(self, gold: Sequence[str], predicted: Sequence[str]) -> None:
        self.gold, self.predicted = gold, predicted

    @cached_property
    def confusions(self) -> dict[str, Counter[str]]:
        """label -> Counter of what its texts were taken for, itself included."""
        found: dict[str, Counter[str]] = {}
        for one, other in zip(self.gold, self.predicted, strict=True):
            found.setdefault(one, Counter())[other] += 1
        return found

    @cached_property
    def scores(self) -> dict[str, Score]:
        """Of every label that some text bears."""
        support, predicted = Counter(self.gold), Counter(self.predicted)
        right = Counter(one for one, other in zip(self.gold, self.predicted, strict=True) if one == other)
        return {label: Score(support[label], predicted[label], right[label]) for label in sorted(support)}

    def macro_f1(self, of: Iterable[str] | None = None) -> float:
        """Mean F1 of the labels that texts bear, each counting the same; of those in `of` alone."""
        chosen = set(self.scores) if of is None else set(of) & set(self.scores)
        return sum(self.scores[label].f1 for label in chosen) / len(chosen) if chosen else 0.0

    def accuracy(self) -> float:
        """Share of texts that were given their label."""
        return sum(score.right for score in self.scores.values()) / len(self.gold) if self.gold else 0.0

    def mapped(self, name: Callable[[str], str]) -> "Pairs":
        """The pairs under other names, so that labels with one name are told apart no longer."""
        return Pairs([name(one) for one in self.gold], [name(one) for one in self.predicted])
