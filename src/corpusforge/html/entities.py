"""Character references: the 2,231 names of the HTML standard, and numbers as the standard reads them (13.2.5.72-80)."""

from functools import cache
from html.entities import html5

import numpy as np

from corpusforge.html.kernel import kernel
from corpusforge.html.tables import PRIME, SEED, empty_table, find, fnv, insert
from corpusforge.text.buffers import frozen

LONGEST = max(map(len, html5))
# Numbers 0x80-0x9F mean what windows-1252 has there (13.2.5.80).
_WINDOWS = frozen(
    np.array([ord(bytes([one]).decode("cp1252", "ignore") or chr(one)) for one in range(0x80, 0xA0)], np.uint32)
)


@cache
def names() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(keys, values, code points): a table from a name, with its semicolon if it has one, to the row of its one or
    two code points, uint32[n, 2], the second 0 where there is one."""
    keys, values = empty_table(8192)
    points = np.zeros((len(html5), 2), np.uint32)
    for row, (name, text) in enumerate(html5.items()):
        insert(keys, values, fnv(name.encode()), row)
        points[row, : len(text)] = [ord(one) for one in text]
    return frozen(keys), frozen(values), frozen(points)


@kernel
def reference(data, at, end, keys, values, points):  # type: ignore[no-untyped-def]
    """The reference that begins with the ampersand `data[at]`: (its end, code point, second code point or 0).

    Where there is none, the end is `at + 1` and the code point is the ampersand.
    """
    nothing = (at + 1, np.uint32(38), np.uint32(0))
    place = at + 1
    if place >= end:
        return nothing
    if data[place] == 35:  # '#'
        return _number(data, place + 1, end, nothing)
    value = SEED
    found, found_end = -1, 0
    while place < end and place - at <= LONGEST:
        byte = data[place]
        if not (48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122 or byte == 59):
            break
        value = (value ^ np.uint64(byte)) * PRIME
        place += 1
        row = find(keys, values, value)
        if row >= 0:
            found, found_end = row, place
        if byte == 59:
            break
    if found < 0:
        return nothing
    return found_end, points[found, 0], points[found, 1]


@kernel
def _number(data, place, end, nothing):  # type: ignore[no-untyped-def]
    base = np.int64(10)
    if place < end and (data[place] | 32) == 120:  # 'x'
        base = np.int64(16)
        place += 1
    first = place
    code = np.int64(0)
    while place < end:
        byte = data[place]
        if 48 <= byte <= 57:
            digit = np.int64(byte) - 48
        elif base == 16 and 97 <= (byte | 32) <= 102:
            digit = np.int64(byte | 32) - 87
        else:
            break
        code = min(np.int64(0x110000), code * base + digit)
        place += 1
    if place == first:
        return nothing
    if place < end and data[place] == 59:
        place += 1
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        code = np.int64(0xFFFD)
    elif 0x80 <= code < 0xA0:
        code = np.int64(_WINDOWS[code - 0x80])
    return place, np.uint32(code), np.uint32(0)
