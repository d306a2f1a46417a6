"""The inputs of a recipe: files, and the units of crawls of which only some records are fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from corpusforge.crawl.catalogue import chosen_crawls
from corpusforge.crawl.fetch import GAP_BYTES, REQUEST_BYTES
from corpusforge.crawl.index_files import IndexFile, index_files, needed_columns, open_index
from corpusforge.crawl.index_languages import Naming, namings
from corpusforge.crawl.request import SCHEME, CrawlRequest, parse_request
from corpusforge.crawl.root import Manners, Root, Unreachable, open_root
from corpusforge.crawl.selection import Query, Say, Selection, identity, searched_before, select, stored_selection
from corpusforge.crawl.units import RangeInput, units
from corpusforge.errors import UserError
from corpusforge.io.inputs import Input, Resolved
from corpusforge.io.inputs import resolve as resolve_files
from corpusforge.io.storage import Storage
from corpusforge.layers import read_batches
from corpusforge.settings import Settings


@dataclass(frozen=True)
class CrawlInputs:
    """A crawl that a run fetches from: what was selected, its units, and how the index names the languages."""

    selection: Selection
    units: list[RangeInput]
    namings: list[Naming]


@dataclass(frozen=True)
class Prepared:
    """Inputs as far as they are known without writing anything: files, and crawls with their index files."""

    files: Resolved
    request: CrawlRequest | None = None
    root: Root | None = None
    crawls: list[tuple[str, list[IndexFile]]] = field(default_factory=list)
    namings: list[Naming] = field(default_factory=list)


def prepare_inputs(settings: Settings, storage: Storage, say: Say) -> Prepared:
    """Look at everything that a recipe reads from, writing nothing.

    A crawl whose selection lies in the run's directory can be gone on with where its index is out of reach. Raises
    UserError for whatever is missing, unreadable or cannot be: a crawl that is not there, a language that the
    index cannot name.
    """
    patterns = list(settings.dataset.from_)
    wanted = [pattern for pattern in patterns if pattern.startswith(SCHEME)]
    others = [pattern for pattern in patterns if not pattern.startswith(SCHEME)]
    files = resolve_files(others) if others else Resolved()
    if not wanted:
        return Prepared(files)
    if len(wanted) > 1:
        raise UserError(f"{wanted[1]}: one crawl request is enough; name several crawls with commas in it")
    request = parse_request(wanted[0])
    if settings.every_language:
        raise UserError(
            "--crawl with --lang all: nearly every record would be fetched one by one; read the crawl's files whole "
            "with --input (crawl-data/.../warc.paths.gz lists them)"
        )
    named = namings(settings.recipe.languages, request.rest, request.codes)
    query = Query(codes_of(named), request.rest, request.digests)
    root = open_root(request.root, Manners(request.connections, attempts_without_server=2))
    crawls = [(crawl, _index(root, storage, crawl, query, say)) for crawl in chosen_crawls(root, request.crawls)]
    return Prepared(files, request, root, crawls, named)


def _index(root: Root, storage: Storage, crawl: str, query: Query, say: Say) -> list[IndexFile]:
    """A crawl's index files as they are now; out of reach, as they were when the run searched them."""
    try:
        files = index_files(root, crawl)
    except Unreachable as error:
        found = searched_before(storage, crawl, root.url, query)
        if found is None:
            raise
        say(f"{error}; going on with what the index of {crawl} told before")
        return found
    if stored_selection(storage, crawl, identity(crawl, files, query)) is None:
        # An old crawl's index has no languages: say so before anything is written.
        open_index(root, files[0], needed_columns(query.rest, query.digests))
    return files


def resolve_inputs(
    prepared: Prepared, storage: Storage, say: Say, stopping: Callable[[], bool] = lambda: False
) -> tuple[Resolved, list[CrawlInputs]]:
    """All inputs, by name; crawls are searched where the run's directory does not have their selection yet.

    Raises UserError where an index cannot be read, or names no record; Stopped when `stopping` says so.
    """
    request = prepared.request
    if request is None or prepared.root is None:
        return prepared.files, []
    query = Query(codes_of(prepared.namings), request.rest, request.digests)
    found = []
    for crawl, files in prepared.crawls:
        selection = select(prepared.root, storage, crawl, files, query, say, stopping)
        found.append(CrawlInputs(selection, units(storage, selection, request), prepared.namings))
    if not any(one.units for one in found):
        names = ", ".join(crawl for crawl, _ in prepared.crawls)
        raise UserError(
            f"--crawl {names}: the index names no record in {', '.join(query.codes) or 'the languages asked for'}"
            f"{' and the random rest is empty' if request.rest else '; take a random share of all pages: --crawl-rest 0.001'}"
        )
    inputs: list[Input] = [*prepared.files.inputs, *(unit for one in found for unit in one.units)]
    return Resolved(sorted(inputs, key=lambda one: one.name), prepared.files.skipped), found


def all_inputs(settings: Settings, storage: Storage) -> Resolved:
    """All inputs of a run that is there."""
    return resolve_inputs(prepare_inputs(settings, storage, _quiet), storage, _quiet)[0]


def _quiet(text: str) -> None:
    """Say nothing."""


def codes_of(named: Iterable[Naming]) -> tuple[str, ...]:
    """The index's codes of all languages, sorted."""
    return tuple(sorted({code for one in named for code in one.codes}))


def outlook(prepared: Prepared, found: list[CrawlInputs], storage: Storage, done: set[str]) -> list[dict[str, Any]]:
    """Per crawl what was selected and what fetching it will take, as plain data. `done`: names of finished units."""
    if prepared.request is None or prepared.root is None:
        return []
    request = prepared.request
    said = []
    for one in found:
        receipt = one.selection.receipt
        left = [unit for unit in one.units if unit.name not in done]
        requests, size = _requests(storage, one.selection, left)
        spent = receipt["spent"]
        seconds = None
        if spent["request_s"] is not None:
            seconds = requests * spent["request_s"] + (size / 2**20 / spent["mib_s"] if spent["mib_s"] else 0.0)
            seconds = round(seconds / request.connections, 1)
        said.append(
            {
                "crawl": one.selection.crawl,
                "root": request.root,
                "languages": [vars(naming) for naming in one.namings],
                "rest_share": request.rest,
                "index_files": spent["index_files"],
                "index_bytes": spent["index_bytes"],
                "index_records": spent["index_records"],
                "index_bytes_read": spent["column_bytes"],
                "records": receipt["records"],
                "chosen": receipt["chosen"],
                "warc_files": receipt["warc_files"],
                "bytes": receipt["bytes"],
                "units": len(one.units),
                "units_to_fetch": len(left),
                "requests": requests,
                "bytes_to_fetch": size,
                "connections": request.connections,
                "request_s": spent["request_s"],
                "mib_s": spent["mib_s"],
                "seconds": seconds,
            }
        )
    return said


def _requests(storage: Storage, selection: Selection, left: list[RangeInput]) -> tuple[int, int]:
    """Requests that units will take, and the bytes of them, gaps between near records included."""
    requests = size = 0
    for unit in left:
        last_name, begin, end = "", 0, 0
        for table in read_batches(
            storage, selection.path, unit.start, unit.stop - unit.start, ["warc_filename", "offset", "length"]
        ):
            for name, offset, length in zip(*(column.to_pylist() for column in table.columns), strict=True):
                near = name == last_name and 0 <= offset - end <= GAP_BYTES
                if near and offset + length - begin <= REQUEST_BYTES:
                    size += offset + length - end
                else:
                    requests, size, begin = requests + 1, size + length, offset
                last_name, end = name, offset + length
    return requests, size
