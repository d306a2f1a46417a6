"""Dates of archives to ISO 8601 in UTC."""

import pytest

from corpusforge.io.dates import iso_date


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2008-04-30T20:48:25Z", "2008-04-30T20:48:25Z"),
        ("2024-05-01T09:48:35.901Z", "2024-05-01T09:48:35Z"),
        ("2009-03-31T15:35:34-0700", "2009-03-31T22:35:34Z"),
        ("2009-03-31T01:30:00+05:30", "2009-03-30T20:00:00Z"),
        ("20080430204825", "2008-04-30T20:48:25Z"),
        ("2016-09", "2016-09-01T00:00:00Z"),
        ("2009-03-67T15:35:34-0700", None),  # ClueWeb09
        ("2008-10-294T05:21:46-0700", None),
        ("", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_dates(written: str | None, date: str | None) -> None:
    assert iso_date(written) == date
