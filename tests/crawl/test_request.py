"""What is asked of a crawl, from a command line and as an input pattern."""

import pytest

from corpusforge.crawl.request import ROOT, CrawlRequest, build_request, parse_request
from corpusforge.errors import UserError


def test_a_request_reads_back_from_its_pattern() -> None:
    request = CrawlRequest(
        ("CC-MAIN-2025-05..CC-MAIN-2025-30", "latest"), "s3://bucket/cc", 0.001, ("urd",), 4, "index"
    )
    assert parse_request(request.pattern()) == request
    plain = build_request("CC-MAIN-2025-30")
    assert plain.pattern() == "cc://CC-MAIN-2025-30" and parse_request(plain.pattern()) == plain
    assert (plain.root, plain.rest, plain.connections) == (ROOT, 0.0, 2)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("cc://", "name a crawl"),
        ("cc://latest?rests=1", "unknown field 'rests' (did you mean 'rest'?)"),
        ("cc://latest?rest=1.5", "from 0 (none) to 1 (all)"),
        ("cc://latest?rest=many", "a number is expected"),
        ("cc://latest?connections=0", "a whole number from 1 to 16"),
        ("cc://latest?connections=1.5", "a whole number from 1 to 16"),
        ("cc://latest?digests=both", "'record' or 'index'"),
        ("cc://latest?root=", "the value is empty"),
    ],
)
def test_what_cannot_be_is_refused_by_name(pattern: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        parse_request(pattern)
    assert said in str(error.value)
