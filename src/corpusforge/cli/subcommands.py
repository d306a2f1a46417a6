"""Commands of two words (`train lid`): a dictionary of modules, each with `add_arguments` and `run`."""

import argparse
from collections.abc import Mapping
from typing import Any


def add(parser: argparse.ArgumentParser, modules: Mapping[str, Any]) -> None:
    """Give every module a parser of its own."""
    second = parser.add_subparsers(dest="second", metavar="KIND", required=True)
    for name, module in modules.items():
        about = module.__doc__.splitlines()[0]
        module.add_arguments(
            second.add_parser(
                name, help=about, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
            )
        )


def run(args: argparse.Namespace, modules: Mapping[str, Any]) -> int:
    """Call the module that the second word names."""
    return int(modules[args.second].run(args))
