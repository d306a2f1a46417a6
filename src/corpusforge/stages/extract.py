"""Main text of HTML pages, by trafilatura in precision mode, in a sandbox.

Settings are those of datatrove 0.10.1's Trafilatura block (favour precision, no comments, tables kept) with
one exception: `deduplicate` is off. It drops paragraphs seen earlier *in the same process*, so a page's text
would depend on which pages were extracted before it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from corpusforge.stages.sandbox import Sandbox
from corpusforge.stages.sandbox_process import Failure

EXTRACT_EMPTY = "extract_empty"
STAGE_ERROR = "stage_error/extract"
TIMEOUT = "stage_error/timeout"

WATCHDOG_S = 60.0
MEMORY_BYTES = 2 * 2**30
_RESET_EVERY = 1_000  # pages; trafilatura's caches hold text and are never emptied by itself


@dataclass(frozen=True)
class Extraction:
    """What became of one page: its text, or its fate and what went wrong."""

    text: str | None = None
    fate: str | None = None
    error: str | None = None


class MainText:
    """The main text of decoded HTML. The same page gives the same text, whatever was extracted before it."""

    def __init__(self) -> None:
        import trafilatura

        # It logs every page that it finds nothing in.
        logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
        self._extract = trafilatura.extract
        self._since_reset = 0

    def __call__(self, html: str) -> str | None:
        """Text with one line per block, or None where there is none. Raises whatever the extractor raises."""
        self._since_reset += 1
        if self._since_reset >= _RESET_EVERY:
            from trafilatura.meta import reset_caches

            reset_caches()
            self._since_reset = 0
        return self._extract(html, favor_precision=True, include_comments=False, deduplicate=False)


class Extractor:
    """Extracts batches of pages in a child process that can be killed; a context manager."""

    def __init__(self, watchdog_s: float = WATCHDOG_S, memory_bytes: int = MEMORY_BYTES) -> None:
        """`watchdog_s`: seconds for one page; `memory_bytes`: address space beyond the loaded extractor."""
        self._sandbox = Sandbox("corpusforge.stages.extract:MainText", watchdog_s, memory_bytes)

    def extract(self, pages: Sequence[str]) -> list[Extraction]:
        """The extraction of each page, in order.

        Fates: `extract_empty`, `stage_error/extract`, `stage_error/timeout`.
        """
        return [_extraction(answer) for answer in self._sandbox.stream(pages)]

    def close(self) -> None:
        """End the child process."""
        self._sandbox.close()

    def __enter__(self) -> "Extractor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _extraction(answer: str | Failure | None) -> Extraction:
    if isinstance(answer, Failure):
        fate = TIMEOUT if answer.kind == "timeout" else STAGE_ERROR
        return Extraction(fate=fate, error=f"{answer.kind}: {answer.message}")
    if answer is None or not answer.strip():
        return Extraction(fate=EXTRACT_EMPTY)
    return Extraction(text=answer)
