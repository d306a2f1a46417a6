"""Personal data: what datatrove finds is found, in linear time; what belongs to nobody stays."""

import ipaddress
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text.edits import applied
from corpusforge.text.pii import is_public, pii_edits


def cleaned(text: str) -> str:
    return applied(text, pii_edits(text))


def test_constants_rotate_within_a_text_and_start_afresh() -> None:
    text = "a@b.org, c@d.org ਅਤੇ e@f.org; 8.8.8.8 9.9.9.9"
    expected = "email@example.com, firstname.lastname@example.org ਅਤੇ email@example.com; 22.214.171.124 126.96.36.199"
    assert cleaned(text) == expected == cleaned(text)


@pytest.mark.parametrize(
    "text",
    [
        "no one",
        "@handle",
        "a@b",
        "a@b.",
        "192.168.0.1",
        "127.0.0.1",
        "10.1.2.3",
        "1.2.3",
        "256.1.1.",
        "01.2.3.4",
        "@@",
    ],
)
def test_what_is_no_personal_datum_stays(text: str) -> None:
    assert pii_edits(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("éjohn@x.org", "éjohn@x.org"),  # no word boundary between é and j
        ("é.john@x.org", "é.email@example.com"),
        ("a..b@x.org", "a..email@example.com"),
        ("a.@x.org", "a.@x.org"),
        ("a@b@c.org", "a@email@example.com"),
        ("a@x.org@y.org", "email@example.com@y.org"),
        ("mail:a+b@x-y.co.uk.", "mail:email@example.com."),
        ("a@[1.2.3.4]", "email@example.com"),
        ("a@[1.2.3.4", "a@[22.214.171.124"),
        ("v1.2.3.45", "v22.214.171.124"),
        ("300.8.8.8", "300.8.8.8"),  # "00" is no octet
    ],
)
def test_edges_of_an_address(text: str, expected: str) -> None:
    reference = pytest.importorskip("datatrove.pipeline.formatters").PIIFormatter()
    assert cleaned(text) == expected == reference.format(text)


ATOMS = st.sampled_from(
    [
        "a",
        "b.c",
        "@",
        ".",
        "-",
        "x.org",
        "é",
        " ",
        "1",
        "8.8.8.8",
        "[",
        "]",
        "[1.2.3.4]",
        "+",
        "_",
        "a:",
        "..",
    ]
)


@settings(max_examples=600)
@given(st.lists(ATOMS, max_size=14).map("".join))
def test_exactly_what_datatrove_finds(text: str) -> None:
    reference = pytest.importorskip("datatrove.pipeline.formatters").PIIFormatter()
    assert cleaned(text) == reference.format(text)


def test_public_addresses_as_this_python_knows_them() -> None:
    numbers = random.Random(3).choices(range(2**32), k=20_000)
    edges = [
        int(ipaddress.ip_address(f"{a}.{b}.0.0")) + d for a in range(256) for b in (0, 64, 128, 168) for d in (-1, 0)
    ]
    for number in (*numbers, *(edge for edge in edges if edge >= 0)):
        address = ipaddress.IPv4Address(number)
        if address not in ipaddress.ip_network("192.0.0.0/24"):  # its entries changed between Python releases
            assert is_public(str(address)) == address.is_global, address
    assert [is_public(f"192.0.0.{last}") for last in (1, 9, 10, 170)] == [False, True, True, False]


@pytest.mark.parametrize(
    "text",
    ["a-" * 200_000 + "@", "@" * 200_000, "a@b." * 100_000, "a.b@" * 100_000 + "x", "1." * 200_000 + "@"],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    start = time.perf_counter()
    pii_edits(text)
    assert time.perf_counter() - start < 5
