"""A fixed set of documents that no corpus wants, made for each language from its own clean text and from real pages.

Seeded by language and kind: the same data give the same set. What a filter removes of it is what its rules are worth.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from benchmarks.boilerplate import Page

PER_KIND = 100
MARKS = ".,;:!?|…۔؟،؛।॥።፡፣፤\"'“”‘’«»()[]{}<>-–—"
NO_SPACES = 40  # characters of a "word" on average, from which on a text has no spaces between words


class Maker:
    """Makes noise of one kind after another out of a language's documents (`texts`) and of pages' boilerplate."""

    def __init__(self, code: str, texts: Sequence[str], pages: Sequence[Page]) -> None:
        self.code, self.texts, self.pages = code, texts, pages
        self.random = random.Random()

    def documents(self, kind: str, number: int = PER_KIND) -> Iterator[str]:
        """`number` documents of a kind (`KINDS`)."""
        for index in range(number):
            self.random.seed(f"{self.code} {kind} {index}")
            yield KINDS[kind](self)

    def text(self) -> str:
        """A document of the language."""
        return self.random.choice(self.texts)

    def words(self, least: int = 0) -> list[str]:
        """The words of a document, more where it has fewer than `least`."""
        words = _split(self.text())
        while len(words) < least:
            words += _split(self.text())
        return words

    def phrase(self, least: int, most: int) -> str:
        """So many consecutive words of a document, as a title or an item of a menu has: without marks."""
        size = self.random.randint(least, most)
        words = self.words(size)
        start = self.random.randrange(len(words) - size + 1)
        plain = [word.strip(MARKS) for word in words[start : start + size]]
        return _joined([word for word in plain if word] or words[start : start + 1])


def shuffled(maker: Maker) -> str:
    """The words of a document in random order, in lines of as many words as its own."""
    lines = [_split(line) for line in maker.text().split("\n")]
    words = [word for line in lines for word in line]
    maker.random.shuffle(words)
    order = iter(words)
    return "\n".join(_joined([next(order) for _ in line]) for line in lines)


def salad(maker: Maker) -> str:
    """100 to 400 words of many documents in random order, all in one line: spam for search engines."""
    size = maker.random.randint(100, 400)
    return _joined([maker.random.choice(maker.words(1)) for _ in range(size)])


def repeated(maker: Maker) -> str:
    """A passage of 5 to 60 words, again and again until there are 100 to 500, by lines or by spaces."""
    size, goal = maker.random.randint(5, 60), maker.random.randint(100, 500)
    passage = _joined(maker.words(size)[:size])
    return maker.random.choice(("\n", " ", "\n\n")).join([passage] * (goal // size + 2))


def again(maker: Maker) -> str:
    """A document whose lines or, where it has few, whose halves come two or three times."""
    lines = [line for line in maker.text().split("\n") if line.strip()]
    times = maker.random.randint(2, 3)
    if len(lines) > 3:
        return "\n".join(line for line in lines for _ in range(times))
    return "\n".join(["\n".join(lines)] * times)


def list_page(maker: Maker) -> str:
    """Titles of 1 to 8 words, one a line, some with a number, a bullet or a date: a page of links."""
    return "\n".join(_items(maker))


def list_in_a_line(maker: Maker) -> str:
    """The same with all titles in one line: what an extractor that drops line breaks makes of it."""
    return maker.random.choice((" ", " | ", " » ", " - ")).join(_items(maker))


def teasers(maker: Maker) -> str:
    """Beginnings of texts, cut after 30 to 80 characters with and without dots: a front page."""
    end = maker.random.choice(("", "...", "…", " [...]"))
    return "\n".join(
        maker.text()[: maker.random.randint(30, 80)].replace("\n", " ") + end
        for _ in range(maker.random.randint(12, 40))
    )


def tags(maker: Maker) -> str:
    """60 to 200 words without sentences, between commas or spaces: a cloud of tags."""
    between = maker.random.choice((", ", " ", " · ", " #"))
    return between.join(maker.phrase(1, 2) for _ in range(maker.random.randint(60, 200)))


def numbers(maker: Maker) -> str:
    """A table: rows of a label and some numbers."""
    rows = []
    for _ in range(maker.random.randint(12, 60)):
        cells = [
            f"{maker.random.randint(0, 10 ** maker.random.randint(1, 5))}" for _ in range(maker.random.randint(2, 7))
        ]
        rows.append(maker.random.choice((" ", " | ", "\t")).join([maker.phrase(1, 3), *cells]))
    return "\n".join(rows)


def symbols(maker: Maker) -> str:
    """A document of which every second to fourth word has become signs: broken encoding, rules, code."""
    every = maker.random.randint(2, 4)
    signs = "#$%&*+-/:;<=>?@\\^_|~{}[]"
    words = maker.words(60)
    for place in range(0, len(words), every):
        words[place] = "".join(maker.random.choice(signs) for _ in range(maker.random.randint(1, 6)))
    return _joined(words)


def boilerplate(maker: Maker) -> str:
    """Navigation, footers, cookie banners and side bars of a real page, one block a line."""
    return "\n".join(maker.random.choice(maker.pages).blocks)


def boilerplate_in_a_line(maker: Maker) -> str:
    """The same, all in one line."""
    return " ".join(maker.random.choice(maker.pages).blocks)


KINDS: dict[str, Callable[[Maker], str]] = {
    "shuffled": shuffled,
    "word salad": salad,
    "repeated passage": repeated,
    "lines again": again,
    "list page": list_page,
    "list in a line": list_in_a_line,
    "teasers": teasers,
    "tags": tags,
    "numbers": numbers,
    "symbols": symbols,
    "boilerplate": boilerplate,
    "boilerplate in a line": boilerplate_in_a_line,
}


def _items(maker: Maker) -> list[str]:
    mark = maker.random.choice(("", "", "- ", "• ", "{n}. ", "{d}.{m}.2019 "))
    items = []
    for number in range(maker.random.randint(20, 80)):
        head = mark.format(n=number + 1, d=maker.random.randint(1, 28), m=maker.random.randint(1, 12))
        items.append(head + maker.phrase(1, 8))
    return items


def _split(text: str) -> list[str]:
    """The words between spaces; the characters of a text that has none."""
    words = text.split()
    return list(text) if words and len(text) > NO_SPACES * len(words) else words


def _joined(words: Sequence[str]) -> str:
    single = sum(len(word) == 1 and ord(word) > 0x2E80 for word in words)
    return ("" if 2 * single > len(words) else " ").join(words)
