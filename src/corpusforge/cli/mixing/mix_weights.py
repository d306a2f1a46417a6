"""Removal rates by cluster size of near duplicates, and how often to repeat documents by them."""

import argparse
import json
from pathlib import Path
from typing import Any

from corpusforge.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge mix weights`."""
    parser.add_argument(
        "runs", metavar="RUN", nargs="+", help="directories of finished runs; their counts are added up"
    )
    parser.add_argument("--lang", metavar="LANG[,LANG]", help="only these languages")
    parser.add_argument(
        "--method",
        choices=("significant", "published"),
        default="significant",
        help="what --write writes (default: significant)",
    )
    parser.add_argument("--max", metavar="N", type=int, default=10, help="copies of a document at most (default: 10)")
    parser.add_argument("--write", metavar="FILE", help="write the weights as YAML, for a mixture's rehydrate.weights")
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Print the tables; write the weights where asked."""
    from corpusforge.mix_runs.checks import listed
    from corpusforge.mix_runs.runs import languages, name_of, open_runs
    from corpusforge.mix_runs.shown import weights_lines
    from corpusforge.mix_runs.weights import METHODS, removal_tables, weights_text

    if not 1 <= args.max <= 100:
        raise UserError(f"--max {args.max}: from 1 to 100 copies")
    runs = open_runs(args.runs)
    codes = sorted({code for one in runs for code in languages(one)})
    if args.lang is not None:
        from corpusforge.cli.recipe_arguments import languages_of

        wanted = languages_of(args.lang)
        missing = [code for code in wanted if code not in codes and code != "all"]
        if missing:
            raise UserError(f"--lang: the runs hold no {', '.join(missing)}; they hold: {listed(codes)}")
        codes = codes if wanted == ("all",) else list(wanted)
    tables = removal_tables(runs, codes)
    if args.write:
        weights = {code: METHODS[args.method](table, args.max) for code, table in tables.items()}
        source = f"removal rates of {', '.join(map(name_of, runs))}"
        Path(args.write).parent.mkdir(parents=True, exist_ok=True)
        Path(args.write).write_text(weights_text(weights, args.method, args.max, source), encoding="utf-8")
    if args.json:
        print(json.dumps({code: _data(table, args.max) for code, table in tables.items()}, indent=1))
        return 0
    for number, table in enumerate(tables.values()):
        print("\n".join((["", ""][: number > 0]) + list(weights_lines(table, args.max))))
    if args.write:
        print(f"\nwritten  {args.write}: {args.method} weights of {len(tables)} languages")
    return 0


def _data(table: Any, most: int) -> dict[str, Any]:
    from corpusforge.mix.rehydration import published_weights
    from corpusforge.mix.significant import significant_weights

    found = significant_weights(table, most)
    columns = {
        "size": table.sizes,
        "documents": table.documents,
        "kept": table.kept,
        "removal_rate": table.rates,
        "low": found.low,
        "high": found.high,
        "pool": found.pool,
        "published": published_weights(table.rates, table.rate, most),
        "significant": found.weights,
    }
    rows = [
        dict(zip(columns, row, strict=True)) for row in zip(*(one.tolist() for one in columns.values()), strict=True)
    ]
    return {"removal_rate": table.rate, "sizes": rows}
