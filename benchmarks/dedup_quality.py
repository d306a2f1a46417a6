"""Near-duplicates found by MinHash against exact Jaccard similarity: precision and recall of pairs, and of removals.

    python -m benchmarks.dedup_quality [--shared DIR] [--truth text|words|datatrove|corpusforge]

Truth: every pair of documents whose sets of word 5-grams, of the text as it is, have a Jaccard similarity of at least
0.72 or 0.8. Simplification, which the kinds of signature do differently, makes pairs more alike than that: a pair found
for that reason alone is an error here. Marks of punctuation are words there; with `--truth words` they are not, nor is
anything else without a letter or a digit. With `--truth datatrove` (or `corpusforge`) the truth is of the words simplified
as for that kind.

The corpora: successive git revisions of translated pages (golden, 6 languages); articles of several newspapers about one
event (VietnameseMDS), which are alike in content but seldom in words; stories told in several versions; and, for
languages of which there are no revisions, `edits`: golden documents, each with copies of which every 20th to 60th word is
another word of the same document, drawn with a fixed seed.

`all pairs` takes no hashes, only the exact similarity of the simplified words: the error that simplification makes by
itself. `sketch`, `exact` and `none` are those of `deduplicate`.

pairs:    two documents in one cluster are a found pair. Recall suffers from pairs that share no band, precision from
          chains (a like b, b like c).
removals: precision = removed documents that are alike to a *kept* one; recall = of the documents that an exact greedy
          pass in the same survivor order removes, those that are removed here.
"""

import argparse
import io
import json
import random
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
import zstandard

from benchmarks.sources import default_folder
from corpusforge.dedup.cluster import cluster
from corpusforge.dedup.signature import KINDS, Kind, Sketch
from corpusforge.languages import load_language
from corpusforge.text.segment import Segmenter, segmenter
from corpusforge.text.simple_words import simple_words
from corpusforge.text.simplify import simplify
from corpusforge.text.words import Words

THRESHOLDS = (0.72, 0.8)
STORIES = (
    "eng_Latn",
    "hin_Deva",
    "mar_Deva",
    "pan_Guru",
    "ben_Beng",
    "tel_Telu",
    "kan_Knda",
    "swh_Latn",
    "fra_Latn",
    "yor_Latn",
)
EDITED = ("pan_Guru", "hin_Deva", "tel_Telu")
Pair = tuple[int, int]


def corpora(shared: Path) -> Iterator[tuple[str, str, list[str]]]:
    """(name, language-script, texts)."""
    revisions = pl.read_parquet(shared / "golden" / "minhash_golden.parquet")
    for (code,), rows in revisions.group_by("lang", maintain_order=True):
        yield f"revisions {code}", str(code), rows["text"].to_list()
    path = shared / "data" / "docs_vietnamesemds" / "vie_Latn.jsonl.zst"
    if path.exists():
        yield "news clusters vie_Latn", "vie_Latn", [row["text"] for row in read(path)]
    stories: dict[str, list[str]] = defaultdict(list)
    for path in sorted((shared / "data" / "docs_storybooks").glob("*.jsonl.zst")):
        for row in read(path):
            stories[f"{row['lang']}_{row['script']}"].append(row["text"])
    for code in STORIES:
        if code in stories:
            yield f"stories {code}", code, stories[code]
    documents = pl.read_parquet(shared / "golden" / "filters_golden.parquet")
    for code in EDITED:
        yield f"edits {code}", code, edited(documents.filter(pl.col("lang") == code)["text"].to_list())


def read(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a compressed file of JSON lines."""
    with path.open("rb") as file:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
            yield json.loads(line)


def edited(texts: list[str]) -> list[str]:
    """Each text of 100 to 2,000 words between white space, and 4 copies with other words in some places."""
    draw, found = random.Random(1), []
    for text in texts:
        words = text.split()
        if not 100 <= len(words) <= 2000:
            continue
        found.append(" ".join(words))
        for every in (20, 30, 40, 60):
            places = set(draw.sample(range(len(words)), len(words) // every))
            found.append(" ".join(draw.choice(words) if at in places else word for at, word in enumerate(words)))
    return found


def similar(words: list[list[str]], least: float, size: int) -> dict[Pair, float]:
    """Exact Jaccard similarity of all pairs of at least `least`, by counting shared shingles; left < right."""
    shingles = [
        {xxhash.xxh3_64_intdigest(" ".join(row[i : i + size]).encode()) for i in range(len(row) - size + 1)}
        for row in words
    ]
    holders: dict[int, list[int]] = defaultdict(list)
    for document, found in enumerate(shingles):
        for shingle in found:
            holders[shingle].append(document)
    common = np.zeros((len(words), len(words)), np.int32)
    for documents in holders.values():
        if len(documents) > 1:
            common[np.ix_(documents, documents)] += 1
    sizes = np.array([len(found) for found in shingles])
    union = sizes[:, None] + sizes[None, :] - common
    jaccard = np.where(union > 0, common / np.maximum(union, 1), 0)
    left, right = np.nonzero(np.triu(jaccard >= least, 1))
    return {(int(a), int(b)): float(jaccard[a, b]) for a, b in zip(left, right, strict=True)}


def exact_removals(order: list[int], alike: set[Pair]) -> set[int]:
    """Documents that a greedy pass removes: those alike to one that was kept before them."""
    kept: list[int] = []
    near: dict[int, set[int]] = defaultdict(set)
    for left, right in alike:
        near[left].add(right)
        near[right].add(left)
    removed = set()
    for document in order:
        if near[document].intersection(kept):
            removed.add(document)
        else:
            kept.append(document)
    return removed


def share(part: int, whole: int) -> str:
    """A share to three digits; a dash for 0 of 0."""
    return f"{part / whole:.3f}" if whole else "    -"


def main() -> None:
    """Print one row per corpus, kind of signature, policy and threshold, and the sums."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--truth", choices=("text", "words", *KINDS), default="text")
    arguments = parser.parse_args()
    head = f"{'corpus':22} {'kind':11} {'verify':9} {'J >=':>5} {'docs':>5} {'true pairs':>10} {'found':>6}"
    print(f"{head} {'prec.':>6} {'recall':>6} {'removed':>8} {'prec.':>6} {'recall':>6} {'seconds':>8}")
    merged: dict[tuple[str, Kind], tuple[int, int]] = {}
    sums: dict[tuple[str, Kind, str, float], np.ndarray] = defaultdict(lambda: np.zeros(8))
    for name, code, texts in corpora(arguments.shared):
        use = segmenter(load_language(code).segmenter)
        column = pa.array(texts, pa.large_string())
        words = words_of(column, use, arguments.truth)
        truth = similar(words.to_lists(), min(THRESHOLDS), Sketch().words)
        keys = [f"{row:06d}" for row in range(len(texts))]
        lengths = {"chars": pc.utf8_length(column)}
        order = sorted(range(len(texts)), key=lambda row: (-len(texts[row]), row))
        for kind in KINDS:
            simplified = words_of(column, use, kind)
            merged[name, kind] = merging(column, use, kind)
            by_words = similar(simplified.to_lists(), min(THRESHOLDS), Sketch().words)
            for least in THRESHOLDS:
                alike = {pair for pair, jaccard in truth.items() if jaccard >= least}
                found = {pair for pair, jaccard in by_words.items() if jaccard >= least}
                counts = [len(texts), len(alike), len(found), len(found & alike), 0, 0, 0, 0]
                show(name, kind, "all pairs", least, counts, 0)
                sums[f"{name.split()[0]}, all", kind, "all pairs", least] += np.array(counts)
        for kind, verify, least in product(KINDS, ("sketch", "exact", "none"), THRESHOLDS):
            sketch = Sketch(kind=kind)
            signatures = sketch.signatures(column, use)
            shingles = sketch.shingle_sets(column, use) if verify == "exact" else None
            start = time.perf_counter()
            given = None if verify == "none" else least
            clusters, _ = cluster(keys, signatures, lengths, sketch, verify, threshold=given, shingles=shingles)
            seconds = time.perf_counter() - start
            alike = {pair for pair, jaccard in truth.items() if jaccard >= least}
            members: dict[str, list[int]] = defaultdict(list)
            for row, survivor in enumerate(clusters["cluster"].to_pylist()):
                members[survivor].append(row)
            found = {pair for rows in members.values() for pair in combinations(sorted(rows), 2)}
            kept = clusters["kept"].to_pylist()
            removed = {row for row, keep in enumerate(kept) if not keep}
            near_kept = {b for a, b in alike if kept[a]} | {a for a, b in alike if kept[b]}
            exact = exact_removals(order, alike)
            counts = [len(texts), len(alike), len(found), len(found & alike)]
            counts += [len(removed), len(removed & near_kept), len(exact), len(removed & exact)]
            show(name, kind, verify, least, counts, seconds)
            sums[f"{name.split()[0]}, all", kind, verify, least] += np.array(counts)
    for (name, kind, verify, least), counts in sums.items():
        show(name, kind, verify, least, [int(count) for count in counts], 0)
    print("\ndifferent words, but for case, that simplification makes one with another")
    for (name, kind), (words_merged, words_all) in merged.items():
        print(f"{name:22} {kind:11} {words_merged:6} of {words_all:6}, {share(words_merged, words_all)}")


def words_of(texts: pa.LargeStringArray, use: Segmenter, kind: str) -> Words:
    """The words that a kind of signature takes; "text": those of the text as it is; "words": without punctuation."""
    if kind == "datatrove":
        return use.words(simplify(texts))
    words = use.words(texts)
    if kind == "words":
        return Words.from_lists([[word for word in row if any(map(str.isalnum, word))] for row in words.to_lists()])
    return words if kind == "text" else simple_words(words)


def merging(texts: pa.LargeStringArray, use: Segmenter, kind: Kind) -> tuple[int, int]:
    """(words that become another word's simplification, all), of the different words without digits in lower case."""
    words = sorted({word.lower() for row in use.words(texts).to_lists() for word in row if marked(word)})
    if kind == "datatrove":
        spellings = Counter(simplify(pa.array(words, pa.large_string())).to_pylist())
    else:
        spellings = Counter(map("".join, simple_words(Words.from_lists([word] for word in words)).to_lists()))
    return sum(count for count in spellings.values() if count > 1), len(words)


def marked(word: str) -> bool:
    """Whether a word is of letters and marks alone."""
    return all(unicodedata.category(character)[0] in "LM" for character in word)


def show(name: str, kind: Kind, verify: str, least: float, counts: list[int], seconds: float) -> None:
    """One row of the table."""
    documents, alike, found, right, removed, well, exact, both = counts
    pairs = f"{alike:10} {found:6} {share(right, found):>6} {share(right, alike):>6}"
    removals = f"{removed:8} {share(well, removed):>6} {share(both, exact):>6}"
    print(f"{name:22} {kind:11} {verify:9} {least:5} {documents:5} {pairs} {removals} {seconds:8.3f}")


if __name__ == "__main__":
    main()
