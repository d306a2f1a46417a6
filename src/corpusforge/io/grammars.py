"""How records of WARC and ARC files begin, and what their headers say."""

import re

from corpusforge.io.http import parse_fields
from corpusforge.io.record import Head

_URL = rb"[A-Za-z][A-Za-z0-9+.-]*:[^\r\n]{0,6000}?"
_LINE = _URL + rb" [0-9A-Fa-f.:-]+ \d{12,14} [^\r\n]{0,300}\d[ \t]*\r*\n"
_V1 = re.compile(r"(.*) (\S+) (\d{12,14}) (.*?) ?(\d+)\s*")
_V2 = re.compile(r"(.*) (\S+) (\d{12,14}) (.*?) ?(\d{3}) (\S+) (\S+) (\d+) (\S+) (\d+)\s*")


class WarcGrammar:
    """How a WARC record begins, and its header."""

    begin = search = re.compile(rb"WARC/\d+\.\d+[ \t]*\r*\n[A-Za-z][\w-]*[ \t]*:")
    head_end = re.compile(rb"\n\r*\n")
    wanted = frozenset({"response", "resource", "conversion"})

    def head(self, header: bytes) -> Head | str:
        """Type, fields and block length; or what is wrong."""
        fields = parse_fields(header.split(b"\n", 1)[1])
        record_type = fields.get("warc-type", "").lower()
        if not record_type:
            return "the record's header has no WARC-Type"
        length = fields.get("content-length")
        if length is None:
            return Head(record_type, fields, None)
        if not length.isascii() or not length.isdigit() or len(length) > 18:
            return f"the record's Content-Length is no number: {length[:40]!r}"
        return Head(record_type, fields, int(length))


class ArcGrammar:
    """An ARC record begins with one line: URL, IP address, date, content type, ..., length."""

    begin = re.compile(_LINE)
    search = re.compile(rb"(?<=\n)" + _LINE)
    head_end = re.compile(rb"\n")
    wanted = frozenset({"response"})

    def head(self, header: bytes) -> Head | str:
        """Fields `url`, `date`, `content-type` and the block length; or what is wrong."""
        line = header.decode("utf-8", "replace")
        match = _V2.fullmatch(line) or _V1.fullmatch(line)
        if match is None or len(match[match.lastindex or 0]) > 18:
            return "the record's first line is no ARC header"
        fields = {"url": match[1], "date": match[3], "content-type": match[4]}
        kind = "filedesc" if match[1].startswith("filedesc:") else "response"
        return Head(kind, fields, int(match[match.lastindex or 0]))
