"""Train a model on labelled files of your own: `corpusforge train lid --data FILES...`"""

import argparse

from corpusforge.cli import subcommands
from corpusforge.cli.heads import lid_train

HEADS = {"lid": lid_train}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of every kind of model that can be trained."""
    subcommands.add(parser, HEADS)


def run(args: argparse.Namespace) -> int:
    """Train, print what was made."""
    return subcommands.run(args, HEADS)
