"""A local file, unpacked as its name says. Crawl files are read by what they hold instead: `members.py`."""

import gzip
from pathlib import Path
from typing import IO, cast

import zstandard


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file: unpacked where its name ends in .gz or .zst."""
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path))
    if path.suffix == ".zst":
        return cast(IO[bytes], zstandard.open(path, "rb"))
    return path.open("rb")
