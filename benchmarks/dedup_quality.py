"""Near-duplicates found by MinHash against exact Jaccard similarity: precision and recall of pairs, and of removals.

    python benchmarks/dedup_quality.py [--shared DIR]

Truth: every pair of documents whose sets of word 5-grams (of the simplified text, as MinHash sees it) have a Jaccard
similarity of at least 0.72 or 0.8. The corpora: successive git revisions of translated pages (golden, 6 languages), and
articles of several newspapers about one event (VietnameseMDS), which are alike in content but seldom in words.

pairs:    two documents in one cluster are a found pair. Recall suffers from pairs that share no band, precision from
          chains (a like b, b like c).
removals: precision = removed documents that are alike to a *kept* one; recall = of the documents that an exact greedy
          pass in the same survivor order removes, those that are removed here.
"""

import argparse
import io
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
import zstandard

from corpusforge.dedup.cluster import cluster
from corpusforge.dedup.signature import Sketch
from corpusforge.languages import load_language
from corpusforge.text.segment import segmenter
from corpusforge.text.simplify import simplify

THRESHOLDS = (0.72, 0.8)
Pair = tuple[int, int]


def corpora(shared: Path) -> Iterator[tuple[str, str, list[str]]]:
    """(name, language-script, texts)."""
    revisions = pl.read_parquet(shared / "golden" / "minhash_golden.parquet")
    for (code,), rows in revisions.group_by("lang", maintain_order=True):
        yield f"revisions {code}", str(code), rows["text"].to_list()
    path = shared / "data" / "docs_vietnamesemds" / "vie_Latn.jsonl.zst"
    if path.exists():
        with path.open("rb") as file:
            lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
            yield "news clusters vie_Latn", "vie_Latn", [json.loads(line)["text"] for line in lines]


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
    """Print one row per corpus, policy and threshold, and the sum over the revisions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    arguments = parser.parse_args()
    sketch = Sketch()
    head = (
        f"{'corpus':24} {'verify':7} {'J >=':>5} {'docs':>5} {'true pairs':>10} {'found':>6} {'prec.':>6} {'recall':>6}"
    )
    print(f"{head} {'removed':>8} {'prec.':>6} {'recall':>6} {'seconds':>8}")
    sums: dict[tuple[str, float], np.ndarray] = defaultdict(lambda: np.zeros(8))
    for name, code, texts in corpora(arguments.shared):
        use = segmenter(load_language(code).segmenter)
        column = pa.array(texts, pa.large_string())
        words = use.words(simplify(column))
        truth = similar(words.to_lists(), min(THRESHOLDS), sketch.words)
        keys = [f"{row:06d}" for row in range(len(texts))]
        lengths = pc.utf8_length(column).cast(pa.int64())
        order = sorted(range(len(texts)), key=lambda row: (-len(texts[row]), row))
        signatures = sketch.signatures_from_words(words)
        for verify in ("sketch", "none"):
            for least in THRESHOLDS:
                start = time.perf_counter()
                given = None if verify == "none" else least
                clusters, _ = cluster(keys, signatures, lengths, sketch, verify, threshold=given)
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
                show(name, verify, least, counts, seconds)
                if name.startswith("revisions"):
                    sums[verify, least] += np.array(counts)
    for (verify, least), counts in sums.items():
        show("revisions, all", verify, least, [int(count) for count in counts], 0)


def show(name: str, verify: str, least: float, counts: list[int], seconds: float) -> None:
    """One row of the table."""
    documents, alike, found, right, removed, well, exact, both = counts
    pairs = f"{alike:10} {found:6} {share(right, found):>6} {share(right, alike):>6}"
    removals = f"{removed:8} {share(well, removed):>6} {share(both, exact):>6}"
    print(f"{name:24} {verify:7} {least:5} {documents:5} {pairs} {removals} {seconds:8.3f}")


if __name__ == "__main__":
    main()
