"""Judging a model on labelled texts as the pipeline would use it: its label, the text's script, and the sample."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from typing import Any

import pyarrow as pa

from corpusforge.language_index import entries
from corpusforge.lid.labelled import Labelled
from corpusforge.lid.scores import Pairs, Score
from corpusforge.models.confusable import Group, groups, merged
from corpusforge.models.labels import label_map
from corpusforge.models.load import load_model
from corpusforge.stages.identify import identify

SAMPLE = 8 * 2**10  # bytes of a text that are looked at, as in the shipped recipes
WORST = 20
NOTHING = "-"  # a text without any label
RESOURCES = (("high", 1_000_000), ("mid", 50_000), ("low", 1_000), ("tiny", 0))
"""Resource groups: documents of the language-script in FineWeb2, at least. English is not in it, and high."""

_AT_ONCE = 512
_ALWAYS_HIGH = frozenset({"eng_Latn"})


@dataclass(frozen=True)
class Judged:
    """What a model said of labelled texts. `known`: language-scripts that it can emit."""

    model: str
    pairs: Pairs
    sources: list[str]
    known: frozenset[str]

    @cached_property
    def languages(self) -> dict[str, Score]:
        """Scores by language-script."""
        return self.pairs.scores

    def of_sources(self, sources: Iterable[str]) -> "Judged":
        """The same of the texts of some sources."""
        chosen = set(sources)
        places = [place for place, source in enumerate(self.sources) if source in chosen]
        pairs = Pairs([self.pairs.gold[place] for place in places], [self.pairs.predicted[place] for place in places])
        return Judged(self.model, pairs, [self.sources[place] for place in places], self.known)

    def resources(self) -> dict[str, tuple[int, float]]:
        """Resource group -> (languages, macro F1)."""
        found: dict[str, list[str]] = {}
        for code in self.languages:
            found.setdefault(resource_group(code), []).append(code)
        return {name: (len(found[name]), self.pairs.macro_f1(found[name])) for name, _ in RESOURCES if name in found}

    def worst(self, count: int = WORST) -> list[str]:
        """The language-scripts with the least F1; of equal ones, those with most texts first."""
        return sorted(self.languages, key=lambda code: (self.languages[code].f1, -self.languages[code].support, code))[
            :count
        ]

    def mistaken(self, code: str, count: int = 3) -> list[tuple[str, int]]:
        """What the texts of a language-script were taken for instead."""
        others = Counter({label: n for label, n in self.pairs.confusions[code].items() if label != code})
        return sorted(others.items(), key=lambda item: (-item[1], item[0]))[:count]

    def confusable(self) -> list[tuple[Group, list[str], float, float]]:
        """Groups of which two members or more, of one script, are among the texts: their language-scripts, their macro F1
        apart, and the F1 of the group as one."""
        joined = self.pairs.mapped(merged)
        found = []
        for group in groups():
            own = [code for code in self.languages if code[:3] in group.members]
            by_script = Counter(code[4:] for code in own)
            own = [code for code in own if by_script[code[4:]] > 1]
            if own:
                together = joined.macro_f1({merged(code) for code in own})
                found.append((group, own, self.pairs.macro_f1(own), together))
        return found

    def merged_macro_f1(self) -> float:
        """Macro F1 when the members of a confusable group are one."""
        return self.pairs.mapped(merged).macro_f1()

    def data(self) -> dict[str, Any]:
        """Everything, as plain data."""
        known = [code for code in self.languages if code in self.known]
        return {
            "model": self.model,
            "texts": len(self.sources),
            "languages": len(self.languages),
            "macro_f1": round(self.pairs.macro_f1(), 4),
            "accuracy": round(self.pairs.accuracy(), 4),
            "can_emit": {"languages": len(known), "macro_f1": round(self.pairs.macro_f1(known), 4)},
            "merged_macro_f1": round(self.merged_macro_f1(), 4),
            "resources": {
                name: {"languages": count, "macro_f1": round(f1, 4)} for name, (count, f1) in self.resources().items()
            },
            "confusable": [
                {"group": group.name, "reason": group.reason, "languages": own, "macro_f1": round(apart, 4),
                 "merged_f1": round(together, 4)}
                for group, own, apart, together in self.confusable()
            ],
            "worst": self.worst(),
            "per_language": {
                code: {"support": score.support, "precision": round(score.precision, 4),
                       "recall": round(score.recall, 4), "f1": round(score.f1, 4), "mistaken_for": dict(self.mistaken(code))}
                for code, score in self.languages.items()
            },
        }  # fmt: skip


def resource_group(code: str) -> str:
    """The resource group of a language-script."""
    documents = _documents().get(code, 0)
    return "high" if code in _ALWAYS_HIGH else next(name for name, least in RESOURCES if documents >= least)


def judge(
    texts: Iterable[Labelled],
    model: str,
    path: str | None = None,
    mapping: str | None = None,
    sample: int | None = SAMPLE,
) -> Judged:
    """Identify every text and keep what it is and was taken for: a language-script, or the label where it means none."""
    loaded, labels = load_model(model, path), label_map(model, path, mapping)
    gold: list[str] = []
    predicted: list[str] = []
    sources: list[str] = []
    for batch in _batches(texts):
        found = identify(pa.array([one.text for one in batch], pa.large_string()), loaded, labels, sample)
        for one, row in zip(batch, found.to_pylist(), strict=True):
            gold.append(one.code)
            sources.append(one.source)
            named = f"{row['language']}_{row['language_script']}" if row["language"] else row["label"]
            predicted.append(named or NOTHING)
    known = labels.languages_meant() | {label for label in loaded.labels if label not in labels.languages}
    return Judged(model, Pairs(gold, predicted), sources, frozenset(known))


def _batches(texts: Iterable[Labelled]) -> Iterator[list[Labelled]]:
    going = iter(texts)
    while batch := list(islice(going, _AT_ONCE)):
        yield batch


@cache
def _documents() -> dict[str, int]:
    return {entry.code: entry.documents for entry in entries()}
