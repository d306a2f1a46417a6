"""Which crawls `--crawl` means."""

from pathlib import Path
from typing import Any

import pytest
from tests.crawl.conftest import CRAWL, OLDER, QUICK
from tests.crawl.server import Fault, Web

from corpusforge.crawl.catalogue import chosen_crawls, known_crawls
from corpusforge.crawl.root import open_root
from corpusforge.errors import UserError

Mirror = tuple[Path, list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("names", "crawls"),
    [
        (("latest",), [CRAWL]),
        ((OLDER,), [OLDER]),
        ((CRAWL, OLDER, "latest"), [OLDER, CRAWL]),
        (("CC-MAIN-2024-10..CC-MAIN-2025-26",), [OLDER, CRAWL]),
        (("CC-MAIN-2024-11..",), [CRAWL]),
        (("..CC-MAIN-2024-51",), [OLDER]),
    ],
)
def test_ids_ranges_and_latest(mirror: Mirror, web: Web, names: tuple[str, ...], crawls: list[str]) -> None:
    assert chosen_crawls(open_root(str(mirror[0]), QUICK), names) == crawls
    assert chosen_crawls(open_root(web.url, QUICK), names) == crawls


def test_an_id_alone_needs_no_list(web: Web) -> None:
    web.always["collinfo.json"] = Fault(500)
    assert chosen_crawls(open_root(web.url, QUICK), (CRAWL,)) == [CRAWL]
    assert not web.asked


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CC-MAIN-2026-01..CC-MAIN-2026-30", f"in this range; near it: {OLDER}, {CRAWL}; the latest is {CRAWL}, of 2"),
        ("CC-MAIN-2025-26..CC-MAIN-2024-10", "the range runs backward; write CC-MAIN-2024-10..CC-MAIN-2025-26"),
        ("2025-26", f"not a crawl's id, such as CC-MAIN-2025-30; near it: {CRAWL}"),
        ("CC-MAIN-2025-26..newest", "'newest' is not a crawl's id"),
    ],
)
def test_what_is_no_crawl_is_refused_with_those_near(mirror: Mirror, name: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        chosen_crawls(open_root(str(mirror[0]), QUICK), (name,))
    assert said in str(error.value)


def test_a_root_without_a_list_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no list of crawls here"):
        known_crawls(open_root(str(tmp_path), QUICK))
