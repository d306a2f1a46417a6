"""What is asked of a crawl, and how it stands among a recipe's inputs: `cc://CC-MAIN-2025-30?rest=0.0001`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from corpusforge.errors import UserError, nearest
from corpusforge.io.urls import is_local

SCHEME = "cc://"
ROOT = "https://data.commoncrawl.org"
CONNECTIONS = 2
_MOST_CONNECTIONS = 16
_FIELDS = ("root", "rest", "codes", "connections", "digests")


@dataclass(frozen=True)
class CrawlRequest:
    """Which crawls, where they are, and what of them.

    crawls: ids, ranges `A..B`, `latest`. rest: share of the pages that the index does not name, chosen at random by
    their URL. codes: language codes of the index that replace those of our languages. connections: to one host at a
    time, from all processes of this machine. digests: `record` checks each payload against the digest in its own
    header; `index` also against the index, whose digests are then read too.
    """

    crawls: tuple[str, ...]
    root: str = ROOT
    rest: float = 0.0
    codes: tuple[str, ...] = ()
    connections: int = CONNECTIONS
    digests: str = "record"

    def pattern(self) -> str:
        """The request as an input pattern; what is as by default is left out."""
        given = {
            "root": None if self.root == ROOT else self.root,
            "rest": f"{self.rest:.12g}" if self.rest else None,
            "codes": ",".join(self.codes) or None,
            "connections": None if self.connections == CONNECTIONS else str(self.connections),
            "digests": None if self.digests == "record" else self.digests,
        }
        query = urlencode(
            {name: value for name, value in given.items() if value is not None}, safe=":/,", quote_via=quote
        )
        return f"{SCHEME}{','.join(self.crawls)}{'?' if query else ''}{query}"


def parse_request(pattern: str) -> CrawlRequest:
    """The request of an input pattern. Raises UserError for an unknown field or a value that cannot be."""
    crawls, _, query = pattern.removeprefix(SCHEME).partition("?")
    fields = dict(parse_qsl(query, keep_blank_values=True))
    for name in fields:
        if name not in _FIELDS:
            raise UserError(
                f"{pattern}: unknown field '{name}'{nearest(name, _FIELDS)}; there are: {', '.join(_FIELDS)}"
            )
    return build_request(
        crawls,
        fields.get("root"),
        fields.get("rest"),
        fields.get("codes"),
        fields.get("connections"),
        fields.get("digests"),
        where=f"{pattern}: ",
    )


def build_request(
    crawls: str,
    root: str | None = None,
    rest: str | None = None,
    codes: str | None = None,
    connections: str | None = None,
    digests: str | None = None,
    where: str = "",
) -> CrawlRequest:
    """A request from texts, as a user writes them; None is the default. Raises UserError."""
    names = tuple(name.strip() for name in crawls.split(",") if name.strip())
    if not names:
        raise UserError(f"{where}--crawl: name a crawl, such as CC-MAIN-2025-30, a range A..B, or 'latest'")
    place = ROOT if root is None else root.strip().rstrip("/")
    if not place:
        raise UserError(f"{where}--crawl-root: the value is empty; give a directory or a URL, or leave it out")
    if is_local(place):
        from pathlib import Path

        place = str(Path(place.removeprefix("file://").removeprefix("local://")).expanduser().absolute())
    share = _number("--crawl-rest", rest, 0.0, where)
    if not 0 <= share <= 1:
        raise UserError(f"{where}--crawl-rest {rest}: a share from 0 (none) to 1 (all)")
    own = tuple(sorted({code.strip().lower() for code in (codes or "").split(",") if code.strip()}))
    several = _number("--crawl-connections", connections, CONNECTIONS, where)
    if several != int(several) or not 1 <= several <= _MOST_CONNECTIONS:
        raise UserError(f"{where}--crawl-connections {connections}: a whole number from 1 to {_MOST_CONNECTIONS}")
    checked = digests or "record"
    if checked not in ("record", "index"):
        raise UserError(f"{where}--crawl-digests {digests}: 'record' or 'index'{nearest(checked, ('record', 'index'))}")
    return CrawlRequest(names, place, share, own, int(several), checked)


def _number(flag: str, text: str | None, default: float, where: str) -> float:
    if text is None:
        return default
    try:
        return float(text)
    except ValueError:
        raise UserError(f"{where}{flag} {text}: a number is expected") from None
