"""Attributes of a start tag: what its names say (keywords.py), and a hash of its class."""

import numpy as np

from corpusforge.html import keywords as k
from corpusforge.html.kernel import kernel
from corpusforge.html.tables import PRIME, SEED, hashes

_CLASS, _ID, _ROLE, _HIDDEN, _STYLE, _ITEMPROP, _ARIA_HIDDEN, _TEST_ID, _COMPONENT = hashes(
    "class id role hidden style itemprop aria-hidden data-testid data-component"
)
_MAIN, _ARTICLE, _TRUE = hashes("main article true")
_LANDMARKS = hashes(
    "navigation banner contentinfo complementary search dialog menu menubar alertdialog toolbar tablist listbox alert "
    "tooltip"
)


@kernel
def attributes(data, at, end, looked_at, steps, found):  # type: ignore[no-untyped-def]
    """Read from after a tag's name to after its `>`: (place, groups of its names, hash of its class without digits)."""
    mask, looks = np.uint64(0), np.uint64(0)
    while at < end:
        byte = data[at]
        if byte == 62:
            return at + 1, mask, looks
        if byte <= 32 or byte == 47:
            at += 1
            continue
        name = SEED
        name = (name ^ np.uint64(byte | 32 if 65 <= byte <= 90 else byte)) * PRIME
        at += 1
        while at < end:
            byte = data[at]
            if byte <= 32 or byte == 47 or byte == 62 or byte == 61:
                break
            name = (name ^ np.uint64(byte | 32 if 65 <= byte <= 90 else byte)) * PRIME
            at += 1
        while at < end and data[at] <= 32:
            at += 1
        start = stop = at
        if at < end and data[at] == 61:
            at += 1
            while at < end and data[at] <= 32:
                at += 1
            if at < end and (data[at] == 34 or data[at] == 39):
                quote = data[at]
                at += 1
                start = at
                while at < end and data[at] != quote:
                    at += 1
                stop = at
                at += 1
            else:
                start = at
                while at < end and data[at] > 32 and data[at] != 62:
                    at += 1
                stop = at
        if looked_at:
            if name == _CLASS or name == _ID or name == _TEST_ID or name == _COMPONENT:
                mask |= k.name_mask(data, start, stop, steps, found)
                if name == _CLASS:
                    looks = _letters(data, start, stop)
            elif name == _STYLE:
                if _hides(data, start, stop):
                    mask |= k.IS_HIDDEN
            elif name == _HIDDEN:
                mask |= k.IS_HIDDEN
            elif name == _ITEMPROP:
                mask |= k.ITEMPROP | k.name_mask(data, start, stop, steps, found)
            elif name == _ROLE:
                role = _lowered(data, start, stop)
                if role == _MAIN or role == _ARTICLE:
                    mask |= k.ROLE_MAIN
                for one in _LANDMARKS:
                    if role == one:
                        mask |= k.ROLE_LANDMARK
            elif name == _ARIA_HIDDEN and _lowered(data, start, stop) == _TRUE:
                mask |= k.IS_HIDDEN
    return end, mask, looks


@kernel
def _letters(data, start, stop):  # type: ignore[no-untyped-def]
    value = SEED
    for at in range(start, stop):
        byte = data[at]
        if not 48 <= byte <= 57:
            value = (value ^ np.uint64(byte)) * PRIME
    return value


@kernel
def _lowered(data, start, stop):  # type: ignore[no-untyped-def]
    value = SEED
    for at in range(start, stop):
        byte = data[at]
        value = (value ^ np.uint64(byte | 32 if 65 <= byte <= 90 else byte)) * PRIME
    return value


_NONE = np.frombuffer(b"display:none", np.uint8)


@kernel
def _hides(data, start, stop):  # type: ignore[no-untyped-def]
    """Whether a style holds `display:none`, in any case, with spaces anywhere."""
    matched = 0
    for at in range(start, stop):
        byte = data[at]
        if byte <= 32:
            continue
        if 65 <= byte <= 90:
            byte |= np.uint8(32)
        if byte == _NONE[matched]:
            matched += 1
            if matched == len(_NONE):
                return True
        else:
            matched = 1 if byte == _NONE[0] else 0
    return False
