"""E-mail addresses and public IPv4 addresses, replaced by constants that belong to nobody.

What is found, and by what it is replaced, follows datatrove 0.10.1, pii.py, with two differences. The
constants rotate within a document and start afresh with the next one (there they rotate within a process, so
that a document's text depends on those before it). Which addresses are public follows the IANA registry below
on every Python (there `ipaddress.is_global`, whose tables changed between Python releases).
"""

import re

from corpusforge.text.edits import Edit, applied, composed

EMAILS = ("email@example.com", "firstname.lastname@example.org")  # RFC 2606
ADDRESSES = (  # datatrove's: none answered when its list was made
    "22.214.171.124",
    "126.96.36.199",
    "188.8.131.52",
    "184.108.40.206",
    "220.127.116.11",
    "18.104.22.168",
)

_OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)"
_ATOM = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
# A domain of two labels or more, or an address in brackets (whose last part, as published, may end in a
# colon).
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}|\[(?:{_OCTET}\.){{3}}(?:{_OCTET}|[A-Za-z0-9-]*[A-Za-z0-9]:)\]")
_START = re.compile(rf"\b[{_ATOM}]")
_BACKWARDS = re.compile(rf"[{_ATOM}]+(?:\.[{_ATOM}]+)*")
_ADDRESS = re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}")
# In every text with an address, and found fast: `re` looks for the literal dot first.
_DIGITS_AND_DOTS = re.compile(r"\.(?<=[0-9]\.)[0-9]{1,3}\.[0-9]{1,3}\.[0-9]")

# IANA IPv4 Special-Purpose Address Registry, entries that are not globally reachable: (first octets, prefix
# length).
_SPECIAL = [
    (0x00000000, 8),
    (0x0A000000, 8),
    (0x64400000, 10),
    (0x7F000000, 8),
    (0xA9FE0000, 16),
    (0xAC100000, 12),
    (0xC0000000, 24),
    (0xC0000200, 24),
    (0xC0A80000, 16),
    (0xC6120000, 15),
    (0xC6336400, 24),
    (0xCB007100, 24),
    (0xF0000000, 4),
]
_GLOBAL_ALL_THE_SAME = (0xC0000009, 0xC000000A)  # 192.0.0.9 and .10: anycast, RFC 7723 and RFC 8155


def pii_edits(text: str) -> list[Edit]:
    """Edits that replace e-mail addresses, then public IPv4 addresses. Linear in the length of the text."""
    emails = _email_edits(text) if "@" in text else []
    if not _DIGITS_AND_DOTS.search(text):  # what stands for an e-mail address makes no other address
        return emails
    addresses = _address_edits(applied(text, emails))
    return composed(text, emails, addresses)


def is_public(address: str) -> bool:
    """Whether a dotted IPv4 address is globally reachable. One with leading zeros is none (RFC 6943)."""
    parts = address.split(".")
    if any(len(part) > 1 and part[0] == "0" for part in parts):
        return False
    number = int.from_bytes(bytes(map(int, parts)))
    if number in _GLOBAL_ALL_THE_SAME:
        return True
    return all(number >> 32 - bits != network >> 32 - bits for network, bits in _SPECIAL)


def _email_edits(text: str) -> list[Edit]:
    """Look left and right of every "@": a search from the left takes quadratic time on `a-a-a-a-...`."""
    edits: list[Edit] = []
    earliest = 0
    sign = text.find("@")
    while sign >= 0:
        domain = _DOMAIN.match(text, sign + 1)
        local = _BACKWARDS.match(text[earliest:sign][::-1]) if domain else None
        start = _START.search(text, sign - local.end(), sign) if local else None
        if domain and start:
            edits.append((start.start(), domain.end(), EMAILS[len(edits) % len(EMAILS)]))
            earliest = domain.end()
        else:
            earliest = sign + 1
        sign = text.find("@", earliest)
    return edits


def _address_edits(text: str) -> list[Edit]:
    found = (match for match in _ADDRESS.finditer(text) if is_public(match[0]))
    return [(*match.span(), ADDRESSES[index % len(ADDRESSES)]) for index, match in enumerate(found)]
