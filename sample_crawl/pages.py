"""The pages of the sample crawl: an entry of `crawl.yaml`, the article behind it, and its HTML in a layout."""

import zlib
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jinja2
import yaml

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One captured page of `crawl.yaml`."""

    url: str
    article: str | None = None  # a text below articles/ or, written `planted/...`, below planted/
    layout: str = "news"
    language: str = "pan_Guru"  # whose words surround a page that has no article of that language
    title: str | None = None  # replaces the article's title
    swap: dict[str, str] = field(default_factory=dict)  # a passage of the article -> what replaces it
    append: list[str] = field(default_factory=list)  # paragraphs added at the end
    quote: dict[str, int] = field(default_factory=dict)  # another article -> how many of its paragraphs follow
    body: str = "page"  # page, png, pdf or empty
    pad_mib: int = 0  # an HTML comment of this many MiB
    cut_after: str | None = None  # the body ends right after the last occurrence of this
    charset: str = "utf-8"  # of the bytes
    bom: bool = False
    meta_charset: str | None = "utf-8"  # what the page says of itself
    record: str = "response"  # response, resource, conversion or revisit
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)  # further HTTP headers
    warc_headers: dict[str, str] = field(default_factory=dict)
    transfer: list[str] = field(default_factory=list)  # gzip, chunked
    damage: str | None = None  # truncated or overwritten


@dataclass(frozen=True)
class Article:
    """A text of articles/ or planted/."""

    title: str
    date: str
    author: str
    blocks: list[str | list[str]]  # a paragraph, or the items of a list


def read_article(name: str) -> Article:
    """The text called `name`, as the `article` of an entry names it."""
    folder = HERE if name.startswith("planted/") else HERE / "articles"
    head, _, text = (folder / f"{name}.txt").read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    blocks: list[str | list[str]] = []
    for block in text.strip().split("\n\n"):
        lines = block.splitlines()
        blocks.append([line[2:] for line in lines] if block.startswith("- ") else " ".join(lines))
    return Article(fields["title"], fields["date"], fields["author"], blocks)


def article_of(entry: Entry) -> Article:
    """The article after the entry's edits; a passage to swap that is not there exactly once is a ValueError."""
    article = read_article(entry.article) if entry.article else Article("", "", "", [])
    blocks = list(article.blocks)
    for old, new in entry.swap.items():
        hits = [i for i, block in enumerate(blocks) if isinstance(block, str) and block.count(old) == 1]
        if len(hits) != 1:
            raise ValueError(f"crawl.yaml: {entry.url}: {old!r} must be in {entry.article} exactly once")
        blocks[hits[0]] = str(blocks[hits[0]]).replace(old, new)
    for name, paragraphs in entry.quote.items():
        blocks += read_article(name).blocks[:paragraphs]
    return replace(article, title=entry.title or article.title, blocks=[*blocks, *entry.append])


class Layouts:
    """The layouts, and per language the words around an article."""

    def __init__(self) -> None:
        loader = jinja2.FileSystemLoader(HERE / "layouts")
        self.templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
        self.words: dict[str, Any] = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))

    def html(self, entry: Entry) -> str:
        """The page; it links to three other articles of its language, chosen by its URL."""
        source = (entry.article or "").partition("/")[0]
        language = source if source in self.words else entry.language
        names = sorted(path.stem for path in (HERE / "articles" / language).glob("*.txt"))
        start = zlib.crc32(entry.url.encode()) % len(names)
        page = self.templates.get_template(f"{entry.layout}.html.j2").render(
            article=article_of(entry),
            words=self.words[language],
            related=[read_article(f"{language}/{name}").title for name in (names + names)[start : start + 3]],
            url=entry.url,
            charset=entry.meta_charset,
            status=HTTPStatus(entry.status).phrase,
        )
        if entry.pad_mib:
            page = page.replace("</body>", f"<!--{' ' * (entry.pad_mib << 20)}-->\n</body>")
        if entry.cut_after:
            page = page[: page.rindex(entry.cut_after) + len(entry.cut_after)]
        return page

    def text(self, entry: Entry) -> str:
        """What a WET file says of the page: its title, then a line per paragraph."""
        article = article_of(entry)
        return "\n".join([article.title, *map(str, article.blocks)])
