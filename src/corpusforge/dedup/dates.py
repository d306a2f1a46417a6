"""Dates in ISO 8601 of any precision as seconds: `2013`, `2013-05`, `2013-05-18T05:22:10.5+02:00`."""

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_DATE = re.compile(
    r"\s*(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?\s*",
    re.ASCII | re.IGNORECASE,
)
_OF_CRAWLS = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds_since_1970(dates: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """float64[n]: when the year, month, day, minute or second begins; NaN where a date is null or is none.

    dates: large_string. Without an offset a time is in UTC. Parts of a second follow a point or a comma; six digits of
    them count.
    """
    dates = dates.combine_chunks() if isinstance(dates, pa.ChunkedArray) else dates
    found = np.full(len(dates), np.nan)
    plain = pc.fill_null(pc.match_substring_regex(dates, _OF_CRAWLS), False).to_numpy(zero_copy_only=False)
    try:
        times = dates.filter(pa.array(plain)).cast(pa.timestamp("s", "UTC"))
        found[plain] = times.cast(pa.int64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # one of them is no day or no time of a day
        plain[:] = False
    others = np.flatnonzero(~plain)
    found[others] = [_seconds(text) for text in dates.take(pa.array(others)).to_pylist()]
    return found


def _seconds(text: str | None) -> float:
    match = _DATE.fullmatch(text or "")
    if match is None:
        return float("nan")
    year, month, day, hour, minute, second = (int(match[i] or (1 if i in (2, 3) else 0)) for i in range(1, 7))
    micros = int((match[7] or "0")[:6].ljust(6, "0"))
    try:
        moment = datetime(year, month, day, hour, minute, second, micros, UTC)
    except ValueError:
        return float("nan")
    offset = _offset(match[8] or "Z")
    return float("nan") if offset is None else (moment - _EPOCH - offset).total_seconds()


def _offset(text: str) -> timedelta | None:
    if text in "Zz":
        return timedelta(0)
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        return None
    return (1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)
