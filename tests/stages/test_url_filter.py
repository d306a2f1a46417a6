"""The URL filter: which URLs are blocked and why, and that datatrove's own filter says the same.

The words of the invented lists are harmless; the real lists are only read from the installed package.
"""

import io
import json
import os
import random
import warnings
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.errors import UserError
from corpusforge.stages import url_lists as url_lists_module
from corpusforge.stages.string_set import StringSet, write_string_set
from corpusforge.stages.url_filter import blocked
from corpusforge.stages.url_lists import UrlLists, lists_checksum, url_lists

SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> UrlLists:
    """Small lists about vegetables."""
    folder = tmp_path_factory.mktemp("lists")

    def stored(name: str, *strings: str) -> StringSet:
        write_string_set([pa.array(strings, pa.large_string())], folder / name)
        return StringSet.open(folder / name)

    return UrlLists(
        domains=stored("domains", "turnips.com", "shop.fields.co.uk", "xn--bcher-kva.example.org", "ਗਾਜਰ.ਭਾਰਤ"),
        urls=stored("urls", "market.org/stalls/7", "http://market.org/stalls/8"),
        banned_words=frozenset({"turnip", "beet"}),
        soft_banned_words=frozenset({"carrot", "leek", "onion"}),
        banned_subwords=frozenset({"cauliflower", "redcabbage"}),
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://turnips.com/", "domain"),
        ("https://user:secret@www.turnips.com:8080/a?b#c", "domain"),
        ("turnips.com", "domain"),
        ("http://ਗਾਜਰ.ਭਾਰਤ/ਘਰ", "domain"),
        ("http://shop.fields.co.uk/", "subdomain"),
        ("http://xn--bcher-kva.example.org/", "subdomain"),
        ("http://other.fields.co.uk/", None),
        ("http://a.shop.fields.co.uk/", None),  # only the domain and the whole host are looked up
        ("http://TURNIPS.com/", None),  # as in datatrove, letter case matters
        ("http://market.org/stalls/8", "url"),
        ("http://market.org/stalls/7", None),  # listed without its scheme
        ("market.org/stalls/7", "url"),
        ("http://example.org/turnip-soup", "hard_blacklisted"),
        ("http://example.org/soup?of=turnip", "hard_blacklisted"),
        ("http://example.org/turnipsoup", None),
        ("http://example.org/Turnip", None),
        ("http://example.org/carrot/leek", "soft_blacklisted"),
        ("http://example.org/carrot/carrot", None),  # one word twice is one word
        ("http://example.org/carrot", None),
        ("http://example.org/cauli-flower", "blacklisted_subword"),
        ("http://example.org/MyCauliflowers", "blacklisted_subword"),
        ("http://expired.cab/bage", "blacklisted_subword"),
        ("http://turnips.com/turnip", "domain"),  # the first reason that holds
        ("http://192.168.1.20/carrot", None),
        ("http://[::1]/", None),
        ("http://[broken/turnip", "hard_blacklisted"),
        ("", None),
        (None, None),
    ],
)
def test_reasons(lists: UrlLists, url: str | None, reason: str | None) -> None:
    assert blocked([url], lists) == [reason]


def test_a_column_may_be_empty(lists: UrlLists) -> None:
    assert blocked([], lists) == []


@given(st.lists(st.one_of(st.none(), st.text(max_size=60), st.text("htp:/[]@%.?#\n0a.", max_size=30)), max_size=20))
def test_no_url_breaks_it_and_each_is_judged_alone(lists: UrlLists, urls: list[str | None]) -> None:
    assert blocked(urls, lists) == [blocked([url], lists)[0] for url in urls]


def test_empty_lists_block_nothing(lists: UrlLists) -> None:
    nothing = frozenset[str]()
    bare = UrlLists(lists.domains, lists.urls, nothing, nothing, nothing)
    assert blocked(["http://example.org/turnip", "http://turnips.com"], bare) == [None, "domain"]


# The real lists


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UrlLists]:
    """datatrove's lists, compiled into a cache of our own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORPUSFORGE_CACHE", str(tmp_path_factory.mktemp("cache")))
        url_lists.cache_clear()
        yield url_lists()
        url_lists.cache_clear()


@pytest.mark.slow
def test_the_lists_are_whole(real: UrlLists) -> None:
    # Counted with `wc -l` and `sort -u` in the unpacked archive of datatrove 0.10.1.
    assert (len(real.domains), len(real.urls)) == (4_558_940, 19_587)


def test_the_checksum_names_the_lists() -> None:
    assert len(lists_checksum()) == 64


def test_a_cache_folder_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CORPUSFORGE_CACHE", str(tmp_path / "file"))
    url_lists.cache_clear()
    with pytest.raises(UserError, match="set CORPUSFORGE_CACHE to a writable folder"):
        url_lists()


def test_without_datatrove_the_mend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url_lists_module, "find_spec", lambda name: None)
    lists_checksum.cache_clear()
    with pytest.raises(UserError, match="pip install datatrove"):
        lists_checksum()
    lists_checksum.cache_clear()


@pytest.mark.slow
def test_decisions_are_those_of_datatrove(real: UrlLists) -> None:
    """Against the installed URLFilter (needs pyahocorasick and fasteners, and 1.5 GB of memory)."""
    pytest.importorskip("ahocorasick")
    pytest.importorskip("fasteners")
    urls = _urls(real)
    expected = _decisions_of_datatrove(urls)
    ours = blocked(urls, real)
    assert [pair for pair in zip(urls, ours, expected, strict=True) if pair[1] != pair[2]] == []
    assert len(set(expected)) == 7  # every reason, and none, occurs


def _decisions_of_datatrove(urls: list[str]) -> list[str | None]:
    from datatrove.data import Document
    from datatrove.pipeline.filters.url_filter import URLFilter
    from tldextract import TLDExtract

    peer = URLFilter()
    peer.tldextractor = TLDExtract(cache_dir=None, suffix_list_urls=())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        answers = [peer.filter(Document(text="", id="", metadata={"url": url})) for url in urls]
    return [None if answer is True else answer[1] for answer in answers]


def _urls(lists: UrlLists) -> list[str]:
    """Real URLs, where the shared data is there; listed domains and URLs in many spellings; words; noise."""
    source = random.Random(20)
    urls = _shared_urls()
    for domain in _sample(lists.domains, 6000, source):
        urls.append(source.choice(_SPELLINGS).format(domain, domain.upper(), domain[1:], domain.replace(".", "。")))
    for url in _sample(lists.urls, 3000, source):
        urls.append(source.choice([url, f"http://{url}", url.upper(), f"{url}/", url[:-1]]))
    words = [
        sorted(lists.banned_words),
        sorted(lists.soft_banned_words),
        sorted(lists.banned_subwords),
        ["news", "2024"],
    ]
    for _ in range(6000):
        some = [source.choice(source.choice(words)) for _ in range(source.randint(1, 4))]
        spelled = [source.choice([word, word.upper(), word.title(), f"{word}s"]) for word in some]
        urls.append(source.choice(_HOSTS) + source.choice(["-", "_", "/", ".", "%20", "é", " ", "+", ""]).join(spelled))
    noise = "abcxyz.:/@[]%?#ÀИ中ਕ \t\n\r\\0123456789-_\u200d\ud7ff"
    for _ in range(6000):
        urls.append(
            source.choice(["a", "http://", "https://[", "//"]) + "".join(source.choices(noise, k=source.randint(1, 30)))
        )
    return urls


_SPELLINGS = (
    "{0}",
    "http://{0}",
    "https://www.{0}/x?y=1",
    "http://a.b.{0}/p",
    "HTTP://{1}/",
    "https://{0}:8080/q",
    "http://user:pw@{0}/",
    "//{0}",
    "http://{0}.",
    "http://{2}",
    "http://{0}.elsewhere.org/{0}",
    "https://{3}",
    "http://{0}#part",
)
_HOSTS = (
    "http://example.org/",
    "https://example.co.uk/a?b=",
    "http://xn--bcher-kva.example/",
    "http://пример.рф/",
    "http://ਪੰਜਾਬੀ.ਭਾਰਤ/",
    "http://192.168.1.20/",
    "http://[::1]:80/",
    "http://localhost/",
    "mailto:",
    "http://.../",
)


def _sample(strings: StringSet, count: int, source: random.Random) -> Iterator[str]:
    for place in source.sample(range(len(strings)), count):
        yield strings.data[strings.offsets[place] : strings.offsets[place + 1]].tobytes().decode()


def _shared_urls() -> list[str]:
    import zstandard

    urls = []
    for path in sorted((SHARED / "data").glob("html_*/*.gold.jsonl.zst")):
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
            urls += [json.loads(line)["url"] for line in io.TextIOWrapper(stream, encoding="utf-8")]
    return urls
