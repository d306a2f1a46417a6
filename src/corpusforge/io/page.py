"""From a record's bytes to a decoded page, or to the fate that says why there is none."""

import re

from corpusforge.io.charset import decode
from corpusforge.io.http import decode_body, parse_response
from corpusforge.io.raw import CORRUPT_RECORD, EMPTY_BODY, HTTP_STATUS, NOT_HTML, PAGE_TOO_LARGE, Row
from corpusforge.io.record import Record

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
_UNKNOWN_TYPES = frozenset(
    {"", "unknown", "unknown/unknown", "application/unknown", "*/*", "no-type", "application/http"}
)
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([^\s\"';,]+)", re.IGNORECASE)
# The tags of the WHATWG MIME Sniffing standard, section 7.1, then what begins an XHTML document.
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf|\s|<!--.*?-->|<\?xml[^>]*>)*+"
    rb"<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 1445  # bytes, as in the standard


def page(row: Row, block: bytes, block_length: int, identified: str, limit: int) -> None:
    """Fill `row` from an HTTP response. `block` may be only the begin of `block_length` bytes."""
    response = parse_response(block)
    row.http_status = response.status
    declared = response.fields.get("content-type", "")
    row.content_type = _type(declared) or _type(identified) or None
    if response.status is None:
        row.fate, row.error = CORRUPT_RECORD, "the HTTP status line has no status"
    elif response.status != 200:
        row.fate, row.error = HTTP_STATUS, f"HTTP status {response.status}"
    elif _type(declared) not in _UNKNOWN_TYPES and _type(declared) not in HTML_TYPES:
        row.fate, row.error = NOT_HTML, f"content type {_type(declared)}"
    elif block_length > len(block):
        row.fate, row.error = PAGE_TOO_LARGE, f"the record has {block_length} bytes; pages may have {limit}"
    else:
        body = decode_body(response.fields, block[response.body :], limit)
        if body.error:
            row.fate, row.error = CORRUPT_RECORD, body.error
        elif body.too_large:
            row.fate, row.error = PAGE_TOO_LARGE, f"the decoded page has more than {limit} bytes"
        else:
            _html(row, body.data, declared, identified)


def resource(row: Row, block: bytes, block_length: int, declared: str, identified: str, limit: int) -> None:
    """Fill `row` from content that has no HTTP header."""
    row.content_type = _type(declared) or _type(identified) or None
    if _type(declared) not in _UNKNOWN_TYPES and _type(declared) not in HTML_TYPES:
        row.fate, row.error = NOT_HTML, f"content type {_type(declared)}"
    elif block_length > min(len(block), limit):
        row.fate, row.error = PAGE_TOO_LARGE, f"the page has {block_length} bytes; pages may have {limit}"
    else:
        _html(row, block, declared, identified)


def wet_text(row: Row, record: Record, declared: str, limit: int) -> None:
    """Fill `row` from a conversion record: extracted text in UTF-8."""
    row.content_type = _type(declared) or None
    if row.content_type is not None and not row.content_type.startswith("text/"):
        row.fate, row.error = NOT_HTML, f"conversion to {row.content_type}"
    elif record.block_length > min(len(record.block), limit):
        row.fate, row.error = (
            PAGE_TOO_LARGE,
            f"the text has {record.block_length} bytes; pages may have {limit}",
        )
    elif not record.block or record.block.isspace():
        row.fate, row.error = EMPTY_BODY, "the record is empty"
    else:
        row.text = record.block.decode("utf-8", "replace")
        row.charset, row.charset_source = "utf-8", "declared"


def _html(row: Row, data: bytes, declared: str, identified: str) -> None:
    if not data or data.isspace():
        row.fate, row.error = EMPTY_BODY, "the body is empty"
        return
    if _type(declared) in _UNKNOWN_TYPES:
        kind = _type(identified)
        if kind in _UNKNOWN_TYPES:
            kind = "text/html" if _HTML.match(data[:_SNIFFED]) else "unknown"
        row.content_type = kind
        if kind not in HTML_TYPES:
            row.fate, row.error = NOT_HTML, f"no content type given; it looks like {kind}"
            return
    label = _CHARSET.search(declared)
    row.html, row.charset, row.charset_source = decode(data, label[1] if label else None)


def _type(content_type: str) -> str:
    return content_type.partition(";")[0].partition(",")[0].strip().lower()[:100]
