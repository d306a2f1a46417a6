"""ARC 1.0 and 1.1."""

import pytest
from archives import HTML, gz, http, read

FILEDESC = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n"


def arc(url: str, block: bytes, kind: str = "text/html", date: str = "20080430204825") -> bytes:
    return f"{url} 192.0.2.1 {date} {kind} {len(block)}\n".encode() + block + b"\n"


HEAD = arc("filedesc://test.arc", FILEDESC, "text/plain")
RECORDS = [
    HEAD,
    arc("http://example.org/a b", http()),
    arc("http://example.org/", HTML),
    arc("dns:example.org", b"x", "text/dns"),
]


@pytest.mark.parametrize("compression", [None, "gzip"])
def test_rows(compression: str | None) -> None:
    data = b"".join(gz(record) if compression else record for record in RECORDS)
    rows, tally = read(data, "arc", compression)
    assert [(row["url"], row["fate"], row["http_status"]) for row in rows] == [
        ("http://example.org/a b", None, 200),
        ("http://example.org/", None, None),
        ("dns:example.org", "not_html", None),
    ]
    assert {row["html"] for row in rows[:2]} == {HTML.decode()}
    assert rows[0]["date"] == "2008-04-30T20:48:25Z"
    first = len(gz(HEAD)) if compression else len(HEAD)
    assert rows[0]["id"] == (f"arc:test/file:{first}" if compression else f"arc:test/file:0+{first}")
    assert tally.counted_only == {"filedesc": 1}
    assert not tally.damage


def test_version_2_headers() -> None:
    line = b"http://example.org/ 192.0.2.1 20080430204825 text/html 200 - - 0 test.arc %d\n" % len(HTML)
    rows, _ = read(HEAD + line + HTML + b"\n", "arc")
    assert (rows[0]["url"], rows[0]["html"]) == ("http://example.org/", HTML.decode())


def test_damage_costs_only_what_it_hits() -> None:
    rows, tally = read(RECORDS[0] + b"garbage of any kind\n" + RECORDS[1] + RECORDS[2][:-30], "arc")
    assert [row["fate"] for row in rows] == ["corrupt_record", None, "corrupt_record"]
    assert len(tally.damage) == 2
