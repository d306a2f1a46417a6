"""The URL block lists that the datatrove package carries, compiled once per machine.
 `datatrove/assets` has an archive of 4.6 million domains and 20 thousand URLs (from the UT1 collection of
Université Toulouse Capitole, see FineWeb 2024), and three short lists of words. The two long lists become
memory-mapped sets in the cache folder, named by the checksum of all lists.
"""

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.errors import UserError
from corpusforge.resources import cache_folder
from corpusforge.stages.string_set import StringSet, write_string_set

_ARCHIVE = "url_filterblacklistsv0_3_0.tar.gz"
_WORD_LISTS = ("banned_words.txt", "soft_banned_words.txt", "banned_subwords.txt")
_BLOCK = 16 * 2**20  # bytes of a list read at a time
_NOT_ALPHANUMERIC = re.compile(r"[^a-zA-Z0-9]+")


@dataclass(frozen=True)
class UrlLists:
    """Domains and URLs that are blocked as they stand, and words that block the URL they occur in."""

    domains: StringSet
    urls: StringSet
    banned_words: frozenset[str]
    soft_banned_words: frozenset[str]
    banned_subwords: frozenset[str]


@lru_cache
def lists_checksum() -> str:
    """SHA-256, as hex, of the installed lists: what a stage that uses them depends on. Raises UserError."""
    digest = hashlib.sha256()
    for path in _assets():
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


@lru_cache
def url_lists() -> UrlLists:
    """The lists, opened once per process; the first call on a machine compiles them (seconds).

    Raises UserError when datatrove is not installed or the cache folder cannot be written.
    """
    folder = cache_folder() / "url_lists" / lists_checksum()[:16]
    try:
        domains, urls = _open(folder)
    except (OSError, ValueError):  # not compiled yet, or not whole
        try:
            _compile(folder)
        except OSError as error:
            mend = "set CORPUSFORGE_CACHE to a writable folder"
            problem = f"cannot write the compiled URL lists ({error.strerror})"
            raise UserError(f"{folder}: {problem}; {mend}") from None
        domains, urls = _open(folder)
    words = {path.name: _words(path) for path in _assets()[1:]}
    return UrlLists(domains, urls, *(words[name] for name in _WORD_LISTS))


def _assets() -> list[Path]:
    package = find_spec("datatrove")
    if package is None or not package.submodule_search_locations:
        raise UserError("url_filter: the block lists are in the package datatrove; `pip install datatrove`")
    folder = Path(package.submodule_search_locations[0]) / "assets"
    paths = [folder / name for name in (_ARCHIVE, *_WORD_LISTS)]
    for path in paths:
        if not path.is_file():
            raise UserError(f"{path}: no such file; url_filter reads the lists of datatrove 0.9 to 0.10")
    return paths


def _open(folder: Path) -> tuple[StringSet, StringSet]:
    return StringSet.open(folder / "domains"), StringSet.open(folder / "urls")


def _compile(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(_assets()[0], "r:gz") as archive:
        for name in ("domains", "urls"):
            member = archive.extractfile(name)
            if member is None:
                raise UserError(f"{_assets()[0]}: has no file '{name}'")
            write_string_set(_lines(member), folder / name)


def _lines(file: IO[bytes]) -> Iterator[pa.LargeStringArray]:
    """Stripped lines without comments, as datatrove reads them, some megabytes at a time."""
    rest = b""
    while block := file.read(_BLOCK):
        complete, newline, rest = (rest + block).rpartition(b"\n")
        if newline:
            yield _strip(complete)
    if rest:
        yield _strip(rest)


def _strip(text: bytes) -> pa.LargeStringArray:
    lines = pc.split_pattern(pa.array([text], pa.large_binary()).cast(pa.large_string()), "\n").flatten()
    return pc.utf8_trim_whitespace(lines.filter(pc.invert(pc.starts_with(lines, "#"))))


def _words(path: Path) -> frozenset[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    words = (_NOT_ALPHANUMERIC.sub("", line).lower() for line in lines if not line.startswith("#"))
    return frozenset(words) - {""}
