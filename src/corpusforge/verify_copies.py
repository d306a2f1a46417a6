"""Verify what a run says of copies by text and URL: each has a twin that stays, and every document is stood for once."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl


def copies_problems(code: str, copies: pl.DataFrame, keys: set[str]) -> Iterator[str]:
    """What is wrong with the rows of copies/ of a language, given the keys of its documents, in sentences."""
    listed = set(copies["key"].to_list())
    if len(listed) != copies.height:
        yield f"{code}: {copies.height - len(listed):,} keys stand twice in copies/"
    if not listed <= keys:
        yield f"{code}: {len(listed - keys):,} rows of copies/ are of no document of the language"
    for kind in ("text", "url"):
        twins = copies.filter(f"duplicate_{kind}")
        staying = copies.filter(~pl.col(f"duplicate_{kind}"))["key"]
        lost = twins.filter(~pl.col(f"{kind}_twin").is_in(staying.implode()).fill_null(False)).height
        if lost:
            yield f"{code}: {lost:,} copies by {kind} in copies/ have no twin that stays"
    if copies["exact_copies"].sum() != copies.height:
        yield f"{code}: documents in copies/ stand for {copies['exact_copies'].sum():,}, and there are {copies.height:,}"
