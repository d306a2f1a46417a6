"""MB of text per second and core: our stages and datatrove's counterparts, interleaved on the same input in one run.

    python benchmarks/throughput.py --data ../shared/golden [--every N] [--slices N]

Time is CPU time of this process and its children, so a busy machine matters little; ratios matter, not the figures. Each
slice of the input goes through every stage of both sides before the next slice; the range is that of the slices' ratios.
datatrove is installed without extras, so its filters and MinHash get words split at white space, which costs next to
nothing: its real tokenizers (spaCy, Indic NLP, Kiwi) make it slower than shown here. Ours include our segmenter.
Extraction counts MB of HTML.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pyarrow as pa
import xxhash

from corpusforge.dedup.signature import Sketch
from corpusforge.languages import load_language
from corpusforge.stages.clean import STEPS, clean
from corpusforge.stages.extract import Extractor
from corpusforge.stages.identify import Identifier
from corpusforge.stages.trafilatura_engine import MainText
from corpusforge.stages.url_filter import blocked
from corpusforge.text.segment import segmenter
from corpusforge.text.statistics import statistics

Call = Callable[[list[str]], Any]


@dataclass
class Stage:
    """A stage of ours, the peer's counterpart or why it cannot run, and CPU seconds per slice."""

    name: str
    ours: Call
    peer: Call | None
    remark: str = ""
    seconds: list[tuple[float, float]] = field(default_factory=list)
    megabytes: float = 0.0


def cpu_seconds() -> float:
    """CPU time of this process and of its living children (Linux; elsewhere of this process alone)."""
    total = time.process_time()
    tick = os.sysconf("SC_CLK_TCK")
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / tick
    return total


def column(texts: list[str]) -> pa.LargeStringArray:
    """Texts as the stages get them."""
    return pa.array(texts, pa.large_string())


def text_stages(folder: Path) -> list[Stage]:
    """Stages that read text."""
    from datatrove.data import Document
    from datatrove.pipeline import filters, formatters
    from datatrove.utils.word_tokenizers import WordTokenizer

    class WhiteSpace(WordTokenizer):
        """A tokenizer that needs none of datatrove's extras."""

        def word_tokenize(self, text: str) -> list[str]:
            return text.split()

        def sent_tokenize(self, text: str) -> list[str]:
            raise NotImplementedError

        def span_tokenize(self, text: str) -> list[tuple[int, int]]:
            raise NotImplementedError

    words = WhiteSpace()
    chain = [
        kind(language=words)
        for kind in (filters.GopherRepetitionFilter, filters.FineWebQualityFilter, filters.GopherQualityFilter)
    ]
    repair = [
        formatters.FTFYFormatter(),
        formatters.PIIFormatter(),
        formatters.SymbolLinesFormatter(symbols_to_remove=["|"], replace_char="\n"),
    ]
    minhash = minhash_class()(str(folder), language=words)
    minhash._hash_func = lambda shingle: xxhash.xxh64_intdigest(shingle.encode())  # its own fails under xxhash 4
    split, stop_words, sketch = segmenter("unicode"), load_language("eng_Latn").stop_words, Sketch()
    identifier = Identifier("lid176")

    def filtered(texts: list[str]) -> None:
        for text in texts:
            for one in chain:
                one.filter(Document(text=text, id=""))

    def signed(texts: list[str]) -> None:
        for text in texts:
            shingles = minhash.get_shingles(text)
            if shingles.size:
                minhash.get_signature(shingles)

    def formatted(texts: list[str]) -> None:
        for text in texts:
            for one in repair:
                text = one.format(text)

    def measured(texts: list[str]) -> None:
        array = column(texts)
        statistics(array, split.words(array), stop_words)

    lid, remark = language_identification()
    return [
        Stage(
            "words + statistics", measured, filtered, "peer: 3 filters, each stops at the first reason; no tokenizer"
        ),
        Stage("words alone", lambda texts: split.words(column(texts)), None, "peer: needs spaCy and others"),
        Stage("signature", lambda texts: sketch.signatures(column(texts), split), signed, "peer: no tokenizer"),
        Stage("clean", lambda texts: clean(column(texts), tuple(STEPS)), formatted),
        Stage("identify", lambda texts: identifier(column(texts)), lid, remark),
    ]


def minhash_class() -> Any:
    """datatrove's MinHash class; its package imports neighbours that need an extra, so they are left out."""
    name = "datatrove.pipeline.dedup"
    try:
        return import_module(name).MinhashDedupSignature
    except ImportError:
        package = ModuleType(name)
        package.__path__ = [str(Path(str(import_module("datatrove").__file__)).parent / "pipeline" / "dedup")]
        sys.modules[name] = package
        return import_module(f"{name}.minhash").MinhashDedupSignature


def language_identification() -> tuple[Call | None, str]:
    """datatrove's LID class on our model file, or why it cannot run."""
    from datatrove.data import Document
    from datatrove.utils.lid import FT176LID

    from corpusforge.models.fasttext import model_path

    lid = FT176LID()
    try:
        from fasttext.FastText import _FastText

        lid._model = _FastText(str(model_path("lid176")))
        lid.predict(Document(text="a", id=""))
    except (ImportError, AttributeError):
        return None, "peer: needs fasttext-numpy2-wheel, which has the module name of our fasttext-predict"
    return lambda texts: [lid.predict(Document(text=text, id="")) for text in texts], "peer: all 176 labels"


def url_stage() -> Stage:
    """The URL filter: MB of URLs."""
    from datatrove.data import Document
    from datatrove.pipeline.filters import URLFilter
    from tldextract import TLDExtract

    try:
        peer = URLFilter()
        peer.tldextractor = TLDExtract(cache_dir=None, suffix_list_urls=())  # the packaged list, not the network's
    except Exception as error:
        return Stage("url filter", blocked, None, f"MB of URLs; peer: {str(error).strip().splitlines()[-1]}")

    def filtered(urls: list[str]) -> None:
        for url in urls:
            peer.filter(Document(text="", id="", metadata={"url": url}))

    return Stage("url filter", blocked, filtered, "MB of URLs")


def page_stages() -> tuple[list[Stage], Extractor]:
    """Extraction: in our sandbox, and in this process."""
    from datatrove.pipeline.extractors import Trafilatura

    peer = Trafilatura()
    extractor, direct = Extractor(), MainText()

    def in_process(pages: list[str]) -> None:
        for page in pages:
            direct(page)

    def extracted(pages: list[str]) -> None:
        for page in pages:
            peer.extract(page)

    return [
        Stage("extract, sandbox", extractor.extract, extracted, "MB of HTML; peer: in this process, no sandbox"),
        Stage("extract, direct", in_process, extracted, "MB of HTML; peer: deduplicate=True"),
    ], extractor


def html(folder: Path, limit: int) -> list[str]:
    """Real pages, decoded; none where the data are absent."""
    path = folder / "trafilatura_eval.warc.gz"
    if not path.exists():
        return []
    from fastwarc.warc import ArchiveIterator, WarcRecordType
    from trafilatura.utils import decode_file

    with path.open("rb") as stream:
        records = ArchiveIterator(stream, record_types=WarcRecordType.response)
        return [decode_file(record.reader.read()) for _, record in zip(range(limit), records, strict=False)]


def run(stages: Iterable[Stage], inputs: list[str], slices: int) -> None:
    """Every slice through every stage of both sides, in turn; the first call of each is not measured."""
    for stage in stages:
        for call in (stage.ours, stage.peer):
            if call is not None:
                call(inputs[:3])
    for start in range(slices):
        part = inputs[start::slices]
        for place, stage in enumerate(stages):
            sides = [("ours", stage.ours), ("peer", stage.peer)]
            spent = {"ours": 0.0, "peer": 0.0}
            for side, call in sides if (place + start) % 2 else reversed(sides):
                if call is not None:
                    begin = cpu_seconds()
                    call(part)
                    spent[side] = cpu_seconds() - begin
            stage.seconds.append((spent["ours"], spent["peer"]))
            stage.megabytes += sum(len(one.encode()) for one in part) / 1e6


def row(stage: Stage) -> str:
    """One line of the table."""
    ours, peer = (sum(column) for column in zip(*stage.seconds, strict=True))
    left = f"{stage.name:20} {stage.megabytes:7.1f} {stage.megabytes / ours:9.2f}"
    if not peer:
        return f"{left} {'-':>9} {'-':>6} {'':13} {stage.remark}"
    ratios = [b / a for a, b in stage.seconds if a]
    return (
        f"{left} {stage.megabytes / peer:9.2f} {peer / ours:6.1f} {min(ratios):6.1f}-{max(ratios):<6.1f} {stage.remark}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "golden")
    parser.add_argument("--every", type=int, default=2, help="use every N-th document")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--slices", type=int, default=4)
    arguments = parser.parse_args()
    documents = pl.read_parquet(arguments.data / "filters_golden.parquet").filter(pl.col("derived").is_null())
    texts = documents["text"].to_list()[:: arguments.every]
    pages = html(arguments.data.parent / "data" / "html_trafilatura", arguments.pages)
    urls = [
        f"https://www.{name}.example/{year}/{name}-{n}" for n, name in enumerate(documents["lang"]) for year in range(8)
    ]
    print(f"{len(texts)} documents in {documents['lang'].n_unique()} languages, {len(pages)} pages, {len(urls)} URLs")
    print(f"{'stage':20} {'MB':>7} {'ours MB/s':>9} {'peer MB/s':>9} {'ratio':>6} {'range':^13} remark")
    with tempfile.TemporaryDirectory() as folder:
        for stages, inputs in ((text_stages(Path(folder)), texts), ([url_stage()], urls)):
            run(stages, inputs, arguments.slices)
            print("\n".join(map(row, stages)), flush=True)
    if pages:
        stages, extractor = page_stages()
        with extractor:
            run(stages, pages, arguments.slices)
        print("\n".join(map(row, stages)))


if __name__ == "__main__":
    main()
