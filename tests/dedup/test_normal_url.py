"""URLs of one page have one spelling; those of different pages keep theirs apart."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.dedup.normal_url import host_of, normal_url

SAME = [
    ("http://example.com", "https://EXAMPLE.com:443/"),
    ("http://example.com:80/a", "https://example.com/a/"),
    ("https://example.com./a#top", "http://example.com/a"),
    ("http://example.com/%7Euser/caf%c3%a9", "http://example.com/~user/café"),
    ("http://example.com/a/./b/../c", "http://example.com/a/c"),
    ("http://example.com/../../a", "http://example.com/a"),
    ("http://example.com/a?b=2&a=1&", "http://example.com/a?a=1&b=2"),
    ("http://example.com/a?utm_source=x&id=7&fbclid=Q", "http://example.com/a?id=7"),
    ("http://example.com/a;jsessionid=0A1?x=1", "http://example.com/a?x=1"),
    ("http://Bücher.example/ਖ਼", "http://xn--bcher-kva.example/%E0%A8%96%E0%A8%BC"),
    ("  http://exam\nple.com/a\t", "http://example.com/a"),
    ("http://example.com/a?q=a%20b", "http://example.com/a?q=a b"),
]

DIFFERENT = [
    ("http://example.com/A", "http://example.com/a"),
    ("http://example.com/a?cid=1", "http://example.com/a?cid=2"),
    ("http://example.com/a?ref=home", "http://example.com/a"),
    ("http://www.example.com/a", "http://example.com/a"),
    ("http://example.com:8080/a", "http://example.com/a"),
    ("http://example.com/a%2Fb", "http://example.com/a/b"),
    ("http://example.com/#!/one", "http://example.com/#!/two"),
    ("http://user@example.com/", "http://example.com/"),
    ("ftp://example.com/a", "http://example.com/a"),
    ("http://example.com//a", "http://example.com/a"),
    ("urn:isbn:1", "urn:isbn:2"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same_page(one: str, other: str) -> None:
    assert normal_url(one) == normal_url(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_pages(one: str, other: str) -> None:
    assert normal_url(one) != normal_url(other)


def test_tracking_is_an_option() -> None:
    assert normal_url("http://example.com/a?utm_source=x", tracking=False) == "http://example.com/a?utm_source=x"


def test_nothing_is_no_url() -> None:
    assert [normal_url(url) for url in (None, "", "  ", "\x00\n")] == [None] * 4
    for said in (
        "not available",
        "N/A",
        "-",
        "unknown",
        "http://",
        "http:// #",
        "https:///a",
        "example.com/a",
        "see: below",
    ):
        assert normal_url(said) is None, said


def test_hosts() -> None:
    urls = [
        "https://WWW.Example.COM:8080/a",
        "http://u:p@a.example./",
        "mailto:x@y",
        None,
        "http:///a",
        "http://[::1]:80/",
    ]
    assert [host_of(url) for url in urls] == ["example.com", "a.example", None, None, None, "[::1]"]


@given(st.text())
def test_normal_is_normal(text: str) -> None:
    """Any text is taken; a spelling is its own spelling."""
    for url in (text, f"http://{text}", f"https://example.com/{text}"):
        normal = normal_url(url)
        assert normal is None or normal_url(normal) == normal
        host_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://" + "a." * 500_000 + "/",
        "http://" + "ਪ" * 500_000,
        "http://example.com" + "/.." * 300_000,
        "http://example.com/" + "%" * 1_000_000,
        "http://example.com/?" + "&" * 1_000_000,
        "http://" + "@" * 500_000 + ":" * 500_000,
        "http://example.com/" + ";jsessionid=" * 80_000,
    ],
)
def test_hostile_urls_take_linear_time(url: str) -> None:
    began = time.monotonic()
    normal_url(url)
    host_of(url)
    assert time.monotonic() - began < 5
