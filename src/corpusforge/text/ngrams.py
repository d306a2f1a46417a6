"""How much of a text is repeated word n-grams (Gopher, arXiv 2112.11446, table A1, as computed by datatrove
0.10.1).

Two n-grams are equal when their *joined strings* are: joined by a space for the most frequent n-gram, by
nothing for the repeated ones. Joined strings are compared byte by byte.

Most n-grams of a text occur once, and need not be looked up when that is known:
most frequent   where no word holds a space, an n-gram occurs again only if both (n-1)-grams in it do, so only those
                are counted
repeated        equal strings begin with the same bytes, so only those are looked up whose first bytes another word
                of the text begins with too, and those that may be shorter (`_candidates`)
"""

import numpy as np
from numba import njit

from corpusforge.text.decode import characters
from corpusforge.text.memory import address, load8, load64, signed, store8, store64
from corpusforge.text.spots import (
    FREE,
    SLACK,
    Strings,
    clear,
    doubled,
    edge,
    find,
    put,
    size_of,
    string_hash,
    table_mask,
)
from corpusforge.text.words import Words

TOP = (2, 3, 4)
REPEATED = (5, 6, 7, 8, 9, 10)
SPACE = 0x20
SPACES = np.uint64(0x2020202020202020)
LOW_BITS, HIGH_BITS = np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
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
    _count(words.row_offsets, words.starts, words.ends, words.buffer, top, repeated)
    return top, repeated


@njit(cache=True, nogil=True)
def _count(
    row_offsets: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    top: np.ndarray,
    repeated: np.ndarray,
) -> None:
    longest = longest_bytes = 0
    for row in range(len(row_offsets) - 1):
        first, last = row_offsets[row], row_offsets[row + 1]
        n_bytes = last - first
        for word in range(first, last):
            n_bytes += ends[word] - starts[word]
        longest, longest_bytes = max(longest, last - first), max(longest_bytes, n_bytes)
    if longest_bytes >= LIMIT:
        raise ValueError("a text of 2^31 bytes is too long to count its n-grams")
    joined, edges = np.empty(longest_bytes + SLACK, np.uint8), np.empty(longest + 1, np.int32)
    wanted, ids, counts = np.empty(longest, np.int32), np.empty(longest, np.int32), np.empty(longest, np.int32)
    table, keys = np.empty(table_mask(longest) + 1, np.uint64), np.empty(longest, np.uint64)
    for row in range(len(row_offsets) - 1):
        first = row_offsets[row]
        n_words = row_offsets[row + 1] - first
        plain = _join(starts, ends, data, first, n_words, 1, joined, edges)
        n_wanted = max(n_words - 1, 0)
        for i in range(n_wanted):
            wanted[i] = i
        for k in range(len(TOP)):
            n = TOP[k]
            if n_words < n:
                top[k, row] = -1
                continue
            strings = Strings(address(joined), address(edges), n, 1)
            most, at, table = _most_frequent(strings, n_wanted, wanted, keys, ids, counts, table)
            start = edge(strings, at)
            top[k, row] = characters(strings.data, start, start + size_of(strings, at)) * most
            n_wanted = _met_again(n_words - n - 1, n_wanted, plain, wanted, ids, counts)
        if n_words < REPEATED[0]:
            continue
        _join(starts, ends, data, first, n_words, 0, joined, edges)
        strings = Strings(address(joined), address(edges), 0, 0)
        n_wanted, table = _candidates(strings, n_words, REPEATED[0], keys, counts, wanted, table)
        if n_wanted:
            for k in range(len(REPEATED)):
                strings = Strings(address(joined), address(edges), REPEATED[k], 0)
                repeated[k, row], table = _repeated(strings, n_words, n_wanted, wanted, table)


@njit(cache=True, nogil=True)
def _join(
    starts: np.ndarray,
    ends: np.ndarray,
    data: np.ndarray,
    first: int,
    n_words: int,
    gap: int,
    joined: np.ndarray,
    edges: np.ndarray,
) -> bool:
    """Copy the words one after the other, `gap` spaces after each; word i begins at `edges[i]`.

    Returns whether no word holds a space.
    """
    source, target, to, spaces = address(data), address(joined), 0, FREE
    whole = len(data) - 8
    edges[0] = 0
    for i in range(n_words):
        at, end = starts[first + i], ends[first + i]
        while at + 8 <= end:
            bytes8 = load64(source, at)
            store64(target, to, bytes8)
            spaces |= _spaces(bytes8)
            at += 8
            to += 8
        if at <= whole:
            bytes8 = load64(source, at)
            store64(target, to, bytes8)  # some bytes too many, soon written over
            spaces |= _spaces(bytes8) & ((np.uint64(1) << np.uint64(8 * (end - at))) - np.uint64(1))
            to += end - at
        else:
            while at < end:
                store8(target, to, load8(source, at))
                spaces |= np.uint64(load8(source, at) == SPACE)
                at += 1
                to += 1
        store8(target, to, SPACE)
        to += gap
        edges[i + 1] = to
    return bool(spaces == FREE)


@njit(cache=True, nogil=True)
def _spaces(bytes8: np.uint64) -> np.uint64:
    """Bits in the first byte that is a space, if one is; none in those before it."""
    zero = bytes8 ^ SPACES
    return (zero - LOW_BITS) & ~zero & HIGH_BITS


@njit(cache=True, nogil=True)
def _most_frequent(
    strings: Strings,
    n_wanted: int,
    wanted: np.ndarray,
    keys: np.ndarray,
    ids: np.ndarray,
    counts: np.ndarray,
    table: np.ndarray,
) -> tuple[int, int, np.ndarray]:
    """(how often the most frequent n-gram occurs, where it first does, the table); others than `wanted` occur once.

    Writes for each of the wanted where its n-gram first stood, `ids`, and there how often it occurs, `counts`.
    """
    mask = table_mask(n_wanted)
    clear(address(table), mask)
    spots, distinct, most, most_at = address(table), 0, 1, 0
    _hash(strings, 0, n_wanted, wanted, keys)
    for c in range(n_wanted):
        i, key = signed(wanted[c]), keys[c]
        if 2 * distinct > mask:
            table = doubled(table, mask, strings, 0)
            spots, mask = address(table), 2 * mask + 1
        place, same = find(spots, mask, key, strings, i, size_of(strings, i))
        if same < 0:
            put(spots, place, key, i)
            distinct += 1
            same = i
            counts[i] = 0
        ids[c] = same
        counts[same] += 1
        if counts[same] > most or (counts[same] == most and same < most_at):
            most, most_at = signed(counts[same]), same
    return most, most_at, table


@njit(cache=True, nogil=True)
def _hash(strings: Strings, size: int, n_wanted: int, wanted: np.ndarray, keys: np.ndarray) -> None:
    """Write the hash of each of the wanted strings, ahead of looking them up: so none waits for another."""
    for c in range(n_wanted):
        word = signed(wanted[c])
        bytes_ = size if strings.n == 0 else size_of(strings, word)
        keys[c] = string_hash(strings.data, edge(strings, word), bytes_)


@njit(cache=True, nogil=True)
def _met_again(last: int, n_wanted: int, plain: bool, wanted: np.ndarray, ids: np.ndarray, counts: np.ndarray) -> int:
    """Keep those of `wanted`, up to `last`, where an n-gram of one word more may be met again; returns their number."""
    kept = 0
    for c in range(n_wanted):
        i = wanted[c]
        if i > last:
            break
        again = c + 1 < n_wanted and wanted[c + 1] == i + 1 and counts[ids[c]] > 1 and counts[ids[c + 1]] > 1
        wanted[kept] = i
        kept += again or not plain
    return kept


@njit(cache=True, nogil=True)
def _candidates(
    strings: Strings,
    n_words: int,
    n: int,
    keys: np.ndarray,
    marks: np.ndarray,
    wanted: np.ndarray,
    table: np.ndarray,
) -> tuple[int, np.ndarray]:
    """(number of words at which an n-gram of `n` or more words may begin that occurs again, the table).

    Writes these words to `wanted`, ascending, and uses `marks`. Where two such n-grams are equal, the bytes that follow
    begin with the same `prefix`, or both n-grams are shorter than that. Any length would do; this one is well below
    that of most n-grams, and long enough that few words have it in common.
    """
    end = edge(strings, n_words)
    prefix = max(12, 3 * end // n_words)
    mask = table_mask(n_words)
    clear(address(table), mask)
    spots, distinct, number = address(table), 0, 0
    for i in range(n_words - n + 1):
        marks[i] = edge(strings, i + n) - edge(strings, i) < prefix
        if end - edge(strings, i) >= prefix:
            wanted[number] = i
            number += 1
    _hash(strings, prefix, number, wanted, keys)
    for i in range(number):  # where there are fewer bytes than `prefix`, there are at all later words
        if 2 * distinct > mask:
            table = doubled(table, mask, strings, prefix)
            spots, mask = address(table), 2 * mask + 1
        place, same = find(spots, mask, keys[i], strings, i, prefix)
        if same >= 0:
            marks[same] = marks[i] = 1
        else:
            put(spots, place, keys[i], i)
            distinct += 1
    number = 0
    for i in range(n_words - n + 1):
        wanted[number] = i
        number += marks[i]
    return number, table


@njit(cache=True, nogil=True)
def _repeated(
    strings: Strings, n_words: int, n_wanted: int, wanted: np.ndarray, table: np.ndarray
) -> tuple[int, np.ndarray]:
    """(code points of the n-grams met again, the table); others than `wanted` are met once."""
    mask = table_mask(n_wanted)
    clear(address(table), mask)
    spots, distinct, total, free_from = address(table), 0, 0, 0
    for c in range(n_wanted):
        i = signed(wanted[c])
        if i > n_words - strings.n:
            break
        if i < free_from:
            continue
        at, size = edge(strings, i), size_of(strings, i)
        if 2 * distinct > mask:
            table = doubled(table, mask, strings, 0)
            spots, mask = address(table), 2 * mask + 1
        key = string_hash(strings.data, at, size)
        place, same = find(spots, mask, key, strings, i, size)
        if same >= 0:
            total += characters(strings.data, at, at + size)
            free_from = i + strings.n
            continue
        put(spots, place, key, i)
        distinct += 1
    return total, table
