"""A quick look at HTML: letters by script, and some windows of the text that a reader would see. No tree is built.

One pass over a page's bytes. Tags, comments, styles and scripts are passed over; strings of JSON-LD are read like text,
because extraction may take an article from there. Character references are decoded. Work is linear in the page's bytes
and memory is bounded, whatever the page holds: there is no nesting to follow and no list that grows.
"""

from functools import lru_cache
from html.entities import name2codepoint
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from corpusforge.text.buffers import Utf8
from corpusforge.text.markup import (
    attribute,
    blank,
    closing,
    holds,
    json_escape,
    lower,
    name_of,
    name_set,
    packed,
    place_in,
    read,
    reference,
    tag_end,
    write,
)
from corpusforge.text.scripts import script_table

WINDOW = 384  # bytes
EVEN, LONGEST = 4, 8  # windows at even distances, and of the blocks with most text
_BLOCK_LETTERS = 20  # a shorter block is no window
_JSON_STRING = 80  # bytes; shorter ones are names and dates
_LINK_SHARE = 4  # a letter inside a link counts as a fourth of one outside
_INLINE = (
    "a abbr acronym b bdi bdo big cite code dfn del em font i ins kbd label mark q s samp small span strike strong "
)
_INLINE += "sub sup time tt u var wbr"
_SAYS_LANGUAGE = "html body main article section div"  # not links and lists, whose languages are those of other pages


_A, _SCRIPT, _STYLE, _TYPE, _LANG, _XML_LANG = (
    np.uint64(packed(name)) for name in ("a", "script", "style", "type", "lang", "xml:lang")
)


class Tables(NamedTuple):
    """What the scanner looks up: `scripts` int16 by code point; hash tables of packed names."""

    scripts: np.ndarray
    inline: np.ndarray
    says_language: np.ndarray
    entities: np.ndarray  # names
    code_points: np.ndarray  # of entities, in the same slots


class Seen(NamedTuple):
    """What was seen of n pages.

    counts: int64[n, scripts], letters by script. language: bool[n], whether a `lang` attribute names a wanted language.
    rows: int64[n + 1]; page i has the windows rows[i]:rows[i + 1], spans starts:ends (int64) of `data` (uint8), and
    letters in them by script: within int32[windows, scripts].
    """

    counts: np.ndarray
    language: np.ndarray
    rows: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    data: np.ndarray
    within: np.ndarray


def look(pages: Utf8, preferred: np.ndarray, languages: np.ndarray) -> Seen:
    """Look at pages. `preferred`: bool by number of a script (see `script_table`); windows are taken where letters of
    these stand. `languages`: uint64, packed primary subtags that count as wanted. Page i of Seen depends on page i only.
    """
    _, codes = script_table()
    longest = int(np.diff(pages.offsets).max(initial=0))
    slots = name_set(languages)
    return Seen(*_look(pages.data, pages.offsets, preferred, len(codes), longest, slots, _tables()))


@lru_cache
def _tables() -> Tables:
    scripts, _ = script_table()
    names = {packed(name): code for name, code in name2codepoint.items() if len(name) <= 8}
    entities = name_set(np.array(list(names), np.uint64))
    code_points = np.array([names.get(int(name), 0) for name in entities], np.int32)
    inline, says = (
        name_set(np.array([packed(name) for name in text.split()], np.uint64)) for text in (_INLINE, _SAYS_LANGUAGE)
    )
    return Tables(scripts, inline, says, entities, code_points)


@njit(cache=True)
def _close_block(
    out: np.ndarray, start: int, at: int, weight: int, blocks: np.ndarray
) -> int:  # fmt: skip
    """End the block out[start:at]; keep it if it is among the LONGEST heaviest. Where the next one begins."""
    if at == start:
        return at
    if weight >= _LINK_SHARE * _BLOCK_LETTERS:
        lightest = 0
        for place in range(1, LONGEST):
            if blocks[place, 0] <= blocks[lightest, 0]:
                lightest = place
        if weight > blocks[lightest, 0]:
            blocks[lightest, 0], blocks[lightest, 1], blocks[lightest, 2] = weight, start, at
    out[at] = 10
    return at + 1


@njit(cache=True)
def _page(
    data: np.ndarray, place: int, end: int, out: np.ndarray, counts: np.ndarray, blocks: np.ndarray,
    preferred: np.ndarray, languages: np.ndarray, tables: Tables,
) -> tuple[int, bool]:  # fmt: skip
    """Write a page's text to `out`, count its letters, keep its heaviest blocks (weight, start, end). Returns the bytes
    written, and whether a `lang` attribute names one of `languages`."""
    at = start = 0
    weight = 0
    in_link, in_json, named = False, False, False
    json_end = end
    string = -1  # where the JSON string began in `out`; -1: outside of strings
    while place < end:
        byte = data[place]
        if in_json:
            if place >= json_end:
                in_json = False
                at = start
                weight = 0
                string = -1
                continue
            if byte == 34:
                place += 1
                if string >= 0 and at - string >= _JSON_STRING:
                    start = _close_block(out, start, at, weight, blocks)
                at = start
                weight = 0
                string = -1 if string >= 0 else at
                continue
            if string < 0:
                place += 1
                continue
        elif byte == 60 and place + 1 < end:
            following = data[place + 1]
            if 97 <= lower(following) <= 122 or following == 47:
                ending = following == 47
                first = place + 1 + ending
                place = first
                while place < end and not blank(data[place]) and data[place] != 62 and data[place] != 47:
                    place += 1
                name = name_of(data, first, place)
                attributes = place
                place = tag_end(data, place, end)
                if name == _A:
                    in_link = not ending
                elif place_in(tables.inline, name) < 0:
                    start = at = _close_block(out, start, at, weight, blocks)
                    weight = 0
                if ending:
                    continue
                if name == _SCRIPT:
                    stop = closing(data, place, end, False)
                    first, last = attribute(data, attributes, place, _TYPE)
                    if holds(data, first, last, b"ld+json"):
                        in_json, json_end = True, stop
                    else:
                        place = stop
                elif name == _STYLE:
                    place = closing(data, place, end, True)
                elif not named and place_in(tables.says_language, name) >= 0:
                    first, last = attribute(data, attributes, place, _LANG)
                    if first == last:
                        first, last = attribute(data, attributes, place, _XML_LANG)
                    for cut in range(first, last):
                        if data[cut] == 45 or data[cut] == 95 or blank(data[cut]):
                            last = cut
                            break
                    named = first < last and place_in(languages, name_of(data, first, last)) >= 0
                continue
            if following == 33 or following == 63:  # <! <?
                if place + 3 < end and data[place + 2] == 45 and data[place + 3] == 45:
                    place += 4
                    while place < end and not (data[place] == 62 and data[place - 1] == 45 and data[place - 2] == 45):
                        place += 1
                else:
                    while place < end and data[place] != 62:
                        place += 1
                place += 1
                continue
        code: Any = np.int64(0)
        if byte == 38:
            code, place = reference(data, place, end, tables.entities, tables.code_points)
            code = 32 if code == 0 else code
        elif in_json and byte == 92 and place + 1 < end:
            code, place = json_escape(data, place, end)
        elif byte < 0x80:
            code = np.int64(byte)
            place += 1
        else:
            code, size = read(data, place)
            place += size
        if code <= 32 or code == 0xA0:
            if at > start and out[at - 1] != 32:
                out[at] = 32
                at += 1
            continue
        at = write(code, out, at)
        if code < len(tables.scripts):
            script = tables.scripts[code]
            if script >= 0:
                counts[script] += 1
                if preferred[script]:
                    weight += 1 if in_link else _LINK_SHARE
    if not in_json:
        at = _close_block(out, start, at, weight, blocks)
    return at, named


@njit(cache=True, nogil=True)
def _look(
    data: np.ndarray, offsets: np.ndarray, preferred: np.ndarray, scripts: int, longest: int, languages: np.ndarray,
    tables: Tables,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    pages = len(offsets) - 1
    most = EVEN + LONGEST
    out = np.empty(longest + 8, np.uint8)
    counts = np.zeros((pages, scripts), np.int64)
    named = np.zeros(pages, np.bool_)
    rows = np.zeros(pages + 1, np.int64)
    starts, ends = np.zeros(pages * most, np.int64), np.zeros(pages * most, np.int64)
    arena = np.empty(pages * most * WINDOW, np.uint8)
    within = np.zeros((pages * most, scripts), np.int32)
    blocks = np.zeros((LONGEST, 3), np.int64)
    used = n = 0
    for page in range(pages):
        blocks[:] = 0
        size, named[page] = _page(
            data, offsets[page], offsets[page + 1], out, counts[page], blocks, preferred, languages, tables
        )
        for window in range(most):
            if window < EVEN:
                if window > 0 and size <= WINDOW * window:
                    continue
                first = max(0, size - WINDOW) * window // (EVEN - 1)
                last = size
            else:
                first, last = blocks[window - EVEN, 1], blocks[window - EVEN, 2]
            last = min(last, first + WINDOW)
            while first < last and out[first] & 0xC0 == 0x80:
                first += 1
            while last < size and last > first and out[last] & 0xC0 == 0x80:
                last -= 1
            if first >= last:
                continue
            starts[n], ends[n] = used, used + last - first
            arena[used : used + last - first] = out[first:last]
            used += last - first
            place = first
            while place < last:
                code, width = read(out, place)
                place += width
                if code < len(tables.scripts) and tables.scripts[code] >= 0:
                    within[n, tables.scripts[code]] += 1
            n += 1
        rows[page + 1] = n
    return counts, named, rows, starts[:n], ends[:n], arena[:used], within[:n]
