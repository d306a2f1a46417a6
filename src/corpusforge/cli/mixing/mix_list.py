"""List the mixtures that ship with corpusforge."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No flags."""


def run(args: argparse.Namespace) -> int:
    """Print names and what they are."""
    from corpusforge.mix.mixture_file import load_mixture, names

    found = names()
    width = max(map(len, found))
    for name in found:
        print(f"{name:<{width}}  {load_mixture(name).mixture.about}")
    return 0
