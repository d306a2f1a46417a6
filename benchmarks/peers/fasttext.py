"""fastText, called directly: what language identification costs at least."""

from __future__ import annotations

from benchmarks.peers.datatrove import FasttextModel
from benchmarks.protocol import Documents


class FastText:
    """The best label of each text."""

    def __init__(self, documents: Documents) -> None:
        self._texts = documents.items
        self._model = FasttextModel()
        self.predict()
        self.parts = {"identify": self.predict}

    def predict(self) -> None:
        """One call per text, line feeds as spaces."""
        for text in self._texts:
            self._model.predict(text.replace("\n", " "), k=1)

    def counts(self) -> dict[str, float]:
        """Nothing to count."""
        return {}
