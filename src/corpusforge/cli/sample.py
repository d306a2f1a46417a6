"""Write the bundled sample crawl into a directory: real WARC files, written by us, with planted cases."""

import argparse
from pathlib import Path

from corpusforge.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge sample`."""
    parser.add_argument("directory", metavar="DIR", help="where to; made when it is not there")


def run(args: argparse.Namespace) -> int:
    """Copy the files and print their paths."""
    from importlib.resources import files

    target = Path(args.directory)
    if target.exists() and not target.is_dir():
        raise UserError(f"{target}: is not a directory")
    target.mkdir(parents=True, exist_ok=True)
    for source in sorted(files("corpusforge").joinpath("sample_crawl").iterdir(), key=lambda one: one.name):
        if ".warc" in source.name:
            (target / source.name).write_bytes(source.read_bytes())
            print(target / source.name)
    return 0
