"""What a mixture would take from runs: documents, words, bytes, share and epochs, per language, source and stage."""

import argparse
import json

from corpusforge.cli.mixing.mixture_arguments import add_mixture_arguments, mixture_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge mix plan`."""
    add_mixture_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the plan; nothing is written."""
    from corpusforge.mix_runs.plan import plan_mixture
    from corpusforge.mix_runs.shown import plan_lines

    plan = plan_mixture(mixture_from(args), args.runs)
    print(json.dumps(plan.dump(), ensure_ascii=False, indent=1) if args.json else "\n".join(plan_lines(plan)))
    return 0
