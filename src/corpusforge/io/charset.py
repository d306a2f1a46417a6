"""Which charset a page is in: byte order mark, HTTP header, meta, detection, in this order, strictly.

A label nobody knows counts as absent. Bytes that cannot be decoded become U+FFFD.
"""

import codecs
import re

from corpusforge.io.charset_labels import charset_name, codec_of

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_PRESCAN = 4096  # bytes; the standard asks for at least 1024
_SAMPLE = 8 * 1024
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta[\s/]([^>]*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"(?<![^\s=>\"'/])([^\s=>\"'/]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_IN_CONTENT = re.compile(r"charset\s*+=\s*+[\"']?\s*+([^\s\"';,]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']+)")
_STRETCH = re.compile(rb"[^<>\n]++")
_ESCAPED = re.compile(rb"\x1b\$(?:[@B]|\([DOPQ])")  # what switches ISO-2022-JP to kanji
# Detectors name the smaller of two charsets that share all letters; the larger one decodes more.
_LARGER = {"koi8-r": "koi8-u", "iso-8859-13": "windows-1257"}


def decode(data: bytes, header: str | None = None) -> tuple[str, str, str]:
    """(text, charset, source of the charset) of a page; `header` is the HTTP header's label.

    Source: bom | header | meta | detected. The charset is named as the WHATWG standard does.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name), name, "bom"
    if label := charset_name(header):
        return _decoded(data, label), label, "header"
    if label := meta_charset(data):
        return _decoded(data, label), label, "meta"
    name = detect(data)
    return _decoded(data, name), name, "detected"


def meta_charset(data: bytes) -> str | None:
    """The charset that a page names in its first 4 KiB: in a meta tag, else in its XML declaration.

    As the standard has it, UTF-16 means UTF-8 there: bytes that can be read as ASCII are not UTF-16.
    """
    head = data[:_PRESCAN]
    found: str | None = None
    for tag in _META.finditer(_COMMENT.sub(b"", head)):
        fields: dict[bytes, str] = {}
        for match in _ATTRIBUTE.finditer(tag[1]):
            value = next((part for part in match.groups()[1:] if part is not None), b"")
            fields.setdefault(match[1].lower(), value.decode("latin-1"))
        found = charset_name(fields.get(b"charset"))
        if found is None and fields.get(b"http-equiv", "").strip().lower() == "content-type":
            label = _IN_CONTENT.search(fields.get(b"content", ""))
            found = charset_name(label[1]) if label else None
        if found:
            break
    if found is None and (label_bytes := _XML.match(head)):
        found = charset_name(label_bytes[1].decode("latin-1"))
    return "utf-8" if found in ("utf-16le", "utf-16be") else found


def detect(data: bytes) -> str:
    """The charset that the bytes look like: UTF-8 if they are valid, else by statistics; else windows-1252.

    Statistics see the first 8 KiB of the lines that hold non-ASCII bytes, cut at tags.
    """
    if _ESCAPED.search(data[:_SAMPLE]):
        return "iso-2022-jp"
    if name := _utf16(data):
        return name
    if _is_utf8(data):
        return "utf-8"
    from resiliparse.parse.encoding import detect_encoding

    sample = bytearray()
    for match in _STRETCH.finditer(data):
        if not match[0].isascii():
            sample += match[0][:_SAMPLE] + b"\n"
        if len(sample) >= _SAMPLE:
            break
    found = detect_encoding(bytes(sample), max_len=len(sample), html5_compatible=False) or ""
    name = charset_name(found) or charset_name(found.replace("_", "-"))
    name = _LARGER.get(name or "", name)
    return "windows-1252" if name in (None, "utf-8", "utf-16le", "utf-16be") else name or ""


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)  # a character cut off at the end is no fault
    except UnicodeDecodeError:
        return False
    return True


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: markup whose every other byte is zero."""
    head = data[:64]
    if len(head) < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even == 0 and odd >= len(head) // 2 - 4:
        return "utf-16le"
    if odd == 0 and even >= len(head) // 2 - 4:
        return "utf-16be"
    return None


def _decoded(data: bytes, name: str) -> str:
    if name == "euc-jp":
        try:
            return data.decode("euc-jp")
        except UnicodeDecodeError:
            return data.decode("euc-jis-2004", "replace")  # has the vendors' row 13 too
    return data.decode(codec_of(name), "replace")
