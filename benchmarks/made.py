"""Made documents, for machines without the real data: sentences of the sample crawl's articles, drawn by seed."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

ARTICLES = Path(__file__).resolve().parents[1] / "sample_crawl" / "articles"
_SENTENCE_END = re.compile(r"(?<=[.!?।۔。！？])\s*")


@cache
def sentences(code: str) -> tuple[str, ...]:
    """Every sentence of the articles in a language-script; none where there are no articles."""
    texts = [path.read_text(encoding="utf-8").split("\n\n", 1)[1] for path in sorted((ARTICLES / code).glob("*.txt"))]
    return tuple(one for text in texts for one in _SENTENCE_END.split(" ".join(text.split())) if len(one) > 10)


def made_texts(code: str, size: int) -> list[str]:
    """Documents of 8 to 60 sentences until they have `size` bytes."""
    pool, chance = sentences(code), random.Random(code)
    found: list[str] = []
    while pool and size > 0:
        chosen = [chance.choice(pool) for _ in range(chance.randint(8, 60))]
        found.append("\n".join(" ".join(chosen[at : at + 4]) for at in range(0, len(chosen), 4)))
        size -= len(found[-1].encode())
    return found


def made_page(text: str) -> str:
    """A page with a menu and an article."""
    menu = "".join(f'<li><a href="/{item}">{item}</a></li>' for item in range(30))
    paragraphs = "".join(f"<p>{paragraph}</p>\n" for paragraph in text.split("\n"))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{text[:60]}</title></head><body><nav><ul>{menu}"
        f"</ul></nav><main><article><h1>{text[:60]}</h1>\n{paragraphs}</article></main></body></html>"
    )
