"""Text from the web made harmless for a terminal."""

import re

# C0 and C1 controls (escape sequences begin with them), bidirectional overrides and isolates, line separators.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def plain(text: object, limit: int = 2000) -> str:
    """`text` with control characters written out (`\\x1b`), cut at `limit` characters."""
    shown = _UNSAFE.sub(
        lambda match: f"\\x{ord(match[0]):02x}" if ord(match[0]) < 256 else f"\\u{ord(match[0]):04x}", str(text)
    )
    return shown if len(shown) <= limit else f"{shown[:limit]}... ({len(shown) - limit:,} more characters)"
