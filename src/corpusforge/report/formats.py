"""Numbers and hostile text as HTML. Every number carries its exact value: a page can be checked against its JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

_NONE = Markup('<span class="none">–</span>')
# Controls, bidirectional marks and overrides, invisible spaces, line separators, annotations, tags. Not the joiners
# U+200C and U+200D, which Indic and Persian spelling needs; nor tab and line feed.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def visible(text: object) -> Markup:
    """Text from the web: escaped, with characters that act but do not show written out (`U+202E`)."""
    parts = []
    end = 0
    source = str(text)
    for match in _UNSEEN.finditer(source):
        parts += [
            escape(source[end : match.start()]),
            Markup('<span class="unseen">U+{:04X}</span>').format(ord(match[0])),
        ]
        end = match.end()
    return Markup("").join([*parts, escape(source[end:])])


def breakable(name: str) -> Markup:
    """A long name that may be broken after `/` and `_`."""
    return Markup(re.sub("([/_])", r"\1<wbr>", str(escape(name))))


def count(value: int | None) -> Markup:
    """1234567 -> 1,234,567."""
    return _NONE if value is None else _data(value, f"{value:,}")


def percent(share: float | None) -> Markup:
    """0.1234 -> 12.3%; what is not quite nothing or everything never looks like it."""
    return _NONE if share is None else _data(share, percent_text(share))


def percent_text(share: float) -> str:
    """The text of `percent`."""
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    return f"{share:.0%}" if share in (0, 1) else f"{share:.1%}"


def number(value: float | None) -> Markup:
    """Four significant digits; whole numbers in full."""
    return _NONE if value is None else _data(value, number_text(value))


def number_text(value: float) -> str:
    """The text of `number`."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"


def large(value: int | None) -> Markup:
    """1060710 -> 1.06 million."""
    if value is None:
        return _NONE
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if value >= size:
            return _data(value, f"{value / size:.3g} {name}")
    return _data(value, f"{value:,}")


def size(value: int | None) -> Markup:
    """Bytes: 1048576 -> 1.05 MB."""
    if value is None:
        return _NONE
    for factor, name in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if value >= factor:
            return _data(value, f"{value / factor:.3g} {name}")
    return _data(value, f"{value:,} B")


def _data(value: float, shown: str) -> Markup:
    return Markup(f'<data value="{value}">{escape(shown)}</data>')


FILTERS: dict[str, Callable[..., Any]] = {
    "visible": visible,
    "breakable": breakable,
    "count": count,
    "percent": percent,
    "number": number,
    "large": large,
    "size": size,
}
