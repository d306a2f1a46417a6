"""What the steps of deduplication have in common: their place in the graph, their files, what their rows were made with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from corpusforge.dedup.signature import Sketch
from corpusforge.io.storage import Storage
from corpusforge.phases.depends import Parts
from corpusforge.phases.task import Worker
from corpusforge.receipt import File, Receipt
from corpusforge.settings import Settings

EXCHANGE = "exchange"
BETWEEN = ("candidates", "components", "gather", "compare")  # phases whose files are of no use once clusters/ is there
NOTES = "deduplicated"  # of a receipt: what was compared, and what was left out


@dataclass(frozen=True)
class Step(ABC):
    """A node of one language's deduplication. `code`: the language-script; `number`: of its group or partition."""

    settings: Settings
    code: str
    number: int
    parts: Parts
    key: str
    tag: str

    phase = ""

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def unit(self) -> str:
        """The language-script and the number."""
        return f"{self.code}/{self.number:04d}"

    @property
    def path(self) -> str:
        """The file that the step writes."""
        return f"{EXCHANGE}/{self.phase}/{self.code}/{self.tag}-{self.number:04d}.parquet"

    @property
    def sketch(self) -> Sketch:
        """How the documents are sketched."""
        return sketch_of(self.settings)

    @property
    def options(self) -> Any:
        """Options of the stage `deduplicate`."""
        return self.settings.dataset.options("deduplicate")

    def header(self, **more: object) -> dict[str, object]:
        """What says that rows fit together."""
        sketch = self.sketch
        made = {"kind": sketch.kind, "bands": sketch.bands, "rows": sketch.rows, "words": sketch.words}
        return {**made, "seed": sketch.seed, **more}

    @abstractmethod
    def run(self, storage: Storage, worker: Worker) -> Receipt:
        """Do the work in the run directory `storage`."""

    def receipt(self, file: File, read: int, **notes: object) -> Receipt:
        """The receipt of the step's one file."""
        layer = f"{EXCHANGE}/{self.phase}"
        found = {"parts": self.parts, **notes}
        return Receipt(self.phase, self.unit, self.key, files={layer: [file]}, read=read, notes=found)


def sketch_of(settings: Settings) -> Sketch:
    """The sketch that the stage `signature` makes."""
    shape = settings.dataset.options("signature")
    return Sketch(shape.kind_, shape.bands, shape.rows, shape.words)
