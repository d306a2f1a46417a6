"""Which texts a step of cleaning could change, found in one pass over their bytes: all others need not be looked at.

A text without a flag is left as it is by that step; a flag promises nothing. What raises it:

MOJIBAKE   what can move any of ftfy's steps under the settings in `ftfy_step`: a match of its own test for mojibake, an HTML
           entity with its semicolon, or a control character that it removes (among them the escape of terminal codes).
EMAIL      "@" with a character of an address before it, and behind it two labels of a domain or a bracket.
ADDRESS    digits and dots as in 1.234.56.7.
BARS       a line of bars and spaces alone.
LINE_ENDS  a line end other than the newline.
LAST_END   a newline as the last character.
"""

import re
from functools import cache

import numpy as np
from numba import njit

from corpusforge.text.automaton import PLANE, Automaton, UnknownPattern, automaton
from corpusforge.text.buffers import Utf8, frozen

MOJIBAKE, EMAIL, ADDRESS, BARS, LINE_ENDS, LAST_END = 1, 2, 4, 8, 16, 32

# ftfy cuts longer lines, and its test knows the begin of a piece: characters (TextFixerConfig.max_decode_length).
MAX_LINE = 1_000_000

_NEWLINE, _OTHER_END, _ENTITY, _AT, _DOT, _BAR = range(1, 7)
# What str.splitlines() takes for the end of a line (Python library reference), without the newline.
_SPECIAL = {"\n": _NEWLINE, "&": _ENTITY, "@": _AT, ".": _DOT, "|": _BAR} | dict.fromkeys(
    "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", _OTHER_END
)

# What a byte may be in an address.
_DIGIT, _ALNUM, _ATOM = 1, 2, 4


def suspects(text: Utf8) -> np.ndarray:
    """uint8[n]: the flags of each text. Surrogates, which Arrow text never holds, are flagged too."""
    known, table = _automaton()
    found = _scan(text.data, text.offsets, table.classes, table.steps, table.special, _KINDS, _BYTES)
    return found if known else found | np.uint8(MOJIBAKE)


@cache
def _automaton() -> tuple[bool, Automaton]:
    """The search, and whether it knows ftfy's test; of another ftfy with another kind of test it may not."""
    from ftfy.badness import BADNESS_RE
    from ftfy.chardata import CONTROL_CHARS

    control = "".join(re.escape(chr(code)) for code in CONTROL_CHARS)
    try:
        return True, automaton([BADNESS_RE, re.compile(f"[\x1b\ud800-\udfff{control}]")], "".join(_SPECIAL))
    except UnknownPattern:
        return False, automaton([], "".join(_SPECIAL))


def _bytes() -> np.ndarray:
    kinds = np.zeros(256, np.uint8)
    for byte in range(128):
        if chr(byte).isalnum():
            kinds[byte] = _ALNUM | _ATOM | (_DIGIT if chr(byte).isdigit() else 0)
    kinds[list(b"!#$%&'*+/=?^_`{|}~-")] |= _ATOM
    return frozen(kinds)


_BYTES = _bytes()
_KINDS = frozen(np.array(list(_SPECIAL.values()), np.uint8))


@njit(cache=True, nogil=True)
def _scan(
    data: np.ndarray,
    offsets: np.ndarray,
    classes: np.ndarray,
    steps: np.ndarray,
    special: int,
    kinds: np.ndarray,
    bytes_: np.ndarray,
) -> np.ndarray:
    flags = np.zeros(len(offsets) - 1, np.uint8)
    for row in range(len(flags)):
        i, end = offsets[row], offsets[row + 1]
        state, line, found = np.int32(0), i, 0
        while i < end:
            lead = data[i]
            if lead < 0x80:
                one = classes[lead]
                following = i + 1
            else:
                length = 2 + (lead >= 0xE0) + (lead >= 0xF0)
                following = min(i + length, end)
                code = int(lead) & (0x7F >> length)
                for at in range(i + 1, following):
                    code = (code << 6) | int(data[at] & 0x3F)
                if code > PLANE:
                    code = PLANE
                one = classes[code]
                # The begin of a piece of a long line is nowhere known here: what it could change is flagged.
                if following - line > MAX_LINE and (code == 0xC2 or code == 0xC3):
                    found |= MOJIBAKE
            state = steps[state + one]
            if state < 0:
                found |= MOJIBAKE
                state = ~state
            if one >= special:
                kind = kinds[one - special]
                if kind == _NEWLINE:
                    state, line = np.int32(0), following
                elif kind == _OTHER_END:
                    found |= LINE_ENDS
                elif kind == _ENTITY:
                    if not found & MOJIBAKE and _is_entity(data, i, end, bytes_):
                        found |= MOJIBAKE
                elif kind == _AT:
                    if not found & EMAIL and i > offsets[row] and _is_email(data, i, end, bytes_):
                        found |= EMAIL
                elif kind == _DOT:
                    if not found & ADDRESS and i > offsets[row] and _is_address(data, i, end, bytes_):
                        found |= ADDRESS
                elif not found & BARS and _is_bar_line(data, line, i, end):
                    found |= BARS
            i = following
        if end > offsets[row] and data[end - 1] == 10:
            found |= LAST_END
        flags[row] = found
    return flags


@njit(cache=True, nogil=True)
def _is_entity(data: np.ndarray, place: int, end: int, bytes_: np.ndarray) -> bool:
    """Whether the "&" at `place` begins `&#?[0-9A-Za-z]{1,24};`, ftfy's pattern."""
    i = place + 1
    if i < end and data[i] == 35:  # "#"
        i += 1
    start = i
    while i < end and i - start <= 24 and bytes_[data[i]] & _ALNUM:
        i += 1
    return i < end and 1 <= i - start <= 24 and data[i] == 59  # ";"


@njit(cache=True, nogil=True)
def _is_email(data: np.ndarray, place: int, end: int, bytes_: np.ndarray) -> bool:
    """Whether the "@" at `place` has an address's character before it, and `[`, or a label, a dot and a label behind."""
    if not bytes_[data[place - 1]] & _ATOM or place + 1 >= end:
        return False
    i = place + 1
    if data[i] == 91:  # "["
        return True
    while i < end and (bytes_[data[i]] & _ALNUM or data[i] == 45):  # "-"
        i += 1
    return i > place + 1 and i + 1 < end and data[i] == 46 and bytes_[data[i + 1]] & _ALNUM != 0


@njit(cache=True, nogil=True)
def _is_address(data: np.ndarray, place: int, end: int, bytes_: np.ndarray) -> bool:
    """Whether a digit stands before the dot at `place`, and `[0-9]{1,3}[.][0-9]{1,3}[.][0-9]` behind it."""
    if not bytes_[data[place - 1]] & _DIGIT:
        return False
    i = place + 1
    for _ in range(2):
        start = i
        while i < end and i - start < 3 and bytes_[data[i]] & _DIGIT:
            i += 1
        if i == start or i >= end or data[i] != 46:
            return False
        i += 1
    return i < end and bytes_[data[i]] & _DIGIT != 0


@njit(cache=True, nogil=True)
def _is_bar_line(data: np.ndarray, line: int, place: int, end: int) -> bool:
    """Whether the first bar of a line, at `place`, has only spaces before it and only bars and spaces behind it."""
    i = place - 1
    while i >= line and data[i] == 32:
        i -= 1
    if i >= line:
        return False
    i = place + 1
    while i < end and (data[i] == 32 or data[i] == 124):
        i += 1
    return i == end or data[i] == 10
