"""Train language identification on texts whose language is known.

The files are .jsonl (.gz, .zst), .parquet or .tsv with columns text, lang (ISO 639) and script (ISO 15924); directories
and glob patterns do. The same files, preset and seed give the same model. A card is written beside it. Use the model with
`corpusforge run ... --set identify.model=MODEL`; judge it with `corpusforge eval lid --model MODEL --data FILES`.
"""

import argparse
import json
from pathlib import Path

from corpusforge.cli.heads.labelled_arguments import add_columns, add_data, columns_of
from corpusforge.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge train lid`."""
    from corpusforge.lid.shape import PRESETS

    add_data(parser, "--data", "labelled files to learn from")
    add_data(parser, "--hold-out", "labelled files to test on later: none of their lines is learnt", needed=False)
    add_columns(parser)
    parser.add_argument("--out", metavar="MODEL", default="lid.lid", help="where to (default lid.lid)")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="broad", help="shape of the model (default broad)")
    parser.add_argument(
        "--seed", type=int, default=0, help="which texts are taken where there are too many (default 0)"
    )
    parser.add_argument("--json", action="store_true", help="the card as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Train, write, print."""
    from corpusforge.lid.labelled import expand, read_labelled
    from corpusforge.lid.shape import PRESETS
    from corpusforge.lid.train import save, train

    out = Path(args.out)
    if out.is_dir():
        raise UserError(f"{out}: is a directory; name a file")
    columns = columns_of(args)
    files, tested = expand(args.data), expand(args.hold_out)
    if shared := sorted(set(files) & set(tested)):
        raise UserError(f"{shared[0]}: stands in --data and in --hold-out")
    texts = read_labelled(files, columns)
    model = train(texts, PRESETS[args.preset], args.seed, read_labelled(tested, columns), args.preset)
    checksum = save(model, out)
    if args.json:
        print(json.dumps({"model": str(out), "sha256": checksum, **model.card}, ensure_ascii=False, indent=1))
        return 0
    card, held = model.card, model.card["held_out"]
    total = sum(card["languages"].values())
    print(f"{out}: {len(model.labels):,} languages from {total:,} bytes of text; {out.stat().st_size / 1e6:,.1f} MB")
    print(f"held-out pieces of the same sources: macro F1 {held['macro_f1']:.3f} over {held['windows']:,}")
    left = card["left_out"]
    if left["too_small"]:
        shown = ", ".join(left["too_small"][:8]) + (", ..." if len(left["too_small"]) > 8 else "")
        least = PRESETS[args.preset].smallest
        print(f"left out, fewer than {least:,} bytes: {len(left['too_small']):,} languages ({shown})")
    for one, other in left["twins"].items():
        print(f"left out, most of its lines are {other}'s: {one}")
    print(f"card: {out}.md  sha256 {checksum}")
    print(f"use it: corpusforge run RECIPE --set identify.model={out}")
    return 0
