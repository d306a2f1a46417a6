"""Pages with human gold text in the shared data, the site each belongs to, and how an extraction is scored.

Full gold (`FULL`): fundus (pages whose gold paragraphs were found in the page), the article extraction benchmark,
Readability's test pages, newspaper4k. Snippets (`with` must be in the text, `without` must not): html_trafilatura.
Not used: goose3 (a prefix only), HPLT's own text (another extractor's output), pages without gold.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import xxhash
import zstandard
from fastwarc.warc import ArchiveIterator, WarcRecordType

from corpusforge.io.charset import decode

FULL = {
    "fundus": "html_fundus/fundus",
    "article_benchmark": "html_extraction_small/article_extraction_benchmark",
    "readability": "html_extraction_small/mozilla_readability",
    "newspaper4k": "html_extraction_small/newspaper4k",
}
SNIPPETS = {"trafilatura": "html_trafilatura/trafilatura_eval"}
# Pages that nobody annotated: a crawl's, Chinese news, listings, and logins, searches and home pages.
UNLABELLED = (
    "html_hplt_cc_sample/hplt_sample100",
    "html_extraction_small/gne_chinese",
    "html_extraction_small/autopager_listing_pages",
    "html_formasaurus/formasaurus_pages",
)
TEST_EVERY = 4  # sites whose hash is a multiple of it are never trained on

_CANONICAL = re.compile(r"<link[^>]+rel=[\"']?canonical[\"']?[^>]*>", re.IGNORECASE)
_OG_URL = re.compile(r"<meta[^>]+og:url[^>]*>", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\"'\s<>]+", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s[^>]*href=[\"']?(https?://[^\"'\s<>]+)", re.IGNORECASE)
# One token: a word, or one character of a script that writes without spaces.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


@dataclass(frozen=True)
class Page:
    """One page: `gold` is its whole main text, or None where only snippets are known."""

    source: str
    url: str
    site: str
    language: str
    html: str
    gold: str | None
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    @property
    def is_test(self) -> bool:
        """True where the page's site is kept out of training."""
        return is_test(self.site)


def is_test(site: str) -> bool:
    """The seeded rule of the split: by registrable domain, one in four."""
    return xxhash.xxh64_intdigest(site.encode(), seed=2) % TEST_EVERY == 0


def read_pages(data: Path, sources: Iterable[str] = tuple(FULL)) -> list[Page]:
    """The pages of `sources` that have gold, in the order of the files. `data` holds the html_* folders."""
    return [page for source in sources for page in _pages(data, source)]


def read_html(warc: Path) -> dict[str, str]:
    """URL -> decoded page: as a run decodes it, but what is UTF-8 stays so whatever its meta tag says.

    Some pages were repacked as UTF-8 and still name the charset that they were in.
    """
    found = {}
    with warc.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            data = record.reader.read()
            try:
                found[record.headers["WARC-Target-URI"]] = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                found[record.headers["WARC-Target-URI"]] = decode(data)[0]
    return found


def read_unlabelled(data: Path) -> list[Page]:
    """Pages that nobody has annotated (`UNLABELLED`)."""
    found = []
    for name in UNLABELLED:
        stem = data / name
        html = read_html(stem.with_name(stem.name + ".warc.gz"))
        about = stem.with_name(stem.name + ".gold.jsonl.zst")
        rows = {row["url"]: row for row in _rows(about)} if about.exists() else {}
        for url, page in html.items():
            row = rows.get(url, {"url": url})
            found.append(Page(stem.name, url, _site(row, page), _language(row, page), page, None))
    return found


def tokens(text: str) -> list[str]:
    """Words in lower case; of scripts without spaces, characters."""
    return _TOKEN.findall(text.lower())


def score(text: str, gold: str, shingle: int = 1) -> tuple[float, float, float]:
    """Precision, recall and F1 of the multiset of words (or of shingles of so many words). Empty text scores 0."""
    ours, theirs = _counted(tokens(text), shingle), _counted(tokens(gold), shingle)
    both = sum((ours & theirs).values())
    if both == 0:
        return 0.0, 0.0, 0.0
    precision, recall = both / sum(ours.values()), both / sum(theirs.values())
    return precision, recall, 2 * precision * recall / (precision + recall)


def snippet_score(texts: list[str], pages: list[Page]) -> tuple[float, float, float]:
    """Precision, recall and F1 over all snippets, as trafilatura's tests/evaluate.py counts them."""
    found: Counter[str] = Counter()
    for text, page in zip(texts, pages, strict=True):
        found.update("tp" if one in text else "fn" for one in page.wanted)
        found.update("fp" if one in text else "tn" for one in page.unwanted)
    precision = found["tp"] / max(1, found["tp"] + found["fp"])
    recall = found["tp"] / max(1, found["tp"] + found["fn"])
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _counted(words: list[str], shingle: int) -> Counter[Any]:
    if shingle == 1 or len(words) < shingle:
        return Counter(words)
    return Counter(zip(*(words[start:] for start in range(shingle)), strict=False))


def _pages(data: Path, source: str) -> Iterator[Page]:
    stem = data / (FULL | SNIPPETS)[source]
    html = read_html(stem.with_name(stem.name + ".warc.gz"))
    for row in _rows(stem.with_name(stem.name + ".gold.jsonl.zst")):
        page, gold = html.get(row["url"]), row.get("gold_text")
        wanted, unwanted = tuple(row.get("with") or ()), tuple(row.get("without") or ())
        if not page or not (gold or wanted or unwanted):
            continue
        site = _site(row, page)
        language = _language(row, page)
        yield Page(source, row["url"], site, language, page, gold, wanted, unwanted)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as stream:
        text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), encoding="utf-8")
        yield from map(json.loads, text)


def _language(row: dict[str, Any], page: str) -> str:
    """Two or three letters, as the data or the page says it; `und` where neither does."""
    for name in ("lang", "html_lang", "lang_meta"):
        if row.get(name):
            found = str(row[name])
            break
    else:
        match = re.search(r"<html[^>]*?\slang=[\"']?([A-Za-z]{2,3})", page)
        found = match[1] if match else "und"
    code = re.split(r"[-_]", found)[0].lower()
    return {"eng": "en", "cmn": "zh", "zho": "zh", "deu": "de", "fra": "fr"}.get(code, code)


def _site(row: dict[str, Any], page: str) -> str:
    """Registrable domain of the page. Where the data gives no URL: of what the page itself calls its address, else the
    domain that it links to most, else the beginning of its name in the data."""
    if not urlsplit(row["url"]).hostname or not row["url"].split("/")[2].endswith(".invalid"):
        return _domain(row["url"])
    for tag in _CANONICAL.findall(page) + _OG_URL.findall(page):
        for link in _LINK.findall(tag):
            if domain := _domain(link):
                return domain
    linked = Counter(_domain(link) for link in _ANCHOR.findall(page))
    linked.pop("", None)
    if linked:
        return linked.most_common(1)[0][0]
    return re.sub(r"[-_0-9]+$", "", str(row.get("id") or row.get("publisher")))


@cache
def _suffixes() -> Any:
    from tldextract import TLDExtract

    return TLDExtract(cache_dir=None, suffix_list_urls=())


def _domain(url: str) -> str:
    found = _suffixes()(url)
    return str(found.top_domain_under_public_suffix)
