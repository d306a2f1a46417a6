"""Ranges of files over HTTP: bounded connections, back-off that all processes share, nothing taken that was not asked."""

from __future__ import annotations

import threading
import time
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

from corpusforge import __version__
from corpusforge.crawl.root import Described, Manners, NotThere, Root, Transient
from corpusforge.crawl.slots import Slots
from corpusforge.errors import UserError

USER_AGENT = f"corpusforge/{__version__}"
_PASSING = frozenset({403, 408, 425, 429, 500, 502, 503, 504})
_WORDS = {403: "forbidden, as for who asks too often", 429: "too many requests", 503: "slow down, or unavailable"}
_WHOLE = 64 << 20  # the largest list of paths that is read whole


class HttpRoot(Root):
    """A web server that answers range requests, such as https://data.commoncrawl.org."""

    def __init__(self, url: str, manners: Manners) -> None:
        super().__init__(url, manners)
        self._slots = Slots(urlsplit(url).netloc, manners.connections)
        self._pool: Any = None
        self._making = threading.Lock()

    def listed(self, folder: str) -> list[str] | None:
        """Web servers do not list."""
        return None

    def whole_url(self, url: str) -> bytes:
        """A small file elsewhere. Raises NotThere, Unreachable."""
        return self._attempts(url, lambda: self._body("GET", url, {}, (200,), _WHOLE)[0])

    def where(self, path: str) -> str:
        """The URL of a path."""
        return path if path.startswith(("http://", "https://")) else f"{self.url}/{quote(path, safe='/=')}"

    def _read(self, path: str, start: int, length: int) -> bytes:
        asked = {"Range": f"bytes={start}-{start + length - 1}"}
        data, fields = self._body("GET", self.where(path), asked, (206,), length)
        given = str(fields.get("Content-Range", ""))
        if given.startswith("bytes ") and not given.startswith(f"bytes {start}-"):
            raise Transient(f"another range than the one asked for: {given[:80]}")
        if len(data) < length:
            if "/" in given and given.rpartition("/")[2].isdigit() and int(given.rpartition("/")[2]) < start + length:
                raise NotThere(f"the file ends before byte {start + length:,}", beyond=True)
            raise Transient(f"{len(data):,} of {length:,} bytes came")
        return data

    def _whole(self, path: str) -> bytes:
        return self._body("GET", self.where(path), {}, (200,), _WHOLE)[0]

    def _describe(self, path: str) -> Described:
        fields = self._body("HEAD", self.where(path), {}, (200,), 0)[1]
        size = str(fields.get("Content-Length", ""))
        if not size.isdigit():
            raise UserError(f"{self.where(path)}: the server does not say how long the file is")
        version = fields.get("ETag") or fields.get("Last-Modified") or ""
        return Described(int(size), f"{size}+{str(version).strip(chr(34))}")

    def _pause(self, seconds: float) -> None:
        self._slots.pause(seconds)
        time.sleep(seconds)

    def _body(
        self, method: str, url: str, fields: dict[str, str], wanted: tuple[int, ...], most: int
    ) -> tuple[bytes, Any]:
        """The body of an answer, of at most `most` bytes, and its fields."""
        import urllib3

        with self._slots.one():
            try:
                sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **fields}
                answer = self._connection(url).request(method, url, headers=sent, preload_content=False)
                status = answer.status
                if status in wanted:
                    data = b"" if method == "HEAD" else answer.read(most + 1)
                    if len(data) <= most:
                        answer.drain_conn()
                        answer.release_conn()
                        return data, answer.headers
                wait = _seconds(answer.headers.get("Retry-After"))
                answer.close()  # what is left of it is not wanted
            except urllib3.exceptions.HTTPError as error:
                raise Transient(_said(error), no_server=_no_server(error)) from error
        if status in wanted:
            raise UserError(f"{url}: more bytes came than were asked for")
        if status in _PASSING:
            raise Transient(f"HTTP status {status}{f' ({_WORDS[status]})' if status in _WORDS else ''}", wait)
        if status == 200 and 206 in wanted:
            raise UserError(f"{url}: the server does not answer range requests; give another --crawl-root")
        if status == 416:
            raise NotThere("the range lies beyond the end of the file", beyond=True)
        raise NotThere(f"HTTP status {status}")

    def _connection(self, url: str) -> Any:
        import urllib3

        with self._making:
            if self._pool is None:
                retries = urllib3.Retry(
                    total=None, connect=0, read=0, status=0, other=0, redirect=5, respect_retry_after_header=False
                )
                options: dict[str, Any] = {
                    "maxsize": self.manners.connections,
                    "retries": retries,
                    "timeout": urllib3.Timeout(self.manners.timeout_s),
                }
                parts = urlsplit(url)
                proxy = getproxies().get(parts.scheme)
                if proxy and not proxy_bypass(parts.hostname or ""):
                    self._pool = urllib3.ProxyManager(proxy, **options)
                else:
                    self._pool = urllib3.PoolManager(**options)
            return self._pool


def _seconds(field: str | None) -> float | None:
    """Retry-After: seconds, or a date (RFC 9110, section 10.2.3); None where there is none that can be read."""
    if field is None:
        return None
    if field.strip().isdigit():
        return float(field)
    try:
        return max(0.0, parsedate_to_datetime(field).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _no_server(error: Exception) -> bool:
    import urllib3

    return isinstance(getattr(error, "reason", None), urllib3.exceptions.NewConnectionError)


def _said(error: Exception) -> str:
    """What went wrong, without the objects' addresses that urllib3 prints."""
    import urllib3

    reason = getattr(error, "reason", None)
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return "the host's name cannot be resolved; is there a network?"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return f"no connection: {str(reason).rpartition(': ')[2]}"
    inner = reason or error
    return f"{type(inner).__name__}: {str(inner).rpartition('>: ')[2][:200]}"
