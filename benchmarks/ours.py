"""Our side: the functions that a worker of a run calls, on texts in a batch as it has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from benchmarks.protocol import Documents

SETS = ("gopher_repetition", "fineweb_quality", "gopher_quality")


class Text:
    """The stages that read text. Parts: filters, signature, both, identify, clean, pass."""

    def __init__(self, documents: Documents) -> None:
        from corpusforge.dedup.signature import Sketch
        from corpusforge.languages import load_language
        from corpusforge.rules.filter_set import load_filter_set
        from corpusforge.rules.thresholds import resolve_thresholds
        from corpusforge.stages.identify import Identifier
        from corpusforge.text.segment import segmenter

        language = load_language(documents.code)
        self._segmenter, self._stop_words = segmenter(language.segmenter), language.stop_words
        self._sets = [load_filter_set(name) for name in SETS]
        self._thresholds = resolve_thresholds(self._sets, language.thresholds, language.code)
        self._sketch = Sketch()
        self._identifier = Identifier("lid176")
        self._texts = pa.array(documents.items, pa.large_string())
        for work in self._work(documents.items[:3]).values():
            work()
        self.parts = self._work(documents.items)

    def counts(self) -> dict[str, float]:
        """Words by our segmenter, and what the three filters keep."""
        words, kept = self._judged(self._texts)
        return {"words": words, "kept": kept}

    def _judged(self, texts: pa.Array) -> tuple[int, int]:
        """Statistics of all, decisions by all rules: (words, documents kept)."""
        import pyarrow.compute as pc

        from corpusforge.rules.evaluate import evaluate
        from corpusforge.text.statistics import statistics

        table = statistics(texts, self._segmenter.words(texts), self._stop_words)
        fates = evaluate(table, self._sets, self._thresholds)["fate"]
        return pc.sum(table["all_words"]).as_py(), fates.null_count()

    def _work(self, items: Sequence[str]) -> Mapping[str, Callable[[], object]]:
        from corpusforge.stages.clean import STEPS, apply_edits, clean

        texts = pa.array(items, pa.large_string())

        def judge() -> object:
            return self._judged(texts)

        def sign() -> object:
            return self._sketch.signatures(texts, self._segmenter)

        def both() -> object:
            return judge(), sign()

        def identify() -> object:
            return self._identifier(texts)

        def repair() -> object:
            return apply_edits(texts, clean(texts, tuple(STEPS))[0])

        def everything() -> object:
            return identify(), both(), repair()

        return {
            "filters": judge,
            "signature": sign,
            "both": both,
            "identify": identify,
            "clean": repair,
            "pass": everything,
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
