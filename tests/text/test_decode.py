import sys

import numpy as np
import pytest

from corpusforge.text.decode import REPLACEMENT, characters, code_point


def decoded(data: bytes) -> list[int]:
    array, at, codes = np.frombuffer(data, np.uint8), 0, []
    while at < len(array):
        code, at = code_point(array, at, len(array))
        codes.append(code)
    return codes


def test_every_code_point_is_read_back():
    text = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert decoded(text.encode()) == [ord(character) for character in text]
    assert characters(np.frombuffer(text.encode(), np.uint8), 0, len(text.encode())) == len(text)


@pytest.mark.parametrize("whole", ["ü", "字", "𝄞"])
def test_a_character_cut_short_is_replaced_and_no_byte_beyond_is_read(whole):
    for length in range(1, len(whole.encode())):
        cut = whole.encode()[:length]
        assert decoded(cut) == [REPLACEMENT] * length


def test_no_bytes_give_a_code_point_outside_unicode():
    assert decoded(b"\xff\xbf\xbf\xbf") == [0x10FFFF]
    assert decoded(b"\x80") == [REPLACEMENT]
