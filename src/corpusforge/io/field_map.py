"""Which fields of a row mean what, and what becomes of the others."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpusforge.io.raw import EMPTY_BODY, INVALID_TEXT, Options, Row

MAX_META = 4096
_MAX_LISTED = 1024  # bytes for the names of what was left out
_DROPPED = "…dropped"
_PUBLISHED = ("id", "url", "date", "dump")


@dataclass(frozen=True)
class FieldMap:
    """Names of the fields that hold text, id, url, date and dump; `a.b` is field b inside field a."""

    text: str = "text"
    id: str = "id"
    url: str = "url"
    date: str = "date"
    dump: str = "dump"

    @classmethod
    def of(cls, options: Options) -> "FieldMap":
        """The field names in `options`."""
        return cls(options.text, options.id, options.url, options.date, options.dump)

    def fill(self, row: Row, values: dict[str, Any]) -> None:
        """Fill `row` from `values`, taking the mapped fields out of them; bad text gets its fate."""
        text, there = take(values, self.text)
        for name in _PUBLISHED:
            value = take(values, getattr(self, name))[0]
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                setattr(row, name, sound(str(value)))
            elif hasattr(value, "isoformat"):
                setattr(row, name, value.isoformat())
        row.meta = meta(values)
        row.charset, row.charset_source = "utf-8", "declared"
        if not there or text is None:
            others = ", ".join(sorted(values)[:20])[:300]
            row.fate, row.error = INVALID_TEXT, f"no field '{self.text}'; other fields: {sound(others)}"
        elif not isinstance(text, str):
            row.fate, row.error = INVALID_TEXT, f"field '{self.text}' is {type(text).__name__}, not text"
        elif "\0" in text:
            row.fate, row.error = INVALID_TEXT, f"field '{self.text}' holds a NUL character"
        elif not _encodable(text):
            row.fate, row.error = INVALID_TEXT, f"field '{self.text}' holds half of a surrogate pair"
        elif not text or text.isspace():
            row.fate, row.error = EMPTY_BODY, f"field '{self.text}' is empty"
        else:
            row.text = text


def take(values: dict[str, Any], path: str) -> tuple[Any, bool]:
    """Take the value at `path` out of `values`: (value, whether it was there).

    A field named like the whole path wins.
    """
    if path in values:
        return values.pop(path), True
    first, dot, rest = path.partition(".")
    inner = values.get(first)
    if not dot or not isinstance(inner, dict):
        return None, False
    inner = dict(inner)
    value, there = take(inner, rest)
    if there:
        values[first] = inner
        if not inner:
            del values[first]
    return value, there


def meta(values: Mapping[str, Any]) -> str | None:
    """`values` as JSON of at most 4 KiB; the longest are left out, their names listed as "…dropped"."""
    if not values:
        return None
    whole = json.dumps(values, ensure_ascii=False, default=_plain)
    if len(whole) <= MAX_META and _bytes(whole) <= MAX_META:
        return sound(whole)
    encoded = {name: json.dumps(value, ensure_ascii=False, default=_plain) for name, value in values.items()}
    names = {name: json.dumps(name, ensure_ascii=False) for name in encoded}
    weights = {name: _bytes(names[name]) + _bytes(value) + 4 for name, value in encoded.items()}
    size, listed = sum(weights.values()), 0
    dropped: list[str] = []
    for name in sorted(encoded, key=lambda one: (-_bytes(encoded[one]), one)) if size > MAX_META else ():
        if size + listed + 24 <= MAX_META:
            break
        del encoded[name]
        size -= weights[name]
        if listed + _bytes(names[name]) + 2 <= _MAX_LISTED:
            dropped.append(name)
            listed += _bytes(names[name]) + 2
    parts = [f"{names[name]}: {value}" for name, value in encoded.items()]
    if dropped:
        parts.append(f'"{_DROPPED}": {json.dumps(sorted(dropped), ensure_ascii=False)}')
    return sound("{" + ", ".join(parts) + "}")


def sound(text: str) -> str:
    """`text` with halves of surrogate pairs replaced by U+FFFD."""
    return text if _encodable(text) else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
