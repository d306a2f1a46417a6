"""Pieces of HTML and JSON, over bytes: names, tags, attributes, character references, escapes. All compiled.

Every function reads forward from a place in `data` (uint8, valid UTF-8) up to `end`, and none calls itself.
"""

from typing import Any

import numpy as np
from numba import njit

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SLOTS = 1024


def packed(name: str) -> int:
    """The first 8 ASCII bytes of a name, as one number."""
    return int.from_bytes(name.encode("ascii")[:8], "little")


@njit(cache=True)
def name_set(names: np.ndarray) -> np.ndarray:
    """Hash table of packed names; 0 is free."""
    size = _SLOTS
    while size < 2 * len(names):
        size *= 2
    slots = np.zeros(size, np.uint64)
    for name in names:
        slot = np.int64((name * _PRIME) >> np.uint64(32)) & (size - 1)
        while slots[slot] != 0 and slots[slot] != name:
            slot = (slot + 1) & (size - 1)
        slots[slot] = name
    return slots


@njit(cache=True)
def place_in(slots: np.ndarray, name: np.uint64) -> Any:
    """Where a name stands, or -1."""
    slot = np.int64((name * _PRIME) >> np.uint64(32)) & (len(slots) - 1)
    while slots[slot] != 0:
        if slots[slot] == name:
            return slot
        slot = (slot + 1) & (len(slots) - 1)
    return -1


@njit(cache=True, inline="always")
def lower(byte: np.uint8) -> np.uint8:
    """An ASCII letter in lower case; any other byte as it is."""
    return byte | np.uint8(32) if 65 <= byte <= 90 else byte


@njit(cache=True, inline="always")
def blank(byte: Any) -> Any:
    """Whether a byte is white space in markup."""
    return byte == 32 or (9 <= byte <= 13)


@njit(cache=True)
def name_of(data: np.ndarray, start: int, end: int) -> np.uint64:
    """The packed name data[start:end], in lower case."""
    value = np.uint64(0)
    for at in range(min(end - start, 8)):
        value |= np.uint64(lower(data[start + at])) << np.uint64(8 * at)
    return value


@njit(cache=True)
def holds(data: np.ndarray, start: int, end: int, text: bytes) -> bool:
    """Whether data[start:end] contains `text`, in any case."""
    for place in range(start, end - len(text) + 1):
        same = True
        for at in range(len(text)):
            if lower(data[place + at]) != text[at]:
                same = False
                break
        if same:
            return True
    return False


@njit(cache=True)
def closing(data: np.ndarray, place: int, end: int, style: bool) -> int:
    """Where `</script` or `</style` stands, or `end`."""
    while place < end - 7:
        if data[place] == 60 and data[place + 1] == 47 and lower(data[place + 2]) == 115:  # </s
            third = lower(data[place + 3])
            if (third == 116 and style) or (third == 99 and not style):
                return place
        place += 1
    return end


@njit(cache=True)
def tag_end(data: np.ndarray, place: int, end: int) -> int:
    """Behind the `>` that ends a tag whose name ends at `place`; quoted values may hold `>`."""
    while place < end:
        byte = data[place]
        place += 1
        if byte == 62:
            return place
        if byte == 61:  # only behind = can a quote begin a value
            while place < end and blank(data[place]):
                place += 1
            if place < end and (data[place] == 34 or data[place] == 39):
                quote = data[place]
                place += 1
                while place < end and data[place] != quote:
                    place += 1
                place += 1
    return end


@njit(cache=True)
def attribute(data: np.ndarray, place: int, end: int, name: np.uint64) -> tuple[int, int]:
    """Span of the value of an attribute in the tag data[place:end]; empty where it is not there."""
    while place < end:
        while place < end and (blank(data[place]) or data[place] == 47):
            place += 1
        start = place
        while place < end and not blank(data[place]) and data[place] != 61 and data[place] != 62:
            place += 1
        found = name_of(data, start, place)
        while place < end and blank(data[place]):
            place += 1
        if place < end and data[place] == 61:
            place += 1
            while place < end and blank(data[place]):
                place += 1
            first = place
            if place < end and (data[place] == 34 or data[place] == 39):
                quote = data[place]
                place += 1
                first = place
                while place < end and data[place] != quote:
                    place += 1
                last = place
                place += 1
            else:
                while place < end and not blank(data[place]) and data[place] != 62:
                    place += 1
                last = place
            if found == name:
                return first, last
        elif place == start:
            place += 1
    return end, end


@njit(cache=True)
def reference(data: np.ndarray, place: Any, end: int, entities: np.ndarray, code_points: np.ndarray) -> Any:
    """(code point, where it ends) of a character reference whose `&` stands at `place`; code point 0: none."""
    at = place + 1
    if at < end and data[at] == 35:
        at += 1
        sixteen = at < end and lower(data[at]) == 120
        at += sixteen
        code: Any = 0
        first = at
        while at < end and at - first < 8:
            byte = lower(data[at])
            if 48 <= byte <= 57:
                code = code * (16 if sixteen else 10) + byte - 48
            elif sixteen and 97 <= byte <= 102:
                code = code * 16 + byte - 87
            else:
                break
            at += 1
        if at == first or code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
            return 0, place + 1
    else:
        value = np.uint64(0)
        first = at
        while at < end and at - first < 8 and (97 <= lower(data[at]) <= 122 or 48 <= data[at] <= 57):
            value |= np.uint64(data[at]) << np.uint64(8 * (at - first))
            at += 1
        slot = place_in(entities, value)
        if slot < 0:
            return 0, place + 1
        code = np.int64(code_points[slot])
    if at < end and data[at] == 59:
        at += 1
    return code, at


@njit(cache=True)
def write(code: Any, out: np.ndarray, at: int) -> int:
    """Write a code point as UTF-8; where it ends."""
    if code < 0x80:
        out[at] = code
        return at + 1
    if code < 0x800:
        out[at] = 0xC0 | code >> 6
        out[at + 1] = 0x80 | code & 63
        return at + 2
    if code < 0x10000:
        out[at] = 0xE0 | code >> 12
        out[at + 1] = 0x80 | code >> 6 & 63
        out[at + 2] = 0x80 | code & 63
        return at + 3
    out[at] = 0xF0 | code >> 18
    out[at + 1] = 0x80 | code >> 12 & 63
    out[at + 2] = 0x80 | code >> 6 & 63
    out[at + 3] = 0x80 | code & 63
    return at + 4


@njit(cache=True, inline="always")
def read(data: np.ndarray, place: Any) -> Any:
    """(code point, its bytes) of valid UTF-8."""
    lead = np.int64(data[place])
    if lead < 0x80:
        return lead, 1
    if lead < 0xE0:
        return (lead & 31) << 6 | np.int64(data[place + 1] & 63), 2
    if lead < 0xF0:
        return (lead & 15) << 12 | np.int64(data[place + 1] & 63) << 6 | np.int64(data[place + 2] & 63), 3
    code = (lead & 7) << 18 | np.int64(data[place + 1] & 63) << 12
    return code | np.int64(data[place + 2] & 63) << 6 | np.int64(data[place + 3] & 63), 4


@njit(cache=True)
def json_escape(data: np.ndarray, place: Any, end: int) -> Any:
    """(code point, where it ends) of a JSON escape; surrogates become spaces."""
    byte = data[place + 1]
    if byte != 117:  # u
        return (np.int64(byte) if byte == 34 or byte == 92 or byte == 47 else np.int64(32)), place + 2
    code: Any = np.int64(0)
    at = place + 2
    while at < min(place + 6, end):
        digit = lower(data[at])
        if 48 <= digit <= 57:
            code = code * 16 + digit - 48
        elif 97 <= digit <= 102:
            code = code * 16 + digit - 87
        else:
            break
        at += 1
    return (np.int64(32) if 0xD800 <= code < 0xE000 else np.int64(code)), at
