"""Judge a model on labelled files: `corpusforge eval lid --model lid176 --data FILES...`"""

import argparse

from corpusforge.cli import subcommands
from corpusforge.cli.heads import lid_eval

HEADS = {"lid": lid_eval}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of every kind of model that can be judged."""
    subcommands.add(parser, HEADS)


def run(args: argparse.Namespace) -> int:
    """Judge, print the tables."""
    return subcommands.run(args, HEADS)
