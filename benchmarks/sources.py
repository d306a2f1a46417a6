"""Where documents come from: a folder of real data, or made text where there is none. Always the same for a seed."""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.made import made_page, made_texts
from benchmarks.protocol import Documents

REPOSITORY = Path(__file__).resolve().parents[1]
MADE = "made text (sentences of the sample crawl's articles drawn anew)"
PAGES = (
    "html_trafilatura/trafilatura_eval",
    "html_fundus/fundus",
    "html_extraction_small/article_extraction_benchmark",
    "html_extraction_small/mozilla_readability",
    "html_extraction_small/newspaper4k",
    "html_extraction_small/goose3",
    "html_extraction_small/gne_chinese",
    "html_extraction_small/autopager_listing_pages",
    "html_hplt_cc_sample/hplt_sample100",
    "html_formasaurus/formasaurus_pages",
)
RAW = (
    "allenai__dolma/sample-0000.warc.gz",
    "chatnoir-eu__chatnoir-resiliparse/warcfile.warc.gz",
    "chatnoir-eu__chatnoir-resiliparse/clueweb-quirk.warc.gz",
    "commoncrawl__whirlwind-python/whirlwind.warc.gz",
    "webrecorder__pywb/iana.warc.gz",
    "oduwsdl__ipwb/IAH-20080430204825-00000-blackbook.warc.gz",
    "openzim__warc2zim/kiwix-with-redirects.warc.gz",
)


def default_folder() -> Path | None:
    """$CORPUSFORGE_SHARED or ../shared, where that has data."""
    folder = Path(os.environ.get("CORPUSFORGE_SHARED") or REPOSITORY.parent / "shared")
    return folder if (folder / "data").is_dir() else None


class Sources:
    """Documents of a folder with `golden/` and `data/`; `folder` None: made ones. `scratch` takes what is written.

    `job_pages`: pages of the whole job's crawl file, where not the usual number.
    """

    def __init__(self, folder: Path | None, scratch: Path, quick: bool = False, job_pages: int | None = None) -> None:
        self.folder, self.scratch, self.quick, self.job_pages = folder, scratch, quick, job_pages

    def has(self, code: str) -> bool:
        """Whether there are texts in a language-script."""
        return bool(self._golden.get(code) or self._files(code)) if self.folder else bool(made_texts(code, 1))

    def texts(self, code: str, megabytes: float) -> Documents:
        """Whole texts in seeded order until there are so many bytes."""
        if self.folder is None:
            found, source = made_texts(code, int(megabytes * 1e6)), MADE
        else:
            found = [*self._golden.get(code, []), *self._file_texts(code)]
            source = "real texts"
        random.Random(code).shuffle(found)
        chosen, size = [], 0
        for text in found:
            if size >= megabytes * 1e6:
                break
            chosen.append(text)
            size += len(text.encode())
        return Documents(chosen, code, source=source)

    def pages(self, count: int) -> Documents:
        """Pages as a run decodes them, in seeded order: those with gold text where `benchmarks.gold_pages` has them."""
        if self.folder is None:
            pages = [made_page(text) for text in made_texts("eng_Latn", 10_000 * count)][:count]
            return Documents(pages, unit="HTML", source=MADE)
        try:
            from benchmarks.gold_pages import read_pages
        except ImportError:
            pass
        else:
            gold = [page for page in read_pages(self.folder / "data") if page.is_test and page.gold]
            random.Random("pages").shuffle(gold)
            source = "pages with gold text, of sites not trained on"
            held = [page.gold for page in gold[:count]]
            return Documents([page.html for page in gold[:count]], unit="HTML", source=source, gold=held)
        from corpusforge.io.charset import decode

        payloads = [payload for _, payload in self.responses(PAGES[0])]
        random.Random("pages").shuffle(payloads)
        return Documents([decode(payload)[0] for payload in payloads[:count]], unit="HTML", source=PAGES[0])

    def urls(self, count: int) -> Documents:
        """URLs of pages and of documents."""
        if self.folder is None:
            made = [f"https://www.site{n % 997}.example/{n}/some-words-of-a-title-{n % 89}.html" for n in range(count)]
            return Documents(made, unit="URLs", source="made URLs")
        found = [url for name in PAGES for url, _ in self.responses(name)]
        for path in sorted((self.folder / "data").glob("docs_*/*.jsonl.zst")):
            if len(found) > 4 * count:
                break
            found += [row["url"] for row in _rows(path) if str(row.get("url") or "").startswith("http")]
        found = sorted(set(found))
        random.Random("urls").shuffle(found)
        return Documents(found[:count], unit="URLs", source="real URLs")

    def responses(self, name: str) -> Iterator[tuple[str, bytes]]:
        """(URL, payload) of the HTML responses of a WARC file of PAGES or RAW."""
        from warcio.archiveiterator import ArchiveIterator

        data = (self.folder or Path()) / "data"
        path = data / "warc_raw" / name if name in RAW else data / f"{name}.warc.gz"
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response" or not record.http_headers:
                    continue
                if "html" in (record.http_headers.get_header("Content-Type") or "text/html"):
                    yield record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()

    @cached_property
    def _golden(self) -> dict[str, list[str]]:
        import polars as pl

        path = (self.folder or Path()) / "golden" / "filters_golden.parquet"
        if not path.exists():
            return {}
        rows = pl.read_parquet(path, columns=["lang", "text", "derived"]).filter(pl.col("derived").is_null())
        found: dict[str, list[str]] = {}
        for code, text in rows.select("lang", "text").iter_rows():
            found.setdefault(code, []).append(text)
        return found

    def _files(self, code: str) -> list[Path]:
        script = {"cmn_Hani": ("cmn_Hans", "zho_Hani")}.get(code, ())
        data = (self.folder or Path()) / "data"
        return sorted(path for name in (code, *script) for path in data.glob(f"docs_*/{name}*.jsonl.zst"))

    def _file_texts(self, code: str) -> list[str]:
        return [row["text"] for path in self._files(code) for row in _rows(path) if len(row["text"]) >= 200]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    import zstandard

    with path.open("rb") as stream:
        yield from map(json.loads, io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), "utf-8"))
