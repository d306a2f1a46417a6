import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.text import joined
from corpusforge.text.words import Words

WORDS = st.lists(st.one_of(st.text(max_size=4), st.text(min_size=8, max_size=30)), min_size=1, max_size=12)


class Strings:
    """The n-grams of a list of words, and the arrays that hold them."""

    def __init__(self, words, n, gap=0, cut=False):
        packed = Words.from_lists([words])
        bytes_ = int((packed.ends - packed.starts).sum()) + gap * len(words)
        self.text, self.edges = np.full(bytes_ + joined.SLACK, 7, np.uint8), np.empty(len(words) + 1, np.int32)
        self.sums, blocks = np.empty(len(words) + 1, np.uint32), np.empty(bytes_ // 8 + 3, np.uint32)
        at = [array.ctypes.data for array in (self.text, self.edges, self.sums)]
        joined.join(packed.starts, packed.ends, packed.buffer, 0, len(words), gap, at[0], at[1])
        self.view = joined.Joined(*at, n, gap, cut)
        joined.add_up(self.view, len(words), blocks.ctypes.data)


def by_hand(string):
    number = int.from_bytes(string.encode(), "little") % int(joined.PRIME)
    return (number * int(joined.MIX) % 2**64) >> 32


@settings(max_examples=150, deadline=None)
@given(WORDS, st.integers(1, 10), st.integers(0, 1))
def test_the_hash_of_an_ngram_is_that_of_the_number_its_bytes_spell(words, n, gap):
    strings = Strings(words, n, gap)
    for i in range(len(words) - n + 1):
        assert joined.string_hash(strings.view, i) == by_hand("".join(word + gap * " " for word in words[i : i + n]))


@pytest.mark.parametrize("size", [511, 512, 513, 100_001])
def test_ngrams_longer_than_the_table_of_powers_have_the_same_hash(size):
    strings = Strings(["x", "ab" * size, "y", "z"], 2)
    assert joined.string_hash(strings.view, 1) == by_hand("ab" * size + "y")


def test_strings_are_equal_by_their_bytes_or_by_their_words():
    words = ["ab", "c", "a", "bc", "ab", "c"]
    loose, strict = Strings(words, 2), Strings(words, 2, cut=True)
    assert joined.equal(loose.view, 0, 2)
    assert not joined.equal(strict.view, 0, 2)
    assert joined.equal(strict.view, 0, 4)
    assert not joined.equal(loose.view, 0, 1)


def test_equal_looks_at_every_byte():
    long = "abcdefghijklmnopqrstuvwxyz"
    for at in range(len(long)):
        other = long[:at] + "-" + long[at + 1 :]
        strings = Strings([long, other, long], 1)
        assert not joined.equal(strings.view, 0, 1)
        assert joined.equal(strings.view, 0, 2)


def test_a_space_is_found_at_either_end():
    for text, found in ((b" ab", True), (b"ab ", True), (b"ab", False), (b"", False)):
        data = np.frombuffer(text + b"  ", np.uint8)
        assert joined.holds_space(data.ctypes.data, len(text)) == found
