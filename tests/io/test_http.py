"""HTTP messages: old servers, all codings, limits."""

import gzip
import zlib

import brotli
import pytest
import zstandard

from corpusforge.io.http import Body, dechunk, decode_body, parse_fields, parse_response

PAGE = "<p>ਪੰਜਾਬੀ ਵਿੱਚ ਲਿਖਿਆ ਹੋਇਆ ਪੰਨਾ</p>".encode() * 50
LIMIT = 1 << 20


def raw_deflate(data: bytes) -> bytes:
    state = zlib.compressobj(wbits=-15)
    return state.compress(data) + state.flush()


ENCODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "deflate raw": raw_deflate(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.compress(PAGE),
    "identity": PAGE,
    "utf-8": PAGE,  # a charset where a coding should be: browsers ignore it
    "gzip, br": brotli.compress(gzip.compress(PAGE)),
    "GZIP": gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]),
}


@pytest.mark.parametrize("coding", ENCODED)
def test_codings_are_undone(coding: str) -> None:
    assert decode_body({"content-encoding": coding.split(" raw")[0]}, ENCODED[coding], LIMIT) == Body(PAGE)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_page_that_is_not_compressed_though_its_header_says_so_is_taken_as_it_is(coding: str) -> None:
    assert decode_body({"content-encoding": coding}, PAGE, LIMIT).data == PAGE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "deflate raw"])
def test_a_body_that_ends_early_gives_what_it_decodes_to(coding: str) -> None:
    done = decode_body({"content-encoding": coding.split(" raw")[0]}, ENCODED[coding][:-8], LIMIT)
    assert done.error is None
    assert PAGE.startswith(done.data)
    assert len(done.data) > 100


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)[:30] + b"\xff" * 40),
        ("compress", b"\x1f\x9d\x90"),
        ("gzip", b"\x00\x01\x02"),
        ("br", b"\xff" * 9),
    ],
    ids=["damaged", "unsupported", "no gzip", "no brotli"],
)
def test_what_cannot_be_undone_is_said(coding: str, body: bytes) -> None:
    done = decode_body({"content-encoding": coding}, body, LIMIT)
    assert done.error
    assert not done.data


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bombs_stop_at_the_limit(coding: str) -> None:
    bomb = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstandard.compress}[coding](
        bytes(50_000_000)
    )
    done = decode_body({"content-encoding": coding}, bomb, 1000)
    assert done.too_large
    assert len(done.data) <= 1000


def test_a_body_of_exactly_the_limit_is_not_too_large() -> None:
    assert decode_body({"content-encoding": "gzip"}, gzip.compress(b"x" * 1000), 1000) == Body(b"x" * 1000)
    assert decode_body({}, b"x" * 1001, 1000).too_large


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (
            b"4\r\nWiki\r\n7\r\npedia i\r\nB\r\nn \r\nchunks.\r\n0\r\n\r\n",
            b"Wikipedia in \r\nchunks.",
        ),  # RFC 7230's example
        (b"4\nWiki\n0\n\n", b"Wiki"),
        (b"4;name=value\r\nWiki\r\n0\r\nTrailer: x\r\n\r\n", b"Wiki"),
        (b"00004\r\nWiki\r\n", b"Wiki"),
        (b"ff\r\ncut off", b"cut off"),
        (b"<html>not chunked</html>", b"<html>not chunked</html>"),
        (b"", b""),
    ],
)
def test_chunks_are_joined(body: bytes, data: bytes) -> None:
    assert dechunk(body) == (data, None)


def test_broken_chunks_are_an_error() -> None:
    done = decode_body({"transfer-encoding": "chunked"}, b"4\r\nWiki\r\n<not a size>\r\n", LIMIT)
    assert done.error == "HTTP chunking is broken at byte 9 of the body"


def test_chunked_and_compressed() -> None:
    data = gzip.compress(PAGE)
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)
    for fields in (
        {"transfer-encoding": "chunked", "content-encoding": "gzip"},
        {"transfer-encoding": "gzip, chunked"},
    ):
        assert decode_body(fields, body, LIMIT).data == PAGE


@pytest.mark.parametrize(
    ("block", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 200, b"body"),
        (b"HTTP/1.0 302 \r\nA: b\r\n\r\n", 302, b""),  # no status text
        (b"HTTP/1.1 404\r\n\r\n", 404, b""),
        (b"HTTP/2 200\nA: b\n\nbody", 200, b"body"),
        (b"http/1.1 200 ok\r\n\r\nbody", 200, b"body"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody", 200, b"body"),
        (b"HTTP/1.1 0 No Content\r\n\r\n", 0, b""),  # Browsertrix writes this
        (b"HTTP/1.1 fine\r\n\r\n", None, b""),
        (b"HTTP/1.1 200 OK\r\r\nA: b\r\r\n\r\r\nbody", 200, b"body"),
        (b"HTTP/1.1 200 OK", 200, b""),
    ],
)
def test_status_lines(block: bytes, status: int | None, body: bytes) -> None:
    response = parse_response(block)
    assert response.status == status
    assert block[response.body :] == body


def test_fields() -> None:
    header = (
        b"content-TYPE:text/html\r\nFolded: one\r\n  two\r\n\tthree\r\nno field\r\n  nor this\r\n"
        b"Twice: 1\r\nTwice: 2\r\n"
        b"Content-Encoding: gzip\r\nContent-Encoding: br\r\nName: caf\xc3\xa9\r\n"
    )
    assert parse_fields(header) == {
        "content-type": "text/html",
        "folded": "one two three",
        "twice": "1",
        "content-encoding": "gzip, br",
        "name": "café",
    }
    assert parse_fields(b"Name: caf\xe9\n") == {"name": "café"}


HOSTILE = {
    "folded lines": b"HTTP/1.1 200 OK\r\nA: b" + b"\r\n x" * 300_000 + b"\r\n\r\n",
    "one long run of returns": b"HTTP/1.1 200 OK\r\nA: b" + b"\r" * 250_000 + b"\nB: c\r\n\r\n",
    "no end of header": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300_000,
    "repeated codings": b"HTTP/1.1 200 OK\r\n" + b"Content-Encoding: gzip\r\n" * 8000 + b"\r\n",
    "spaces in a charset": b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=" + b" " * 200_000 + b"\r\n\r\n<p>x",
    "empty gzip members": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"") * 100_000,
    "carriage returns": b"HTTP/1.1 200 OK\r\n" + b"\n\r" * 100_000 + b"x",
    "script without tags": b"HTTP/1.1 200 OK\r\n\r\n<p>" + b"x" * 2_000_000 + b"\xff",
    "comments": b"HTTP/1.1 200 OK\r\n\r\n" + b"<!---->" * 300_000,
    "attributes": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<meta " + b"a" * 4000 + b"\xff",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_take_linear_time(name: str) -> None:
    import time

    from corpusforge.io.page import page
    from corpusforge.io.raw import Row

    began = time.process_time()
    page(Row(0, 0, 0, "response"), HOSTILE[name], len(HOSTILE[name]), "", 16 << 20)
    assert time.process_time() - began < 2  # quadratic work would take minutes
