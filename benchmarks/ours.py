"""Our side: the functions that a worker of a run calls, on texts in a batch as it has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

import pyarrow as pa

from benchmarks.protocol import Documents

if TYPE_CHECKING:
    from corpusforge.text.words import Words

SETS = ("gopher_repetition", "fineweb_quality", "gopher_quality")


class Text:
    """The stages that read text. Parts: filters, signature, both, identify, clean.

    They get the documents as often as fills a batch of `batch` bytes, such as a worker has; the measurement divides by
    it. Rows are independent, and nothing is remembered from one to the next.
    """

    def __init__(self, batch: int, documents: Documents) -> None:
        from corpusforge.dedup.signature import Sketch
        from corpusforge.languages import load_language
        from corpusforge.rules.filter_set import load_filter_set
        from corpusforge.rules.thresholds import resolve_thresholds
        from corpusforge.stages.identify import Identifier
        from corpusforge.stages.options import Identify
        from corpusforge.text.segment import segmenter

        language = load_language(documents.code)
        self._segmenter, self._stop_words = segmenter(language.segmenter), language.stop_words
        self._sets = [load_filter_set(name) for name in SETS]
        self._thresholds = resolve_thresholds(self._sets, language.thresholds, language.code)
        self._sketch = Sketch()
        identify = Identify()
        self._identifier = Identifier(identify.model, sample=identify.sample)
        self._texts = pa.array(documents.items, pa.large_string())
        for work in self._work(documents.items[:3], 1).values():
            work()
        times = ceil(batch / documents.bytes)
        self.parts = self._work(documents.items, times)
        self.times = dict.fromkeys(self.parts, times)

    def counts(self) -> dict[str, float]:
        """Words by our segmenter, and what the three filters keep."""
        words, kept = self._judged(self._texts, self._segmenter.words(self._texts))
        return {"words": words, "kept": kept}

    def _judged(self, texts: pa.Array, words: Words) -> tuple[int, int]:
        """Statistics of all, decisions by all rules: (words, documents kept)."""
        import pyarrow.compute as pc

        from corpusforge.rules.evaluate import evaluate
        from corpusforge.text.statistics import statistics

        table = statistics(texts, words, self._stop_words)
        fates = evaluate(table, self._sets, self._thresholds)["fate"]
        return pc.sum(table["all_words"]).as_py(), fates.null_count()

    def _work(self, items: Sequence[str], times: int) -> Mapping[str, Callable[[], object]]:
        from corpusforge.stages.clean import STEPS, apply_edits, clean

        batch = pa.array([*items] * times, pa.large_string())

        def both() -> object:
            words = self._segmenter.words(batch)
            return self._judged(batch, words), self._sketch.signatures(batch, self._segmenter, words)

        return {
            "filters": lambda: self._judged(batch, self._segmenter.words(batch)),
            "signature": lambda: self._sketch.signatures(batch, self._segmenter),
            "both": both,
            "identify": lambda: self._identifier(batch),
            "clean": lambda: apply_edits(batch, clean(batch, tuple(STEPS))[0]),
        }


class Urls:
    """The URL filter."""

    def __init__(self, documents: Documents) -> None:
        from corpusforge.stages.url_filter import blocked

        def judge() -> None:
            self._kept = sum(reason is None for reason in blocked(documents.items))

        judge()
        self.parts = {"url_filter": judge}

    def counts(self) -> dict[str, float]:
        """URLs let through."""
        return {"kept": self._kept}
