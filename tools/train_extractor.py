"""Train the block classifier of the extraction engine `blocks`, and write the model that is shipped.

    python -m tools.train_extractor --data DIR [--out FILE] [--folds 5]

DIR holds html_extraction_small, html_fundus, html_trafilatura, html_hplt_cc_sample and html_formasaurus. Seeded; the
same data and versions give the same file. It needs the extra `train` (LightGBM).

What is learned from: pages with full human gold text whose site is not held out (`benchmarks/gold_pages.py`); and at
half the weight, pages of such sites without full gold, with trafilatura's text in its place: of trafilatura's set those
where it holds every snippet that it must and none that it must not; a crawl's pages, listings, logins and home pages
(most of which have little or no main text) as trafilatura's precision mode has them. With --folds, every gold page is
scored by forests that never saw its site, nor did those they were stacked on.
"""

import argparse
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import xxhash
from benchmarks.gold_pages import FULL, SNIPPETS, Page, is_test, read_pages, read_unlabelled, score
from tools.gold_blocks import block_text, block_tokens, labels

from corpusforge.html import blocks as b
from corpusforge.html.feature_names import FIRST_COUNT, NAMES
from corpusforge.html.features import features
from corpusforge.html.forest import Forest, Model, probabilities, write_model
from corpusforge.html.main_text import main_blocks
from corpusforge.html.model_file import MODEL
from corpusforge.html.scan import scan
from corpusforge.html.second_pass import second_pass

THRESHOLD = 0.45
SILVER_WEIGHT = 0.5
FIRST_TREES, SECOND_TREES = 100, 200
INNER_FOLDS = 3
FLOOR = 0.002  # weight of a block without words, as a share of a page
SETTINGS: dict[str, Any] = {
    "objective": "cross_entropy",
    "num_leaves": 24,
    "learning_rate": 0.04,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "min_data_in_leaf": 30,
    "min_sum_hessian_in_leaf": 0.02,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "seed": 3,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


@dataclass(frozen=True)
class Example:
    """A page to learn from: its blocks, the share of each that is main text, and the weight of each."""

    site: str
    page: b.Page
    features: np.ndarray
    labels: np.ndarray
    weights: np.ndarray


def example(site: str, html: str, text: str, weight: float = 1.0) -> Example | None:
    """An example from a page and its main text; None where the two are too long to align.

    A block weighs as much as its words are of the main text: as much as it moves the page's F1. In a page that is
    mostly other text it weighs less, so that no such page weighs more than four others.
    """
    page = scan(html)
    words = block_tokens(page)
    found = labels(words, text)
    if found is None or not len(found):
        return None
    lengths = np.array([len(block) for block in words], np.float64)
    whole = max(50.0, float((lengths * found).sum()), lengths.sum() / 4)
    return Example(site, page, features(page), found, weight * (np.minimum(1, lengths / whole) + FLOOR))


def silver(data: Path) -> list[Example]:
    """Pages without gold, with trafilatura's text for it where nothing speaks against it."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    found = []
    for page in read_pages(data, SNIPPETS):
        for precision in (True, False):
            text = trafilatura.extract(page.html, favor_precision=precision, include_comments=False) or ""
            wanted = all(snippet in text for snippet in page.wanted)
            if len(page.wanted) >= 2 and wanted and not any(snippet in text for snippet in page.unwanted):
                found.append(example(page.site, page.html, text, SILVER_WEIGHT))
                break
    for page in read_unlabelled(data):
        text = trafilatura.extract(page.html, favor_precision=True, include_comments=False) or ""
        found.append(example(page.site, page.html, text, SILVER_WEIGHT))
    return [one for one in found if one is not None]


def fit(examples: Sequence[Example], columns: int, trees: int) -> Forest:
    """A forest over the first `columns` features."""
    rows = np.concatenate([one.features[:, :columns] for one in examples])
    target = np.concatenate([one.labels for one in examples])
    weight = np.concatenate([one.weights for one in examples])
    dataset = lightgbm.Dataset(rows, np.clip(target, 0, 1), weight=weight * (len(weight) / weight.sum()))
    return flat(lightgbm.train(SETTINGS, dataset, trees))


def flat(booster: lightgbm.Booster) -> Forest:
    """A LightGBM model as arrays. Limits are rounded down to float32, so that every float32 goes the same way."""
    fields: dict[str, list[Any]] = {name: [] for name in Forest._fields}

    def place(tree: dict[str, Any]) -> int:
        if "leaf_value" in tree:
            fields["leaf"].append(tree["leaf_value"])
            return -len(fields["leaf"])
        number = len(fields["column"])
        limit = np.float32(tree["threshold"])
        if float(limit) > tree["threshold"]:
            limit = np.nextafter(limit, np.float32(-np.inf))
        for name, value in (("column", tree["split_feature"]), ("limit", limit), ("low", 0), ("high", 0)):
            fields[name].append(value)
        fields["low"][number] = place(tree["left_child"])
        fields["high"][number] = place(tree["right_child"])
        return number

    for tree in booster.dump_model()["tree_info"]:
        fields["roots"].append(place(tree["tree_structure"]))
    kinds = {"roots": np.int32, "column": np.int16, "low": np.int32, "high": np.int32}
    return Forest(**{name: np.array(values, kinds.get(name, np.float32)) for name, values in fields.items()})


def train(examples: Sequence[Example]) -> tuple[Forest, Forest]:
    """Both forests. What the second learns from the first was said by first forests that had not seen the site."""
    folds = [fold(one.site, INNER_FOLDS, seed=7) for one in examples]
    for number in range(INNER_FOLDS):
        inner = fit([one for one, at in zip(examples, folds, strict=True) if at != number], FIRST_COUNT, FIRST_TREES)
        for one, at in zip(examples, folds, strict=True):
            if at == number:
                second_pass(one.page, probabilities(inner, one.features), one.features)
    return fit(examples, FIRST_COUNT, FIRST_TREES), fit(examples, len(NAMES), SECOND_TREES)


def chosen_text(html: str, first: Forest, second: Forest) -> str:
    """The text of the blocks that two forests take for main text."""
    page = scan(html)
    kept = main_blocks(page, Model(first, second, THRESHOLD, {}))
    return "\n".join(block_text(page, at) for at in np.nonzero(kept)[0])


def fold(site: str, folds: int, seed: int) -> int:
    """The fold of a site."""
    return xxhash.xxh64_intdigest(site.encode(), seed=seed) % folds


def cross_validate(pages: Sequence[Page], examples: Sequence[Example], folds: int) -> list[float]:
    """F1 of each gold page by forests trained without its site."""
    scores = [0.0] * len(pages)
    for number in range(folds):
        first, second = train([one for one in examples if fold(one.site, folds, seed=11) != number])
        for row, page in enumerate(pages):
            if fold(page.site, folds, seed=11) == number and page.gold:
                scores[row] = score(chosen_text(page.html, first, second), page.gold)[2]
    return scores


def main() -> None:
    """Read, cross-validate if asked, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--folds", type=int, default=0)
    arguments = parser.parse_args()
    pages = read_pages(arguments.data)
    gold = [one for page in pages if (one := example(page.site, page.html, page.gold or "")) is not None]
    other = silver(arguments.data)
    for_training = [one for one in [*gold, *other] if not is_test(one.site)]
    about = {
        "gold_pages": sum(not is_test(one.site) for one in gold),
        "silver_pages": sum(not is_test(one.site) for one in other),
        "held_out": "sites whose xxh64(site, seed 2) % 4 == 0",
        "lightgbm": lightgbm.__version__,
    }
    first, second = train(for_training)
    write_model(arguments.out, first, second, THRESHOLD, about)
    print(json.dumps(about | {"bytes": arguments.out.stat().st_size}), flush=True)
    test = [page for page in pages if page.is_test]
    scores = [score(chosen_text(page.html, first, second), page.gold or "")[2] for page in test]
    print(f"held-out sites: {len(test)} pages, F1 {np.mean(scores):.4f}", flush=True)
    if arguments.folds:
        scores = cross_validate(pages, [*gold, *other], arguments.folds)
        for source in FULL:
            chosen = [one for one, page in zip(scores, pages, strict=True) if page.source == source]
            print(f"{arguments.folds} folds by site, {source}: {len(chosen)} pages, F1 {np.mean(chosen):.4f}")
        print(f"{arguments.folds} folds by site, all: {len(pages)} pages, F1 {np.mean(scores):.4f}")


if __name__ == "__main__":
    main()
