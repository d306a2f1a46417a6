"""Texts a few megabytes at a time, and their words, cut once for everything that is computed of a portion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.phases.task import Worker
from corpusforge.settings import Settings

if TYPE_CHECKING:
    from corpusforge.text.segment import Segmenter
    from corpusforge.text.words import Words

PORTION_BYTES = 8 * 2**20  # text that statistics and signatures are computed of at a time


def portions(texts: pa.Array, size: int = PORTION_BYTES) -> Iterator[pa.Array]:
    """Consecutive texts of about `size` bytes, so that what is computed of them at a time stays small."""
    ends = np.cumsum(pc.fill_null(pc.binary_length(texts), 0).to_numpy())
    start = 0
    while start < len(texts):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + size, "right")))
        yield texts.slice(start, stop - start)
        start = stop


def segmenter_of(settings: Settings, code: str, worker: Worker) -> Segmenter:
    """What cuts a language's texts into words."""
    from corpusforge.text.segment import REFERENCE, segmenter

    use = settings.language(code).segmenter
    name = ("segmenter", use, code if use == REFERENCE else "")
    split: Segmenter = worker.opened(name, lambda: segmenter(use, code))
    return split


class LastWords:
    """The words of the texts that were cut last, so that side-cars that are given the same column cut it once."""

    def __init__(self) -> None:
        self._cut: tuple[pa.Array, Segmenter, Words] | None = None

    def of(self, texts: pa.Array, split: Segmenter) -> Words:
        """The words of texts."""
        if self._cut is None or self._cut[0] is not texts or self._cut[1] is not split:
            self.forget()
            self._cut = (texts, split, split.words(texts))
        return self._cut[2]

    def forget(self) -> None:
        """Give the memory back."""
        self._cut = None


def last_words(worker: Worker) -> LastWords:
    """Those of a worker."""
    found: LastWords = worker.opened("last words", LastWords)
    return found
