"""Main text of HTML pages, by one of three engines.

`trafilatura` (the published pipeline's) and `resiliparse` run in a sandbox: they may hang, die or eat memory on hostile
pages. `blocks` runs in this process: its kernels do a bounded amount of work for each byte of a page, call no other
library, and hold some ten times the page (corpusforge/html/scan.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from corpusforge.html.main_text import Tables
from corpusforge.stages.sandbox import Sandbox
from corpusforge.stages.sandbox_process import Failure

EXTRACT_EMPTY = "extract_empty"
STAGE_ERROR = "stage_error/extract"
TIMEOUT = "stage_error/timeout"

WATCHDOG_S = 60.0
MEMORY_BYTES = 2 * 2**30

Engine = Literal["trafilatura", "resiliparse", "blocks"]


@dataclass(frozen=True)
class Extraction:
    """What became of one page: its text, or its fate and what went wrong."""

    text: str | None = None
    fate: str | None = None
    error: str | None = None


class Extractor:
    """Extracts batches of pages; a context manager."""

    def __init__(
        self,
        watchdog_s: float = WATCHDOG_S,
        memory_bytes: int = MEMORY_BYTES,
        engine: Engine = "trafilatura",
        tables: Tables = "markdown",
    ) -> None:
        """`watchdog_s`: seconds for one page; `memory_bytes`: address space beyond the loaded extractor. Both hold for
        the engines in the sandbox."""
        self._tables = tables
        self._sandbox: Sandbox | None = None
        if engine != "blocks":
            function = f"corpusforge.stages.{engine}_engine:MainText:{tables}"
            self._sandbox = Sandbox(function, watchdog_s, memory_bytes)

    def extract(self, pages: Sequence[str]) -> list[Extraction]:
        """The extraction of each page, in order.

        Fates: `extract_empty`, `stage_error/extract`, `stage_error/timeout`.
        """
        if self._sandbox is None:
            return [self._by_blocks(page) for page in pages]
        return [_extraction(answer) for answer in self._sandbox.stream(pages)]

    def close(self) -> None:
        """End the child process, if there is one."""
        if self._sandbox is not None:
            self._sandbox.close()

    def __enter__(self) -> "Extractor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _by_blocks(self, page: str) -> Extraction:
        from corpusforge.html.main_text import main_text

        try:
            return _extraction(main_text(page, self._tables))
        except MemoryError as error:
            return _extraction(Failure("memory", str(error)))


def _extraction(answer: str | Failure | None) -> Extraction:
    if isinstance(answer, Failure):
        fate = TIMEOUT if answer.kind == "timeout" else STAGE_ERROR
        return Extraction(fate=fate, error=f"{answer.kind}: {answer.message}")
    if answer is None or not answer.strip():
        return Extraction(fate=EXTRACT_EMPTY)
    return Extraction(text=answer)
