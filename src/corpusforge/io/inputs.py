"""Which files `--input` means: patterns resolved to named, identified inputs of a known format."""

import glob
import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import xxhash

from corpusforge.errors import UserError
from corpusforge.io.sniff import sniff
from corpusforge.io.urls import filesystem, identity, is_local, open_for_reading

SAMPLE = "sample://"
_NAMED = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)=(.+)", re.DOTALL)
_CLAIM = re.compile(r"\.(warc|wet|wat|arc|jsonl|ndjson|parquet)(?:\.(gz|zst))?$")
_MAGIC = re.compile(r"[*?\[]")


class InputError(UserError):
    """An input that is missing, unreadable, of an unknown format, or named twice."""


@dataclass(frozen=True)
class Input:
    """One input file.

    name: NAME/path, the same on every machine. url: where to open it. format: warc | arc | jsonl | parquet.
    compression: gzip | zstd | None. size in bytes (None: the server does not tell). identity changes with the
    file.
    """

    name: str
    url: str
    format: str
    compression: str | None
    size: int | None
    identity: str


@dataclass(frozen=True)
class Skip:
    """A file that a pattern matched but that is no input, and why."""

    name: str
    url: str
    reason: str


@dataclass(frozen=True)
class Resolved:
    """Inputs and skipped files, each sorted by name."""

    inputs: list[Input] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    name: str
    url: str
    explicit: bool


def resolve(patterns: Iterable[str]) -> Resolved:
    """Resolve patterns: glob, directory, file, URL, `@list.txt`, `sample://`, each optionally `NAME=...`.

    A file matched twice is taken once. Raises InputError for what is missing, unreadable, or two files with
    one name.
    """
    found: dict[str, _Found] = {}
    for pattern in patterns:
        for one in _reachable(pattern):
            known = found.get(one.url)
            if known is None or (one.explicit and not known.explicit):
                found[one.url] = _Found(known.name if known else one.name, one.url, one.explicit)
    _refuse_shared_names(found.values())
    ordered = sorted(found.values(), key=lambda one: one.name)
    if sum(not is_local(one.url) for one in ordered) > 1:
        with ThreadPoolExecutor(16) as pool:
            looked = list(pool.map(_look, ordered))
    else:
        looked = [_look(one) for one in ordered]
    return Resolved([one for one in looked if isinstance(one, Input)], [one for one in looked if isinstance(one, Skip)])


def location(url: str) -> str:
    """Where to open an input's URL: the packaged file for `sample://...`, else the URL itself."""
    if url.startswith(SAMPLE):
        return str(resources.files("corpusforge").joinpath("sample_crawl", *url.removeprefix(SAMPLE).split("/")))
    return url


def _refuse_shared_names(found: Iterable[_Found]) -> None:
    names: dict[str, str] = {}
    for one in found:
        other = names.setdefault(one.name, one.url)
        if other != one.url:
            raise InputError(
                f"two inputs have the name '{one.name}': {other} and {one.url}; "
                f"name one of them: --input NAME={one.url}"
            )


def _look(found: _Found) -> Input | Skip:
    where = location(found.url)
    try:
        size, version = identity(where)
        with open_for_reading(where) as file:
            kind, compression, reason = sniff(file)
            if found.url.startswith(SAMPLE):  # installing changes times, so the content identifies it
                file.seek(0)
                version = f"{size}+{xxhash.xxh3_64_hexdigest(file.read())}"
    except FileNotFoundError:
        raise InputError(f"{found.url}: there is no such file") from None
    except Exception as error:  # every storage library has its own
        raise InputError(f"{found.url}: cannot be read: {_said(error)}") from error
    if kind is None and size != 0:
        kind, compression = _claimed(found.name)  # a file damaged at its begin is an input, with its damage
    if kind is None:
        if found.explicit:
            raise InputError(f"{found.url}: {reason}; inputs are WARC, ARC, JSON Lines or Parquet files")
        return Skip(found.name, found.url, reason)
    return Input(found.name, found.url, kind, compression, size, version)


def _reachable(pattern: str) -> Iterator[_Found]:
    try:
        yield from _expand(pattern)
    except OSError as error:  # a server that is not there
        raise InputError(f"{pattern}: cannot be listed: {_said(error)}") from error


def _claimed(name: str) -> tuple[str | None, str | None]:
    """(format, compression) that a file's name promises; content that says otherwise has been asked before."""
    match = _CLAIM.search(name.lower())
    if match is None:
        return None, None
    kind = {"wet": "warc", "wat": "warc", "ndjson": "jsonl"}.get(match[1], match[1])
    compression = {"gz": "gzip", "zst": "zstd"}.get(match[2] or "")
    return kind, compression


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__


def _expand(pattern: str) -> Iterator[_Found]:
    named = _NAMED.fullmatch(pattern)
    if named and not Path(pattern.split("*")[0]).exists():
        name, pattern = named[1], named[2]
    else:
        name = ""
    if pattern.startswith("@"):
        for line in _lines(pattern[1:]):
            yield from _expand(f"{name}={line}" if name and not _NAMED.fullmatch(line) else line)
    elif pattern.startswith(SAMPLE):
        yield from _sample(name or "sample")
    elif is_local(pattern):
        yield from _local(pattern, name)
    else:
        yield from _remote(pattern, name)


def _lines(path: str) -> Iterator[str]:
    try:
        with open_for_reading(path) as file:
            text = file.read().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"@{path}: the list cannot be read: {_said(error)}") from error
    lines = [line.strip() for line in text.splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    if not wanted:
        raise InputError(f"@{path}: the list names no input")
    yield from wanted


def _sample(name: str) -> Iterator[_Found]:
    folder = Path(str(resources.files("corpusforge").joinpath("sample_crawl")))
    files = sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []
    if not files:
        raise InputError("sample://: this installation of corpusforge has no sample crawl")
    for file in files:
        below = file.relative_to(folder).as_posix()
        yield _Found(f"{name}/{below}", SAMPLE + below, False)


def _local(pattern: str, name: str) -> Iterator[_Found]:
    given = Path(pattern.removeprefix("file://").removeprefix("local://")).expanduser()
    path = Path(os.path.normpath(given.absolute()))  # not resolve(): a link's own name counts
    if path.is_file():
        yield _Found(_name(name, str(path.parent), str(path)), str(path), True)
        return
    if path.is_dir():
        fixed, files = str(path), list(path.rglob("*"))
    elif magic := _MAGIC.search(str(path)):
        fixed = str(path)[: magic.start()].rpartition("/")[0] or "/"
        files = [Path(file) for file in glob.glob(str(path), recursive=True)]  # noqa: PTH207 (Path's differ by version)
    else:
        raise InputError(f"{pattern}: there is no such file or directory")
    matched = [str(file) for file in files if file.is_file()]
    if not matched:
        raise InputError(f"{pattern}: no file matches")
    for file in matched:
        if not _hidden(file[len(fixed) :]):
            yield _Found(_name(name, fixed, file), file, False)


def _remote(pattern: str, name: str) -> Iterator[_Found]:
    fs, path = filesystem(pattern)
    magic = _MAGIC.search(path.replace("?", "") if pattern.startswith("http") else path)
    try:
        if magic:
            fixed = path[: magic.start()].rpartition("/")[0]
            matched = sorted(file for file, info in fs.glob(path, detail=True).items() if info["type"] == "file")
        elif not pattern.startswith("http") and fs.isdir(path):
            fixed, matched = path.rstrip("/"), sorted(fs.find(path))
        else:
            if not fs.exists(path):
                raise InputError(f"{pattern}: there is no such file")
            plain = path.partition("?")[0]
            yield _Found(_name(name, plain.rpartition("/")[0], plain), pattern, True)
            return
    except (UserError, GeneratorExit):
        raise
    except Exception as error:  # every storage library has its own
        raise InputError(f"{pattern}: cannot be listed: {_said(error)}{_mend(pattern)}") from error
    if not matched:
        raise InputError(f"{pattern}: no file matches{_mend(pattern)}")
    for file in matched:
        if not _hidden(file[len(fixed) :]):
            yield _Found(_name(name, fixed, file), fs.unstrip_protocol(file), False)


def _mend(pattern: str) -> str:
    if not pattern.startswith("http"):
        return ""
    return "; many web servers do not list their folders: write the files' URLs into a list, and give `@list.txt`"


def _hidden(below: str) -> bool:
    return any(part.startswith(".") for part in below.split("/"))


def _name(name: str, fixed: str, path: str) -> str:
    below = path[len(fixed.rstrip("/")) :].lstrip("/")
    return f"{name or fixed.rstrip('/').rpartition('/')[2] or 'root'}/{below}"
