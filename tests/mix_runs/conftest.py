"""Two small runs: web pages with copies, and books; made by the recipe from the sample crawl's articles (written by us)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import articles

from corpusforge.run import run
from corpusforge.settings import build_settings

LANGUAGES = ("arb_Arab", "eng_Latn", "hin_Deva", "pan_Guru", "urd_Arab")
Make = Callable[..., Path]


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _pages(texts: list[str], host: str) -> list[dict[str, Any]]:
    return [{"url": f"https://{host}/{number}", "text": text} for number, text in enumerate(texts)]


def make_run(folder: Path, source: Path, languages: tuple[str, ...] = LANGUAGES, **changes: Any) -> Path:
    """Run the recipe over the JSON lines of a folder."""
    settings = build_settings("fineweb2-style", languages, (f"{source}/*.jsonl",), changes=changes)
    run(settings, str(folder), workers=1)
    return folder


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`web/` and `books/`: JSON lines."""
    folder = tmp_path_factory.mktemp("mix-inputs")
    punjabi = articles("pan_Guru")
    _write(folder / "web" / "a.jsonl", _pages(punjabi[:12], "pa.wikipedia.org") + _pages(punjabi[:4], "copy.example"))
    others = [text for code in ("eng_Latn", "hin_Deva", "arb_Arab", "urd_Arab") for text in articles(code)]
    short = [" ".join(punjabi[26].split()[:30]) + "।", "\n".join([punjabi[3].split("\n")[0]] * 12)]
    _write(folder / "web" / "b.jsonl", _pages(others, "news.example") + _pages(short, "short.example"))
    _write(folder / "books" / "c.jsonl", _pages(punjabi[12:24], "books.example"))
    return folder


@pytest.fixture(scope="session")
def web(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over `web/`. Tests do not change it."""
    return make_run(tmp_path_factory.mktemp("mix-web") / "web", inputs / "web")


@pytest.fixture(scope="session")
def books(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over `books/`: Punjabi alone. Tests do not change it."""
    return make_run(tmp_path_factory.mktemp("mix-books") / "books", inputs / "books")


@pytest.fixture
def mixture(tmp_path: Path) -> Callable[[str], Path]:
    """`mixture(text)`: a mixture file."""

    def write(text: str) -> Path:
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
