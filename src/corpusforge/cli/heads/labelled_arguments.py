"""Flags for labelled files."""

import argparse

from corpusforge.errors import UserError


def add_data(parser: argparse.ArgumentParser, flag: str, about: str, needed: bool = True) -> None:
    """Declare a flag that takes labelled files."""
    parser.add_argument(flag, nargs="+", metavar="FILE", required=needed, default=[], help=about)


def add_columns(parser: argparse.ArgumentParser) -> None:
    """Declare --columns."""
    parser.add_argument(
        "--columns",
        metavar="TEXT,LANG,SCRIPT",
        help="names of the columns; usually found by themselves (text, lang, script)",
    )


def columns_of(args: argparse.Namespace) -> tuple[str, str, str] | None:
    """The value of --columns. Raises UserError."""
    if args.columns is None:
        return None
    names = tuple(name.strip() for name in args.columns.split(","))
    if len(names) != 3:
        raise UserError(f"--columns {args.columns}: write three names, of text, language and script: text,lang,script")
    return (names[0], names[1], names[2])
