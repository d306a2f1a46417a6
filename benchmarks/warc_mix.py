"""A crawl file with a chosen share of pages in one language, from real pages, by a seed.

    python -m benchmarks.warc_mix OUT.warc.gz --data DIR --pages 1000 [--wanted ell_Grek --share 0.01 [--script Latn]]
        [--repeat]

A page counts as a language's when lid.176 says so of the text that resiliparse finds in it. `--wanted` draws `share` of
the pages from that language and the rest from all others (with `--script`, from those identified in that script only);
without it, pages are drawn as they come. No page is taken twice, unless `--repeat` says that the file shall have so many
pages: then some come again under other URLs. Bodies are the originals' bytes; of the HTTP header only
the content type is kept. The file holds third-party pages: for measurement, not for publication.
"""

from __future__ import annotations

import argparse
import io
import random
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from benchmarks.made import ARTICLES, made_page, made_texts
from benchmarks.protocol import Missing
from benchmarks.sources import PAGES, RAW, Sources

LEAST_CHARS = 200  # of text, for a page to count as a language's


@dataclass(frozen=True)
class Page:
    """A page as it was crawled, and the language-script that it is in; empty where it is in none."""

    url: str
    payload: bytes
    code: str


def read_pages(sources: Sources) -> list[Page]:
    """All pages of the sources in their order, each URL once; made pages where there are no sources."""
    if sources.folder is None:
        codes = sorted(path.name for path in ARTICLES.iterdir())
        made = [(code, text) for code in codes for text in made_texts(code, 200_000)]
        return [
            Page(f"https://{code.lower().replace('_', '-')}.example/{number}", made_page(text).encode(), code)
            for number, (code, text) in enumerate(made)
        ]
    found: dict[str, bytes] = {}
    for name in (*PAGES, *RAW):
        for url, payload in sources.responses(name):
            if payload.strip():
                found.setdefault(url, payload)
    return [Page(*one) for one in zip(found, found.values(), codes_of(list(found.values())), strict=True)]


def codes_of(payloads: Sequence[bytes]) -> list[str]:
    """Language-script of each page, or an empty string."""
    from resiliparse.extract.html2text import extract_plain_text

    from corpusforge.io.charset import decode
    from corpusforge.stages.identify import Identifier

    texts = [extract_plain_text(decode(payload)[0], main_content=True) for payload in payloads]
    table = Identifier("lid176")(pa.array(texts, pa.large_string())).to_pylist()
    return [
        f"{row['language']}_{row['language_script']}"
        if row["language"] and row["language_score"] >= 0.5 and len(text) >= LEAST_CHARS
        else ""
        for row, text in zip(table, texts, strict=True)
    ]


def mix(
    pages: Sequence[Page], count: int, wanted: str = "", share: float = 0.01, script: str = "", repeat: bool = False
) -> list[Page]:
    """`count` pages in seeded order, `share` of them in `wanted`; fewer where there are no more, or with `repeat` some
    of them again under other URLs. Raises Missing.
    """
    chance = random.Random(f"{wanted} {count}")
    inside = [page for page in pages if page.code == wanted] if wanted else []
    outside = [page for page in pages if page.code != wanted and (not script or page.code.endswith(script))]
    if not wanted:
        return _drawn(outside, count if repeat else min(count, len(outside)), chance)
    if not inside:
        raise Missing(f"no page in {wanted}")
    if not repeat:
        count = min(count, round(len(inside) / share), round(len(outside) / (1 - share)))
    few = max(1, round(count * share))
    chosen = _drawn(inside, few, chance) + _drawn(outside, count - few, chance)
    chance.shuffle(chosen)
    return chosen


def _drawn(pages: Sequence[Page], count: int, chance: random.Random) -> list[Page]:
    """`count` of the pages, each as often as any other to within one, every time under a URL of its own."""
    whole, rest = divmod(count, len(pages))
    rounds = [*([list(pages)] * whole), chance.sample(list(pages), rest)]
    return [
        replace(page, url=f"{page.url}{'&' if '?' in page.url else '?'}copy={number}") if number else page
        for number, drawn in enumerate(rounds)
        for page in drawn
    ]


def write(pages: Sequence[Page], path: Path) -> None:
    """A WARC file, gzipped record by record."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for number, page in enumerate(pages):
            record = writer.create_warc_record(
                page.url,
                "response",
                payload=io.BytesIO(page.payload),
                http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1"),
                warc_headers_dict={
                    "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{number} {page.url}')}>",
                    "WARC-Date": "2025-01-01T00:00:00Z",
                    "WARC-Identified-Payload-Type": "text/html",
                },
            )
            writer.write_record(record)


def main() -> None:
    """Write one file, say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, help="folder with data/html_*; without it, made pages")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--wanted", default="", help="language-script of the few")
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--script", default="", help="script of the many")
    parser.add_argument("--repeat", action="store_true", help="pages again under other URLs where there are too few")
    arguments = parser.parse_args()
    pages = read_pages(Sources(arguments.data, arguments.out.parent))
    chosen = mix(pages, arguments.pages, arguments.wanted, arguments.share, arguments.script, arguments.repeat)
    write(chosen, arguments.out)
    codes = Counter(page.code or "none" for page in chosen)
    print(f"{len(chosen)} of {len(pages)} pages: " + ", ".join(f"{code} {n}" for code, n in codes.most_common()))


if __name__ == "__main__":
    main()
