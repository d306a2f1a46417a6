"""Mix the corpora of runs: weights from duplicates, a plan first, then a shuffled dataset with every repeat recorded.

`corpusforge mix plan unimax --from runs/a runs/b`, then `corpusforge mix build unimax --from runs/a runs/b --out mixed`.
"""

import argparse

from corpusforge.cli import subcommands
from corpusforge.cli.mixing import mix_build, mix_list, mix_plan, mix_weights

KINDS = {"list": mix_list, "weights": mix_weights, "plan": mix_plan, "build": mix_build}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of the four commands."""
    subcommands.add(parser, KINDS)


def run(args: argparse.Namespace) -> int:
    """Call the one that was named."""
    return subcommands.run(args, KINDS)
