"""One spelling for URLs that name the same page.

Rules are those of RFC 3986, section 6.2 (case, percent-encoding, dot segments, default ports), and of habit: http and https
are one, fragments, empty parameters, the order of parameters and trailing slashes do not count. courlan, which trafilatura
brings along, is not used: it drops parameters such as `cid`, `ref` and `source`, which on many sites say which page is meant.
"""

import contextlib
import re

# Parameters that say where a reader came from, as their makers document them: Google, Meta, Microsoft, Yandex, X, TikTok,
# LinkedIn, Pinterest, Mailchimp, Marketo, HubSpot, Matomo, Olytics, Vero; and two session numbers.
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "itm_")
_TRACKING_NAMES = """
    gclid gclsrc dclid gbraid wbraid srsltid _ga _gl fbclid igshid igsh msclkid yclid ysclid twclid ttclid li_fat_id epik
    mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking oly_anon_id oly_enc_id vero_id vero_conv phpsessid jsessionid
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())
_SESSION = re.compile(rb"(?i);jsessionid=[^/;]*")
_PORTS = {"http": "80", "https": "443"}
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_OTHER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!//)[^\s]+")
_PORT = re.compile(r":([0-9]*)$")
_BLANK = re.compile(r"[\x00-\x20]")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\x00-\x20:\[\]]+)(?::[0-9]+)?")
_ESCAPED = re.compile(rb"%[0-9A-Fa-f]{2}|[^!-~]")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IGNORED = str.maketrans("", "", "\t\n\r")
_ENDS = "".join(map(chr, range(33)))
_HOST_CHARS = 253


def normal_url(url: str | None, tracking: bool = True) -> str | None:
    """The one spelling of a URL; None for what names no page (blanks, `not available`). Linear in its length.

    Scheme and host in lower case (other alphabets as punycode), https as http, without the scheme's own port and a last dot
    of the host; escapes decoded where they need not be, in capitals where they are; dot segments resolved; no slash at the
    end; parameters sorted, empty ones left out, and with `tracking` those that only say where a reader came from; the
    fragment left out unless it begins with an exclamation mark. Other identifiers with a scheme (`urn:isbn:1`) are only
    trimmed; what has no scheme is no URL.
    """
    if url is None:
        return None
    url = url.translate(_IGNORED).strip(_ENDS)
    found = _PARTS.fullmatch(url)
    if found is None or not found[2] or _BLANK.search(found[2]):
        return url if found is None and _OTHER.fullmatch(url) else None
    scheme, place, path, query, fragment = found.groups()
    scheme = scheme.lower()
    authority = _authority(place, _PORTS.get(scheme))
    if not _HOST.fullmatch(authority.rpartition("@")[2]):
        return None
    spelled = ("http" if scheme == "https" else scheme) + "://" + authority
    spelled += _path(path, tracking)
    parameters = sorted(_parameters(query or "", tracking))
    if parameters:
        spelled += "?" + "&".join(parameters)
    if fragment is not None and fragment.startswith("!"):
        spelled += "#" + _escapes(fragment).decode()
    return spelled


def host_of(url: str | None) -> str | None:
    """The host of a URL as `normal_url` spells it, less a leading `www.`; None where there is none."""
    found = _PARTS.fullmatch((url or "").translate(_IGNORED).strip(_ENDS))
    if found is None:
        return None
    host = _PORT.sub("", _authority(found[2].rpartition("@")[2], None))
    return host.removeprefix("www.") or None


def _authority(place: str, own_port: str | None) -> str:
    user, at, host = place.rpartition("@")
    found = _PORT.search(host)
    port = ""
    if found is not None:
        host = host[: found.start()]
        port = "" if found[1] in ("", own_port) else f":{found[1]}"
    host = host.rstrip(".").lower()
    if not host.isascii() and len(host) <= _HOST_CHARS:
        with contextlib.suppress(UnicodeError):  # no host name: it stays as it is written
            spelled = host.encode("idna").decode().rstrip(".")
            host = host if _BLANK.search(spelled) else spelled  # other white space becomes a space
    return user + at + host + port


def _path(path: str, tracking: bool) -> str:
    data = _escapes(path)
    if tracking and b";" in data:
        data = _SESSION.sub(b"", data)
    kept: list[bytes] = []
    for segment in data.split(b"/")[1:]:
        if segment == b"..":
            if kept:
                kept.pop()
        elif segment != b".":
            kept.append(segment)
    while kept and not kept[-1]:
        kept.pop()
    return "".join(f"/{segment.decode()}" for segment in kept)


def _parameters(query: str, tracking: bool) -> list[str]:
    listed = [_escapes(one).decode() for one in query.split("&") if one]
    return [one for one in listed if not (tracking and _tracks(one.partition("=")[0].lower()))]


def _tracks(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _escapes(text: str) -> bytes:
    """ASCII: escapes of letters, digits and `-._~` decoded, all others in capitals, what is not ASCII escaped."""
    return _ESCAPED.sub(_escape, text.encode("utf-8", "surrogatepass"))


def _escape(found: re.Match[bytes]) -> bytes:
    data = found[0]
    byte = int(data[1:], 16) if len(data) == 3 else data[0]
    return bytes((byte,)) if byte in _UNRESERVED else b"%%%02X" % byte
