"""Main text of pages: every engine that the stage has, in its sandbox, against datatrove, trafilatura and resiliparse."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, get_args

import pyarrow as pa

from benchmarks.protocol import OURS, Case, Documents, Row
from benchmarks.sources import Sources

PAGES, QUICK_PAGES = 200, 25
PEERS = ("datatrove", "trafilatura", "resiliparse")


def engines() -> tuple[str, ...]:
    """The engines that `extract.engine` may name."""
    from corpusforge.stages.options import Extract

    return get_args(Extract.model_fields["engine"].annotation)


def cases(sources: Sources) -> Iterator[Case]:
    """One: all engines on the same pages."""
    sides: dict[str, Any] = {f"{OURS}, {name}": partial(Ours, name) for name in engines()}
    rows = [
        Row(f"extraction, {name}", ("extract",), dict.fromkeys(PEERS, ("extract",)), side=f"{OURS}, {name}")
        for name in engines()
    ]
    sides |= {"datatrove": Datatrove, "trafilatura": Trafilatura, "resiliparse": Resiliparse}
    count = QUICK_PAGES if sources.quick else PAGES
    yield Case("", "extraction", partial(sources.pages, count), sides, rows)


class Extraction:
    """Pages in, texts out; `counts` scores them where the gold texts are known."""

    def __init__(self, documents: Documents, extract: Callable[[list[str]], list[str | None]]) -> None:
        self._documents = documents
        self._texts: list[str | None] = []
        pages = list(documents.items)

        def work() -> None:
            self._texts = extract(pages)

        extract(pages[:3])
        self.parts = {"extract": work}

    def counts(self) -> dict[str, float]:
        """Pages with text, and the mean F1 of their words against the gold texts."""
        texts = [text or "" for text in self._texts]
        found: dict[str, float] = {"with_text": sum(bool(text.strip()) for text in texts)}
        if self._documents.gold:
            from benchmarks.gold_pages import score

            scores = [score(text, gold)[2] for text, gold in zip(texts, self._documents.gold, strict=True)]
            found["f1"] = sum(scores) / len(scores)
        return found


class Ours(Extraction):
    """The stage as ingest calls it, with its sandbox."""

    def __init__(self, engine: str, documents: Documents) -> None:
        from corpusforge.phases.map_stages import _Extraction
        from corpusforge.stages.options import Extract

        self._stage = _Extraction(Extract.model_validate({"engine": engine}))
        super().__init__(documents, self._extract)

    def _extract(self, pages: list[str]) -> list[str | None]:
        nothing = pa.nulls(len(pages), pa.large_string())
        rows = pa.table({"html": pa.array(pages, pa.large_string()), "text": nothing, "url": nothing})
        return self._stage(rows)["text"].to_pylist()

    def close(self) -> None:
        """End the child."""
        self._stage.close()


class Datatrove(Extraction):
    """Its block, with its sandbox: favour_precision, and 60 s a page instead of 1 s, so that none is lost."""

    def __init__(self, documents: Documents) -> None:
        from datatrove.data import Document
        from datatrove.pipeline.extractors import Trafilatura as Block
        from datatrove.utils.logging import logger

        block = Block(favour_precision=True, timeout=60)
        for page in documents.items[:3]:
            block.extract(page)  # its child is forked, and has what this process has loaded
        logger.remove()

        def extract(pages: list[str]) -> list[str | None]:
            found = block.run(Document(text=page, id=str(number)) for number, page in enumerate(pages))
            texts = {document.id: document.text for document in found}
            return [texts.get(str(number)) for number in range(len(pages))]

        super().__init__(documents, extract)


class Trafilatura(Extraction):
    """Called directly, in precision mode."""

    def __init__(self, documents: Documents) -> None:
        import trafilatura

        logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
        settings = {"favor_precision": True, "include_comments": False}
        super().__init__(documents, lambda pages: [trafilatura.extract(page, **settings) for page in pages])


class Resiliparse(Extraction):
    """Called directly, main content."""

    def __init__(self, documents: Documents) -> None:
        from resiliparse.extract.html2text import extract_plain_text

        super().__init__(documents, lambda pages: [extract_plain_text(page, main_content=True) for page in pages])
