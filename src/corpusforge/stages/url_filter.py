"""URL filter: pages of blocked domains, blocked pages, and URLs with telling words.

Decisions and their order are those of datatrove's URLFilter with default arguments (datatrove 0.10.1,
pipeline/filters/url_filter.py), which FineWeb and FineWeb2 use.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpusforge.stages.url_lists import UrlLists, url_lists

if TYPE_CHECKING:
    from tldextract import TLDExtract

SOFT_WORDS = 2  # so many distinct soft words block a URL (datatrove's soft_word_threshold)
_SEPARATORS = re.compile(r"[^a-zA-Z0-9]+")


def blocked(urls: Sequence[str | None], lists: UrlLists | None = None) -> list[str | None]:
    """Why each URL is blocked, or None.

    Reasons, of which the first that holds is given: `domain` (the registered domain is listed), `subdomain`
    (the host is), `url` (the URL itself is), `hard_blacklisted` (a banned word stands between
    non-alphanumeric characters), `soft_blacklisted` (two distinct soft words do), `blacklisted_subword` (a
    banned string occurs in the URL reduced to lower-case letters and digits). Letter case matters for all but
    the last, as in datatrove. A URL that is None, empty or unreadable is not blocked. `lists` replaces
    datatrove's. Raises UserError when the lists cannot be had.
    """
    lists = lists or url_lists()
    texts = [url or "" for url in urls]
    domains, hosts = _hosts(texts)
    words = _WordRules(lists)
    column = pa.array(texts, pa.large_string())
    conditions = {
        "domain": lists.domains.contains(domains),
        "subdomain": lists.domains.contains(hosts),
        "url": lists.urls.contains(texts),
        "hard_blacklisted": words.hard(column),
        "soft_blacklisted": words.soft(column),
        "blacklisted_subword": words.inside(column),
    }
    reasons = np.full(len(texts), None, object)
    given = np.array([bool(text) for text in texts], bool)
    for reason, holds in reversed(conditions.items()):
        reasons[holds & given] = reason
    return reasons.tolist()


@lru_cache
def _suffixes() -> "TLDExtract":
    from tldextract import TLDExtract

    # The list of public suffixes inside the package, never one from the network or a cache: same input, same
    # output.
    return TLDExtract(cache_dir=None, suffix_list_urls=())


def _hosts(urls: list[str]) -> tuple[list[str], list[str]]:
    """Registered domain and full host name of each URL; empty where there is none."""
    domains, hosts = [], []
    extract = _suffixes().extract_str
    for url in urls:
        try:
            parts = extract(url)
            domains.append(parts.top_domain_under_public_suffix)
            hosts.append(parts.fqdn)
        except ValueError:  # a host that is no host, such as a broken IPv6 literal
            domains.append("")
            hosts.append("")
    return domains, hosts


class _WordRules:
    """The word lists as RE2 patterns over whole columns: linear in the length of the URLs."""

    def __init__(self, lists: UrlLists) -> None:
        self._hard = _between(lists.banned_words)
        self._soft = _between(lists.soft_banned_words)
        self._inside = "|".join(sorted(lists.banned_subwords))
        self._soft_words = lists.soft_banned_words

    def hard(self, urls: pa.Array) -> np.ndarray:
        return _matches(urls, self._hard)

    def soft(self, urls: pa.Array) -> np.ndarray:
        found = _matches(urls, self._soft)
        for row in np.flatnonzero(found):
            words = set(_SEPARATORS.split(urls[int(row)].as_py()))
            found[row] = len(words & self._soft_words) >= SOFT_WORDS
        return found

    def inside(self, urls: pa.Array) -> np.ndarray:
        reduced = pc.ascii_lower(pc.replace_substring_regex(urls, "[^a-zA-Z0-9]+", ""))
        return _matches(reduced, self._inside)


def _between(words: frozenset[str]) -> str:
    return f"(?:^|[^a-zA-Z0-9])(?:{'|'.join(sorted(words))})(?:[^a-zA-Z0-9]|$)" if words else ""


def _matches(urls: pa.Array, pattern: str) -> np.ndarray:
    if not pattern:  # an empty list blocks nothing; an empty pattern would match everything
        return np.zeros(len(urls), bool)
    return np.asarray(pc.match_substring_regex(urls, pattern).to_numpy(zero_copy_only=False), bool)
