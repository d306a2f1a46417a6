"""Write a mixture as a shuffled Parquet dataset: the plan's documents, with every repeat recorded."""

import argparse
import json
import sys

from corpusforge.cli.mixing.mixture_arguments import add_mixture_arguments, mixture_from
from corpusforge.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge mix build`."""
    add_mixture_arguments(parser)
    parser.add_argument(
        "--out", metavar="DIR", required=True, help="directory of the dataset: new, or of the same mixture"
    )


def run(args: argparse.Namespace) -> int:
    """Plan, build, say what there is."""
    from corpusforge.mix_runs.build import build
    from corpusforge.mix_runs.plan import plan_mixture
    from corpusforge.mix_runs.shown import plan_lines

    if not args.out.strip():
        raise UserError("--out: the value is empty (a shell variable that is not set?)")
    plan = plan_mixture(mixture_from(args), args.runs)
    if not args.json:
        print("\n".join(plan_lines(plan)), flush=True)
    manifest = build(plan, args.out, lambda text: print(text, file=sys.stderr))
    if args.json:
        print(json.dumps(manifest, ensure_ascii=False, indent=1))
        return 0
    files = manifest["files"]
    size = sum(file["bytes"] for file in files)
    print(f"\ndataset  {args.out}/data  {manifest['documents']:,} documents in {len(files):,} files, {size:,} bytes")
    print(f"manifest {args.out}/manifest.json")
    return 0
