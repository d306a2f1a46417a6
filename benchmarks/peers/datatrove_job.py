"""datatrove from WARC to kept documents, in one pass with one worker: what a whole run of ours is compared with.

    python -m benchmarks.peers.datatrove_job INPUT_FOLDER OUT_FOLDER rus_Cyrl|all

FineWeb2's chain of blocks and settings: WarcReader, URLFilter, Trafilatura(favour_precision), LanguageFilter(ft176),
score of the language, MinHash signature, three filters, FTFY, PII, SymbolLines, Parquet. Where we make it cheaper for
datatrove than its published script: signatures, filters and formatters of all languages run in the same pass, without the
intermediate JSONL files and a start per language and stage; stages 2 to 4 of MinHash are left out; languages whose
tokenizer is not installed pass unjudged. A page may take 60 s, as with us, instead of 1 s: on a busy machine extraction's
child does not start within one, and pages are lost.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.filters import LambdaFilter, LanguageFilter
from datatrove.pipeline.readers import WarcReader
from datatrove.pipeline.writers import ParquetWriter

from benchmarks.peers.datatrove import FasttextModel, filters, formatters, minhash, url_filter
from benchmarks.protocol import Missing

MODEL = "lid176"


class ByLanguage(PipelineStep):
    """Signature and filters of a document's own language; passes what they keep. Signatures go to one file per bucket."""

    name = "by language"
    type = "benchmark"

    def __init__(self, codes: dict[str, str], folder: str) -> None:
        super().__init__()
        self._codes, self._folder = codes, Path(folder)
        self._blocks: dict[str, tuple[Any, list[Any]] | None] = {}

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Documents in, documents out."""
        self._folder.mkdir(parents=True, exist_ok=True)
        buckets = [(self._folder / f"bucket_{number:03d}.sig").open("wb") for number in range(14)]
        for index, document in enumerate(data):
            blocks = self._of(self._codes[document.metadata["language"]])
            if blocks is None:
                yield document
                continue
            minhash_block, chain = blocks
            shingles = minhash_block.get_shingles(document.text)
            if shingles.size:
                for bucket, signature in zip(buckets, minhash_block.get_signature(shingles), strict=True):
                    bucket.write(struct.pack("<8QI", *signature, index))
            if all(one.filter(document) is True for one in chain):
                yield document
        for bucket in buckets:
            bucket.close()

    def _of(self, code: str) -> tuple[Any, list[Any]] | None:
        if code not in self._blocks:
            try:
                self._blocks[code] = (minhash(code, "signatures"), filters(code))
            except Missing as reason:
                print(f"no tokenizer: {reason}", file=sys.stderr)
                self._blocks[code] = None
        return self._blocks[code]


def main(source: str, out: str, wanted: str) -> None:
    """Run it, print {documents kept by language}."""
    scores, codes = labels(wanted)
    LanguageFilter._requires_dependencies = []  # it asks for one of fastText's packages; we give it the model ourselves
    language = LanguageFilter(None if wanted == "all" else list(scores), backend="ft176", label_only=wanted == "all")
    if wanted != "all":
        language.language_threshold = min(scores.values())
    language.model._model = FasttextModel()

    def sure(document: Any) -> bool:
        found = document.metadata
        return found["language"] in scores and found["language_score"] >= scores[found["language"]]

    executor = LocalPipelineExecutor(
        pipeline=[
            WarcReader(source, glob_pattern="*.warc.gz"),
            url_filter(),
            Trafilatura(favour_precision=True, timeout=60),
            language,
            LambdaFilter(sure),
            ByLanguage(codes, f"{out}/signatures"),
            *formatters(),
            ParquetWriter(f"{out}/kept", compression="zstd"),
        ],
        tasks=1,
        workers=1,
        logging_dir=f"{out}/logs",
    )
    executor.run()
    print(json.dumps({"kept": kept(out)}))


def kept(out: str) -> int:
    """Documents in the output."""
    from pyarrow import parquet

    return sum(parquet.ParquetFile(path).metadata.num_rows for path in Path(out, "kept").glob("*.parquet"))


def labels(wanted: str) -> tuple[dict[str, float], dict[str, str]]:
    """Least score, and language-script, by label of lid.176: those that we would take."""
    from corpusforge.languages import all_codes, load_language

    scores, codes = {}, {}
    for code in all_codes() if wanted == "all" else [wanted]:
        language = load_language(code)
        label = language.lid.get(MODEL)
        if label is not None and (label.label not in codes or language.default_script):
            scores[label.label], codes[label.label] = label.min_score or 0.5, code
    return scores, codes


if __name__ == "__main__":
    main(*sys.argv[1:])
