"""How much of a text is repeated word n-grams (Gopher, arXiv 2112.11446, table A1, as computed by datatrove
0.10.1).

Two n-grams are equal when their *joined strings* are: joined by a space for the most frequent n-gram, by
nothing for the repeated ones. Joined strings are compared byte by byte, but few need to be, as hashes tell which n-grams
may occur how often (`corpusforge.text.tally`):

most frequent   only the n-grams whose hashes are met most are compared; and where no word holds a space, an n-gram
                occurs again only if both (n-1)-grams in it do
repeated        only the n-grams whose hashes are met twice are compared; and equal strings begin with the same bytes, so
                only those have a hash whose first bytes another word of the text begins with too
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.decode import characters
from corpusforge.text.frequent import most_frequent
from corpusforge.text.joined import SLACK, Joined, add_up, edge, holds_space, join
from corpusforge.text.memory import address
from corpusforge.text.repeated import repeated_chars
from corpusforge.text.spots import table_mask
from corpusforge.text.tally import Tally, keep_longer, new_tally, take_all, take_candidates
from corpusforge.text.words import Words

TOP = (2, 3, 4)
REPEATED = (5, 6, 7, 8, 9, 10)
LIMIT = 2**31 - 1 - SLACK


def ngram_chars(words: Words) -> tuple[np.ndarray, np.ndarray]:
    """Code points in the most frequent n-gram, and in repeated n-grams.

    Returns int64[3, n] for n-grams of 2 to 4 words: code points of the most frequent n-gram, spaces
    included, times how often it occurs (overlaps count; among equals the first in the text; -1 when the text
    has fewer words); and int64[6, n] for 5 to 10 words: code points, without spaces, of the n-grams met
    again while going through the text word by word, jumping over each one that is met again.
    Raises ValueError for a text of about 2^31 bytes.
    """
    top = np.zeros((len(TOP), len(words)), np.int64)
    repeated = np.zeros((len(REPEATED), len(words)), np.int64)
    longest, longest_bytes = _longest(words.row_offsets, words.starts, words.ends)
    if longest_bytes >= LIMIT:
        raise ValueError("a text of 2^31 bytes is too long to count its n-grams")
    # Here and not in the kernel, since NumPy asks for large pages of memory, and numba does not.
    room = Room(
        np.empty(longest_bytes + SLACK, np.uint8),
        np.empty(longest + 1, np.int32),
        np.empty(longest + 1, np.uint32),
        np.empty(longest_bytes // 8 + 3, np.uint32),
        np.empty(longest, np.int32),
        np.empty(table_mask(longest) + 1, np.uint64),
    )
    _count(words.row_offsets, words.starts, words.ends, words.buffer, room, new_tally(longest), top, repeated)
    return top, repeated


class Room(NamedTuple):
    """Memory for the longest text: see `Joined` and `add_up` for the first four; `counts` and `table` are the kernels'."""

    text: np.ndarray
    edges: np.ndarray
    sums: np.ndarray
    blocks: np.ndarray
    counts: np.ndarray
    table: np.ndarray


@njit(cache=True, nogil=True)
def _longest(row_offsets: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> tuple[int, int]:
    """The most words of a text, and the most bytes, with one more for each word."""
    longest = longest_bytes = 0
    for row in range(len(row_offsets) - 1):
        first, last = row_offsets[row], row_offsets[row + 1]
        n_bytes = last - first
        for word in range(first, last):
            n_bytes += ends[word] - starts[word]
        longest, longest_bytes = max(longest, last - first), max(longest_bytes, n_bytes)
    return longest, longest_bytes


@njit(cache=True, nogil=True)
def _count(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    room: Room,
    tally: Tally,
    top: np.ndarray,
    repeated: np.ndarray,
) -> None:
    text, edges, sums, blocks, counts, table = room
    for row in range(len(row_offsets) - 1):
        first = row_offsets[row]
        n_words = row_offsets[row + 1] - first
        join(starts, ends, data, first, n_words, 0, address(text), address(edges))
        plain = not holds_space(address(text), edges[n_words])
        joined = Joined(address(text), address(edges), address(sums), 0, 0, plain)
        if not plain:
            join(starts, ends, data, first, n_words, 1, address(text), address(edges))
            joined = Joined(address(text), address(edges), address(sums), 0, 1, plain)
        add_up(joined, n_words, address(blocks))
        number = max(n_words - 1, 0)
        take_all(tally, number)
        for k in range(len(TOP)):
            n = TOP[k]
            if n_words < n:
                top[k, row] = -1
                continue
            joined = Joined(joined.data, joined.edges, joined.sums, n, joined.gap, plain)
            most, at, table = most_frequent(joined, tally, number, counts, table)
            spaces = -1 if joined.gap else n - 1
            top[k, row] = (characters(joined.data, edge(joined, at), edge(joined, at + n)) + spaces) * most
            number = keep_longer(tally, number, plain, n_words - n - 1)
        if n_words < REPEATED[0]:
            continue
        if not plain:
            join(starts, ends, data, first, n_words, 0, address(text), address(edges))
            add_up(joined, n_words, address(blocks))
        joined = Joined(joined.data, joined.edges, joined.sums, REPEATED[0], 0, False)
        number = take_candidates(tally, joined, n_words)
        for k in range(len(REPEATED)):
            joined = Joined(joined.data, joined.edges, joined.sums, REPEATED[k], 0, False)
            repeated[k, row], table = repeated_chars(joined, n_words, tally, number, counts, table)
