"""Hashes that name things: canonical JSON of configuration, and keys of work built from it."""

import json
from typing import Any

import xxhash


def canonical(value: Any) -> bytes:
    """One spelling of a JSON-able value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def work_key(*parts: Any) -> str:
    """Key of a piece of work: xxh3-128 of what it depends on, 32 hex digits."""
    return xxhash.xxh3_128_hexdigest(canonical(parts))


def unit_name(input_name: str, split_start: int = 0) -> str:
    """Name of a unit: 16 hex digits of xxh3-64 of (input name, split start)."""
    return xxhash.xxh3_64_hexdigest(f"{input_name}\0{split_start}".encode())
