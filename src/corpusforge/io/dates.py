"""Dates as archives write them, to ISO 8601 in UTC."""

import re
from datetime import UTC, datetime, timedelta

_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?)?)?"
    r"\s*(Z|z|[+-]\d\d(?::?\d\d)?)?"
)
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")


def iso_date(value: str | None) -> str | None:
    """`2008-04-30T20:48:25Z` for WARC dates (any precision and offset) and ARC dates; None if it is no date."""
    value = (value or "").strip()
    match = _DIGITS.fullmatch(value) or _ISO.fullmatch(value)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups()[:6])
    try:
        date = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, min(second or 0, 59), tzinfo=UTC)
        zone = match.group(7) if match.re is _ISO else None
        if zone and zone not in "Zz":
            hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
            shift = timedelta(hours=hours, minutes=minutes)
            date = date - shift if zone[0] == "+" else date + shift
    except (ValueError, OverflowError):
        return None
    return date.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
