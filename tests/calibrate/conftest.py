"""Reference text for tests: documents put together of sentences of the sample crawl's articles (written by us)."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import articles, write_jsonl


def reference_texts(code: str, documents: int = 120, sentences: int = 12) -> list[str]:
    """Distinct documents: each takes some sentences of all articles, drawn by its number, three to a line."""
    every = [one for text in articles(code) for one in re.findall(r"[^.।!?\n]+[.।!?]", text)]
    found = []
    for start in range(documents):
        own = [one.strip() for one in random.Random(start).sample(every, sentences)]
        found.append("\n".join(" ".join(own[at : at + 3]) for at in range(0, sentences, 3)))
    return found


@pytest.fixture(scope="session")
def punjabi_reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_jsonl(tmp_path_factory.mktemp("reference") / "pan.jsonl", reference_texts("pan_Guru"))


@pytest.fixture(scope="session")
def make_reference(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, list[str]], Path]:
    """`make_reference(name, texts)`: the path of a JSONL file."""
    folder = tmp_path_factory.mktemp("made")
    return lambda name, texts: write_jsonl(folder / f"{name}.jsonl", texts)
