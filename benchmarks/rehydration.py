"""Rehydration weights on FineWeb2's published tables: what is reproduced, what is noise, what significance changes.

python -m benchmarks.rehydration [--shared DIR] [--write docs/reference/rehydration.md]
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.sources import default_folder
from corpusforge.mix.published_table import published_table
from corpusforge.mix.rehydration import MOST, published_steps, published_weights, steps
from corpusforge.mix.removal import RemovalTable
from corpusforge.mix.significant import LEAST, pools, significant_steps, significant_weights

Weigh = Callable[[RemovalTable], np.ndarray]
SEED, EACH = 1, 120
BANDS = ((0, 1_000), (1_000, 20_000), (20_000, 1_000_000), (1_000_000, None))
SHOWN = ("pan_Guru", "hin_Deva", "tel_Telu", "swh_Latn", "tha_Thai", "rus_Cyrl", "aai_Latn")
SMOOTH = 200  # documents of the pools whose rates are taken for the true ones


def isotonic(table: RemovalTable) -> np.ndarray:
    """Weights by rates that are made to rise from size 2 on (pool adjacent violators), without intervals."""
    blocks: list[list[float]] = []
    for rate, count in zip(table.rates[1:], np.maximum(table.documents[1:], 1), strict=True):
        blocks.append([rate, count, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            total = last[1] + before[1]
            blocks.append([(last[0] * last[1] + before[0] * before[1]) / total, total, last[2] + before[2]])
    rates = np.concatenate([table.rates[:1], *(np.full(int(rows), rate) for rate, _, rows in blocks)])
    return ideal(rates, table.rate)


def ideal(rates: np.ndarray, rate: float) -> np.ndarray:
    """The weights of rates that are known for certain."""
    spared = np.maximum(0.0, 1 - rates / rate) if rate else np.zeros(len(rates))
    return np.round(1 + (MOST - 1) * spared).astype(np.int64)


METHODS: dict[str, Weigh] = {
    "published": lambda table: published_weights(table.rates, table.rate, MOST),
    "isotonic": isotonic,
    **{
        f"pools of {least}": lambda table, least=least: significant_weights(table, MOST, least).weights
        for least in (1, 100, 500, 2_000)
    },
}


def drawn(table: RemovalTable, rates: np.ndarray, rng: np.random.Generator) -> RemovalTable:
    """The table with removals drawn anew."""
    removed = rng.binomial(table.documents, rates)
    return RemovalTable(table.language, table.sizes, table.documents, table.documents - removed)


def smooth(table: RemovalTable) -> np.ndarray:
    """Removal rates from 0 to 1, of neighbouring sizes together."""
    pool = pools(table.documents, SMOOTH)
    removed = np.bincount(pool, table.documents - table.kept)
    return (removed / np.bincount(pool, table.documents))[pool]


def noise(tables: list[RemovalTable]) -> Iterator[list[str]]:
    """Rows of the table of noise."""
    for low, high in BANDS:
        inside = [table for table in tables if low <= table.documents.sum() < (high or np.inf)]
        rng = np.random.default_rng(SEED)
        chosen = [inside[at] for at in rng.choice(len(inside), min(EACH, len(inside)), replace=False)]
        for name, weigh in METHODS.items():
            null, apart, bias = [], [], []
            for table in chosen:
                same = drawn(table, np.full(len(table.sizes), table.rate / 100), rng)
                null.append(((weigh(same) > 1) * table.documents).sum() / table.documents.sum())
                rates = smooth(table)
                one, other = (weigh(drawn(table, rates, rng)) for _ in range(2))
                apart.append((np.abs(one - other) * table.documents).sum() / table.documents.sum())
                bias.append(((one - ideal(100 * rates, table.rate)) * table.documents).sum() / table.documents.sum())
            band = f"{low:,} to {high:,}" if high else f"{low:,} or more"
            yield [
                band,
                str(len(chosen)),
                name,
                f"{np.mean(null):.1%}",
                f"{np.mean(apart):.3f}",
                f"{np.mean(bias):+.3f}",
            ]


def reproduced(rows: list[dict], weights: pl.DataFrame) -> tuple[int, int, list[str]]:
    """Published cases with five sizes or more, those that differ, and which."""
    by_code = {row["code"]: row for row in rows}
    cases, differing = 0, []
    for case in weights.iter_rows(named=True):
        row = by_code[case["code"]]
        sizes = np.array([*row["cluster_sizes"], row["tail_threshold"]])
        rates = np.array([*row["cluster_removal_rates"], row["tail_removal_rate"]])
        if len(sizes) < 5:
            continue
        cases += 1
        ours = steps(sizes, published_weights(rates, row["global_removal_rate"], case["max_reps"]))
        if ours != dict(zip(case["cluster_size_from"], case["repeat"], strict=True)):
            differing.append(f"{case['code']} at {case['max_reps']}")
    return cases, len(differing), differing


def page(folder: Path) -> str:
    """The page."""
    rows = pl.read_parquet(folder / "rehydration_distributions.parquet").to_dicts()
    weights = pl.read_parquet(folder / "rehydration_weights.parquet")
    tables = [table for table in map(published_table, rows) if table.documents.sum() > 0]
    cases, wrong, which = reproduced(rows, weights)
    lowest = np.array([table.documents[table.rates.argmin()] for table in tables])
    known = sum(int((table.kept > 0).sum()) for table in tables)
    sizes = sum(len(table.sizes) for table in tables)
    kept = sum(int(table.kept.sum()) for table in tables)
    after = [
        sum(int(table.kept @ METHODS[name](table)) for table in tables) for name in ("published", f"pools of {LEAST}")
    ]
    any_ = [sum(METHODS[name](table).max() > 1 for table in tables) for name in ("published", f"pools of {LEAST}")]
    examples = [
        [
            table.language,
            f"{table.rate:.1f}%",
            ", ".join(f"{rate:.1f}" for rate in table.rates[:3]),
            _short(published_steps(table)),
            _short(significant_steps(table)),
            *(
                f"{table.kept @ METHODS[name](table) / table.kept.sum():.2f}"
                for name in ("published", f"pools of {LEAST}")
            ),
        ]
        for table in tables
        if table.language in SHOWN
    ]
    return PAGE.format(
        cases=f"{cases:,}",
        right=f"{cases - wrong:,}",
        share=f"{(cases - wrong) / cases:.3%}",
        which=", ".join(which),
        languages=f"{len(tables):,}",
        sizes=f"{sizes:,}",
        unknown=f"{sizes - known:,}",
        few=f"{np.mean(lowest < 30):.0%}",
        median=f"{np.median(lowest):g}",
        kept=f"{kept / 1e9:.2f}",
        published=f"{after[0] / 1e9:.2f}",
        significant=f"{after[1] / 1e9:.2f}",
        any_published=f"{any_[0]:,}",
        any_significant=f"{any_[1]:,}",
        least=LEAST,
        smooth=SMOOTH,
        each=EACH,
        noise=_table(
            ["documents", "languages", "method", "repeated for nothing", "two draws apart", "bias"], noise(tables)
        ),
        examples=_table(
            ["language", "removed", "sizes 1, 2, 3", "published", "significant", "rows per document", "significant"],
            examples,
        ),
    )


def _short(found: dict[int, int]) -> str:
    shown = list(found.items())[:8]
    return ", ".join(f"{size}: {copies}" for size, copies in shown) + (" ..." if len(found) > 8 else "")


def _table(head: Sequence[str], rows: Sequence[list[str]] | Iterator[list[str]]) -> str:
    cells = [list(head), ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


PAGE = """# Rehydration weights, measured

    python -m benchmarks.rehydration --write docs/reference/rehydration.md

On FineWeb2's published tables (huggingface/fineweb-2 at d0defb2, misc/rehydration). What the methods are says
[mixing](../concepts/mixing.md).

## The published formula

{right} of {cases} published cases with five sizes or more (a language and a number of copies) come out equal: {share}.
Differing: {which}, where an average lies half way between two numbers, but for the last bit.

The tables hold, per language and cluster size, a removal rate and the documents kept; what deduplication left of a size
follows from them to the document, where something was kept. That is so in all but {unknown} of {sizes} rows. Where
everything was removed, only the sum over those sizes is known, from the language's own rate. Not known: on which of the
filters they fell, and anything about single documents.

## How much of it is noise

The most copies go to the size with the lowest rate. In {few} of {languages} languages that size has fewer than 30
documents; the median is {median}. Three questions, of up to {each} languages each:

- *repeated for nothing*: removals are drawn anew as if every size had the language's own rate. No document should be
  repeated: which share is?
- *two draws apart*: removals are drawn twice from rates of neighbouring sizes together (pools of {smooth}). By how many
  copies per document do the two weights differ?
- *bias*: by how many copies per document are the weights above those of the rates that were drawn from? (The published
  formula has another anchor, so its bias is not noise alone.)

`isotonic`: rates made to rise from size 2 on, without intervals. `pools of n`: our weights, with n documents in a pool at
least; pools of 1 are single sizes.

{noise}

Pools of {least} are the default: nothing is repeated for nothing, and in small languages less is missed than with larger
pools.

## What changes

Kept documents of all languages: {kept} billion. With repeats, up to ten: {published} billion by the published formula,
{significant} billion where it is significant. Languages in which something is repeated: {any_published}, and
{any_significant}.

{examples}

Weights are written as `first size: copies`. Punjabi: 49.4 % of the documents with two copies are removed, 56.0 % of all.
The difference is certain, and small: two copies, not ten. Telugu: 72.0 % and 73.3 %; nothing is repeated.
"""


def main() -> None:
    """Print the page; with --write, store it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    text = page(args.shared / "data" / "fineweb2_reference")
    if args.write:
        args.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
