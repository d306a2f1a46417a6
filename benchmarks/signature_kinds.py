"""What signatures of either kind cost, alone and with the statistics of the same pass.

    python -m benchmarks.signature_kinds [--shared DIR] [--repetitions N] [--lang CODE ...]

One process; every repetition goes through all parts in turn, beginning with another one each time. Printed are MB/s of
CPU time (the median), and how many times as fast `corpusforge` is as `datatrove`: the median of the repetitions' ratios,
and their range. Statistics and signatures as a run computes them: with kind `corpusforge`, words are cut once.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import pyarrow as pa

from benchmarks.sources import Sources, default_folder
from corpusforge.dedup.signature import KINDS, Sketch
from corpusforge.languages import load_language
from corpusforge.text.segment import segmenter
from corpusforge.text.statistics import statistics

LANGUAGES = ["eng_Latn", "ukr_Cyrl", "hin_Deva", "tel_Telu", "jpn_Jpan", "cmn_Hani", "tha_Thai", "vie_Latn", "arb_Arab"]
MEGABYTES = 4.0


def parts(texts: pa.Array, code: str) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    language = load_language(code)
    split = segmenter(language.segmenter)

    def alone(sketch: Sketch) -> object:
        return sketch.signatures(texts, split)

    def both(sketch: Sketch) -> object:
        words = split.words(texts)
        found = statistics(texts, words, language.stop_words)
        return found, sketch.signatures(texts, split, words if sketch.takes_own_words else None)

    sketches = {kind: Sketch(kind) for kind in KINDS}
    named = {"signature": alone, "both": both}
    return {f"{name} {kind}": partial(do, sketches[kind]) for name, do in named.items() for kind in KINDS}


def measured(work: dict[str, Callable[[], object]], repetitions: int) -> dict[str, list[float]]:
    """CPU seconds of each part, repetition by repetition, after one that is not counted."""
    spent: dict[str, list[float]] = defaultdict(list)
    names = list(work)
    for repetition in range(-1, repetitions):
        start = repetition % len(names)
        for name in names[start:] + names[:start]:
            before = time.process_time()
            work[name]()
            if repetition >= 0:
                spent[name].append(time.process_time() - before)
    return spent


def main() -> None:
    """Print one line per language."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=default_folder())
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--lang", nargs="+", default=LANGUAGES)
    arguments = parser.parse_args()
    print(f"{'':10} {'MB':>5}   {'signature alone, MB/s':>41}   {'statistics and signature, MB/s':>41}")
    head = f"{'datatrove':>10} {'corpusforge':>11} {'times':>18}"
    print(f"{'':10} {'':>5}   {head}   {head}")
    with tempfile.TemporaryDirectory() as scratch:
        sources = Sources(arguments.shared, Path(scratch))
        for code in arguments.lang:
            documents = sources.texts(code, MEGABYTES)
            size = documents.bytes / 1e6
            spent = measured(parts(pa.array(documents.items, pa.large_string()), code), arguments.repetitions)
            cells = [f"{code:10} {size:5.2f}"]
            for name in ("signature", "both"):
                theirs, ours = spent[f"{name} datatrove"], spent[f"{name} corpusforge"]
                ratios = [a / b for a, b in zip(theirs, ours, strict=True)]
                times = f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
                cells.append(f"{size / median(theirs):10.1f} {size / median(ours):11.1f} {times:>18}")
            print("   ".join(cells), flush=True)


if __name__ == "__main__":
    main()
