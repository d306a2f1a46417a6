"""Ranges over HTTP, from a server that misbehaves as real ones do."""

import time
from email.utils import formatdate
from pathlib import Path

import pytest
from tests.crawl.conftest import QUICK
from tests.crawl.server import Fault, serving

from corpusforge import __version__
from corpusforge.crawl.http_root import HttpRoot
from corpusforge.crawl.root import Manners, NotThere, Unreachable, open_root
from corpusforge.errors import UserError


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "data").write_bytes(bytes(range(256)) * 4)
    return tmp_path


def test_a_range_is_read_and_the_server_knows_who_asks(files: Path) -> None:
    with serving(files) as web:
        root = open_root(web.url, QUICK)
        assert root.read("data", 100, 50) == bytes(range(100, 150))
        assert root.describe("data").size == 1024
        assert web.asked[0] == ("GET", "data", "bytes=100-149")
        assert web.agents == {f"corpusforge/{__version__}"}


@pytest.mark.parametrize(
    "fault", [Fault(503), Fault(429), Fault(500), Fault(403), Fault(short=True), Fault(reset=True)], ids=str
)
def test_what_may_pass_is_asked_for_again(files: Path, fault: Fault) -> None:
    with serving(files) as web:
        web.faults["data"] = [fault, fault]
        assert open_root(web.url, QUICK).read("data", 0, 100) == bytes(range(100))
        assert len(web.asked) == 3


def test_it_gives_up_after_the_attempts_and_says_what_came(files: Path) -> None:
    with serving(files) as web:
        web.always["data"] = Fault(503)
        with pytest.raises(Unreachable) as error:
            open_root(web.url, QUICK).read("data", 0, 100)
        assert f"{web.url}/data: HTTP status 503 (slow down, or unavailable) (after 3 attempts)" in str(error.value)
        assert len(web.asked) == 3


@pytest.mark.parametrize("written", ["1", "date"])
def test_retry_after_is_kept_by_every_connection(files: Path, written: str) -> None:
    with serving(files) as web:
        wanted = "1" if written == "1" else formatdate(time.time() + 2, usegmt=True)
        web.faults["data"] = [Fault(429, (("Retry-After", wanted),))]
        began = time.monotonic()
        assert open_root(web.url, QUICK).read("data", 0, 4) == b"\x00\x01\x02\x03"
        assert time.monotonic() - began >= 0.9
        other = HttpRoot(web.url, QUICK)
        other._slots.pause(0.5)  # as another process would
        began = time.monotonic()
        open_root(web.url, QUICK).read("data", 0, 4)
        assert time.monotonic() - began >= 0.4


def test_a_wait_that_is_too_long_ends_the_attempts(files: Path) -> None:
    with serving(files) as web:
        web.faults["data"] = [Fault(503, (("Retry-After", "86400"),))]
        with pytest.raises(Unreachable, match="asks to wait 86,400 s"):
            open_root(web.url, QUICK).read("data", 0, 4)
        assert len(web.asked) == 1


def test_what_is_not_there_is_not_asked_for_again(files: Path) -> None:
    with serving(files) as web:
        root = open_root(web.url, QUICK)
        for path, start in (("nothing", 0), ("data", 5000), ("data", 1000)):
            with pytest.raises(NotThere):
                root.read(path, start, 100)
        assert len(web.asked) == 3


def test_a_server_without_ranges_is_left_at_once(files: Path) -> None:
    with serving(files) as web:
        web.faults["data"] = [Fault(no_ranges=True)]
        with pytest.raises(UserError, match="does not answer range requests"):
            open_root(web.url, QUICK).read("data", 10, 20)
        assert len(web.asked) == 1


def test_connections_are_bounded_over_all_roots(files: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with serving(files) as web:
        web.slow_s = 0.03
        roots = [HttpRoot(web.url, Manners(connections=2, attempts=1)) for _ in range(4)]  # as four workers have
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: roots[n % 4].read("data", n, 10), range(24)))
        assert len(web.asked) == 24
        assert web.most_at_once == 2


def test_no_server_and_no_name_are_told_apart() -> None:
    with pytest.raises(Unreachable, match=r"no connection: .*refused"):
        open_root("http://127.0.0.1:9", QUICK).read("data", 0, 1)
    with pytest.raises(Unreachable, match="is there a network"):
        open_root("http://no-such-host.invalid", QUICK).read("data", 0, 1)
