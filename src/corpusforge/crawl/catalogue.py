"""Which crawls there are, and which of them `--crawl` means: ids, ranges, `latest`."""

from __future__ import annotations

import difflib
import json
import re

from corpusforge.crawl.http_root import HttpRoot
from corpusforge.crawl.request import ROOT
from corpusforge.crawl.root import NotThere, Root
from corpusforge.errors import UserError

LIST = "collinfo.json"
_LIST_URL = f"https://index.commoncrawl.org/{LIST}"
_ID = re.compile(r"CC-MAIN-(\d{4})-(\d{2})")
_LATEST = "latest"


def table_paths(crawl: str) -> str:
    """Path of the list of a crawl's index files."""
    return f"crawl-data/{crawl}/cc-index-table.paths.gz"


def chosen_crawls(root: Root, names: tuple[str, ...]) -> list[str]:
    """Ids of the crawls that `names` mean, oldest first, each once.

    The list of all crawls is asked for only where a name is no id. Raises UserError: an id that is none, a range that
    is empty or backward, `latest` where there is no list.
    """
    chosen: set[str] = set()
    known: list[str] | None = None
    for name in names:
        first, dots, last = name.partition("..")
        if not dots and _ID.fullmatch(name):
            chosen.add(name)
            continue
        if not dots and name != _LATEST:
            known = known if known is not None else _known(root)
            raise UserError(f"--crawl {name}: not a crawl's id, such as CC-MAIN-2025-30{_hint(name, known)}")
        known = known if known is not None else known_crawls(root)
        if not dots:
            chosen.add(known[-1])
            continue
        for end in (first, last):
            if end and not _ID.fullmatch(end):
                raise UserError(f"--crawl {name}: '{end}' is not a crawl's id{_hint(end, known)}")
        if first and last and _order(first) > _order(last):
            raise UserError(f"--crawl {name}: the range runs backward; write {last}..{first}")
        inside = [one for one in known if (not first or one >= first) and (not last or one <= last)]
        if not inside:
            raise UserError(f"--crawl {name}: no crawl lies in this range{_hint(first or last, known)}")
        chosen.update(inside)
    return sorted(chosen)


def known_crawls(root: Root) -> list[str]:
    """Ids of all crawls at a root, oldest first. Raises UserError where there is no list, or none in it."""
    found = _known(root)
    if not found:
        raise UserError(
            f"{root.url}: no list of crawls here ({LIST}, or folders crawl-data/CC-MAIN-...); name crawls by their ids"
        )
    return found


def unknown_crawl(root: Root, crawl: str) -> UserError:
    """What to say of a crawl that a root does not have."""
    return UserError(f"--crawl {crawl}: {root.url} has no index of such a crawl{_hint(crawl, _known(root))}")


def _known(root: Root) -> list[str]:
    names = root.listed("crawl-data")
    if names is None and isinstance(root, HttpRoot):
        try:
            text = root.whole_url(_LIST_URL) if root.url == ROOT else root.whole(LIST)
            names = [str(one["id"]) for one in json.loads(text)]
        except (NotThere, ValueError, KeyError, TypeError):
            names = []
    return sorted({name for name in names or [] if _ID.fullmatch(name)}, key=_order)


def _hint(name: str, known: list[str]) -> str:
    if not known:
        return ""
    if _ID.fullmatch(name):
        near = sorted(known, key=lambda one: abs(_weeks(one) - _weeks(name)))[:3]
    else:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    said = f"; near it: {', '.join(sorted(near))}" if near else ""
    return f"{said}; the latest is {known[-1]}, of {len(known):,}"


def _weeks(crawl: str) -> int:
    year, week = _order(crawl)
    return 53 * year + week


def _order(crawl: str) -> tuple[int, int]:
    match = _ID.fullmatch(crawl)
    return (int(match[1]), int(match[2])) if match else (0, 0)
