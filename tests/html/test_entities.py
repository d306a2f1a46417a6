"""Character references, against the standard library's `html.unescape`."""

from html import unescape
from html.entities import html5

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.html.entities import names, reference


def read(text: str) -> tuple[str, str]:
    """(what the reference at the beginning stands for, the rest)."""
    data = np.frombuffer(text.encode(), np.uint8)
    end, first, second = reference(data, 0, len(data), *names())
    return chr(first) + (chr(second) if second else ""), data[end:].tobytes().decode()


def test_every_name() -> None:
    for name, value in html5.items():
        assert read("&" + name) == (value, "")


@pytest.mark.parametrize("text", ["&", "&;", "&#;", "&#x;", "&nosuch;", "&notit;", "&ampx", "&#65", "&#x41g", "&#150;"])
def test_edges(text: str) -> None:
    found, rest = read(text)
    assert found + rest == unescape(text)


@given(st.integers(1, 0x10FFFF))
def test_every_number(code: int) -> None:
    expected = unescape(f"&#{code};")
    if expected:  # unescape leaves out what is no character
        assert read(f"&#x{code:X};rest") == (expected, "rest")
