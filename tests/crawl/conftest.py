"""A small crawl, laid out as Common Crawl's are: the sample crawl's WARC files and an index made from them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import REPOSITORY
from tests.crawl.server import Web, serving
from tools.mirror import build_mirror

from corpusforge.crawl.root import Manners

CRAWL = "CC-MAIN-2025-26"
OLDER = "CC-MAIN-2024-10"
QUICK = Manners(connections=2, attempts=3, first_delay_s=0.01, longest_delay_s=0.02, timeout_s=5)
SAMPLE = REPOSITORY / "src" / "corpusforge" / "sample_crawl"


def languages(url: str, page: str) -> str | None:
    """A stand-in for CLD2: pages with Gurmukhi letters name Punjabi, some behind English; a few pages are not judged."""
    gurmukhi = sum("\u0a00" <= letter <= "\u0a7f" for letter in page)
    if "hash" in url or len(page) < 300:
        return None
    if gurmukhi > 200:
        return "eng,pan" if len(url) % 3 == 0 else "pan"
    return "eng" if page.isascii() else "rus,eng"


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A mirror with two crawls, and the rows of the newer one's index."""
    out = tmp_path_factory.mktemp("mirror")
    files = [SAMPLE / f"CC-SAMPLE-2025-26-0000{n}.warc{end}" for n, end in enumerate((".gz", ".gz", ".gz", "", ".zst"))]
    build_mirror(files[:1], out, OLDER, languages, index_files=1)
    return out, build_mirror(files, out, CRAWL, languages, row_group=16)


@pytest.fixture
def web(mirror: tuple[Path, list[dict[str, Any]]]) -> Iterator[Web]:
    with serving(mirror[0]) as server:
        yield server


@pytest.fixture(autouse=True)
def _slots_aside(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks of connections lie in the folder for temporary files: a test has its own."""
    folder = str(tmp_path_factory.mktemp("tmp"))
    monkeypatch.setattr(tempfile, "tempdir", folder)
    monkeypatch.setenv("TMPDIR", folder)
