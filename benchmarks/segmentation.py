"""Where words are cut: our segmenter, and simpler ones, against the published pipeline's word lists, by language.

    python -m benchmarks.segmentation [--shared DIR] [--write docs/reference/segmentation.md]

The reference are the words of `golden/words_golden.parquet`: made by datatrove 0.10.1 with the tokenizer that FineWeb2
assigns to the language. It is another way of cutting, not the truth.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from benchmarks.sources import default_folder
from corpusforge.languages import all_codes, load_language
from corpusforge.text.segment import segmenter

WITHOUT_SPACES = ("cmn_Hani", "jpn_Jpan", "tha_Thai", "kor_Hang")
REPETITIONS = 5
Cut = Callable[[Sequence[str]], list[list[str]]]

TEXT = """\
<!-- Written by `python -m benchmarks.segmentation --write`: do not edit. -->
# Where words are cut

Our segmenter `unicode` (UAX #29, ICU's dictionaries for Chinese, Japanese, Thai, Lao, Khmer and Burmese) against the words
that the published pipeline cut (datatrove 0.10.1: jieba, Sudachi, PyThaiNLP, Kiwi, spaCy, Indic NLP ...), beside two
simpler ways: at white space only, and after every character. Counted are the places inside a text where a word begins:
precision is the share of ours that the reference has too, recall the share of the reference's that we have. Documents
whose text the reference rewrites cannot be compared, and are left out.

    python -m benchmarks.segmentation --write docs/reference/segmentation.md

## Scripts without spaces, and Korean
"""

CHOICE = """
The choice, for all languages: `unicode`.

- Chinese, Japanese, Thai: two dictionaries. Cutting after every character finds all places and as many wrong ones, and
  makes every statistic about words meaningless (a mean length of 1); white space finds almost none.
- Korean: the reference gives morphemes, which are not pieces of the text (`한다` becomes `하` and `ᆫ다`), so places cannot
  be compared; ours gives the words between spaces. Words are cut hundreds of times as fast and without a model, but
  thresholds published for morphemes do not fit them ([decisions](agreement.md)): calibrate.
  `--set kor_Hang.segmenter=reference` cuts morphemes.
- Lao, Khmer, Burmese and Tibetan have no word lists here: the reference's packages for them are not in the extra.

## All languages
"""


def starts(words: Sequence[str]) -> set[int]:
    """Where words begin, counted in characters that are not white space, so that no splitter's spaces matter."""
    places, at = set(), 0
    for word in words:
        places.add(at)
        at += len("".join(word.split()))
    return places - {0}


def ours(code: str) -> Cut:
    """Our segmenter for the language."""
    use = segmenter(load_language(code).segmenter if code in all_codes() else "unicode", code)
    return lambda texts: use.words(pa.array(texts, pa.large_string())).to_lists()


WAYS: dict[str, Callable[[str], Cut]] = {
    "unicode": ours,
    "white space": lambda _: lambda texts: [text.split() for text in texts],
    "characters": lambda _: lambda texts: [list("".join(text.split())) for text in texts],
}


def measured(code: str, texts: Sequence[str], reference: Sequence[Sequence[str]], way: str) -> str:
    """Documents compared, precision, recall and F1 over all places in them, as cells of a table."""
    both = found = there = documents = 0
    for words, theirs, text in zip(WAYS[way](code)(texts), reference, texts, strict=True):
        if "".join("".join(theirs).split()) != "".join(text.split()):
            continue
        documents += 1
        own, other = starts(words), starts(theirs)
        both, found, there = both + len(own & other), found + len(own), there + len(other)
    if not documents:
        return "0 | - | - | -"
    precision, recall = both / max(found, 1), both / max(there, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{documents} | {precision:.1%} | {recall:.1%} | {f1:.1%}"


def speed(code: str, texts: Sequence[str]) -> tuple[float, float | None]:
    """MB of UTF-8 a second of CPU: ours, and the reference's where its packages are installed; the best of five."""
    from corpusforge.errors import UserError

    column = pa.array(texts, pa.large_string())
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    rates: list[float | None] = []
    for use in ("unicode", "reference"):
        try:
            cut = segmenter(use, code)
            cut.words(column)
        except UserError:
            rates.append(None)
            continue
        best = min(_seconds(lambda cut=cut: cut.words(column)) for _ in range(REPETITIONS))  # type: ignore[misc]
        rates.append(megabytes / best)
    return rates[0] or 0.0, rates[1]


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def page(folder: Path) -> list[str]:
    """The page, line by line."""
    words = pl.read_parquet(folder / "golden" / "words_golden.parquet")
    texts = pl.read_parquet(folder / "golden" / "filters_golden.parquet", columns=["id", "lang", "text"])
    rows = words.join(texts.unique("id"), on=["id", "lang"]).sort("lang", "id")
    lines = [*TEXT.splitlines(), "", "| language | way | documents | precision | recall | F1 | MB/s | reference MB/s |"]
    lines.append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for code in WITHOUT_SPACES:
        chosen = rows.filter(pl.col("lang") == code)
        documents, reference = chosen["text"].to_list(), chosen["words"].to_list()
        own, other = speed(code, documents)
        for way in WAYS:
            cells = measured(code, documents, reference, way)
            rates = f"{own:.1f} | {'-' if other is None else f'{other:.2f}'}" if way == "unicode" else " | "
            lines.append(f"| {code} | {way} | {cells} | {rates} |")
    lines += [*CHOICE.splitlines(), "", "| language | documents | precision | recall | F1 |"]
    lines.append("| --- | ---: | ---: | ---: | ---: |")
    for (code,), chosen in rows.group_by("lang", maintain_order=True):
        cells = measured(str(code), chosen["text"].to_list(), chosen["words"].to_list(), "unicode")
        lines.append(f"| {code} | {cells} |")
    return lines


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="benchmarks.segmentation", description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=default_folder(), metavar="DIR", help="folder with golden/")
    parser.add_argument("--write", type=Path, metavar="MD", help="write the page of the documentation")
    arguments = parser.parse_args()
    if arguments.shared is None or not (arguments.shared / "golden").is_dir():
        parser.error("no golden files: give --shared DIR, or set CORPUSFORGE_SHARED")
    lines = page(arguments.shared)
    print("\n".join(lines))
    if arguments.write:
        arguments.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
