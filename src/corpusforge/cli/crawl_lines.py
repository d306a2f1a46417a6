"""What `plan` says of a crawl: what the index names, what will be fetched, and about how long that takes."""

from __future__ import annotations

from typing import Any

from corpusforge.crawl.sizes import said_bytes

_MANY = 0.05  # a share of the crawl, above which single requests cost more than the bytes that they save
_ENOUGH = 1_000_000  # records, below which it does not matter


def crawl_lines(crawl: dict[str, Any]) -> list[str]:
    """The lines of one crawl."""
    lines = [f"crawl        {crawl['crawl']} from {crawl['root']}"]
    lines.append(
        f"    index    {_many(crawl['index_records'], 'record')} in {_many(crawl['index_files'], 'file')}, "
        f"{said_bytes(crawl['index_bytes'])}; "
        f"{said_bytes(crawl['index_bytes_read'])} of it had to be read"
    )
    for one in crawl["languages"]:
        remark = f" ({one['remark']})" if one["remark"] else ""
        if one["codes"]:
            lines.append(f"    named    {one['language']} as {', '.join(one['codes'])}{remark}")
        else:
            lines.append(f"    unnamed  {one['language']}: {one['remark']}; only the rest can hold pages in it")
    chosen = ", ".join(f"{code} {count:,}" for code, count in crawl["chosen"].items())
    lines.append(
        f"    selected {_many(crawl['records'], 'record')} ({chosen}) in {_many(crawl['warc_files'], 'WARC file')}, "
        f"{said_bytes(crawl['bytes'])}"
    )
    if crawl["records"] > _MANY * crawl["index_records"] and crawl["records"] > _ENOUGH:
        lines.append(
            f"             more than {_MANY:.0%} of the crawl: reading its WARC files whole takes less time "
            "(--input @LIST of crawl-data/.../warc.paths.gz)"
        )
    if crawl["rest_share"]:
        lines.append(f"    rest     {crawl['rest_share']:g} of the other pages, by a hash of their URL")
    else:
        lines.append("    rest     none: what the index misses is not measured (--crawl-rest 0.0001 would)")
    if not crawl["units_to_fetch"]:
        lines.append("    fetch    nothing more")
        return lines
    lines.append(
        f"    fetch    {_many(crawl['requests'], 'request')}, {said_bytes(crawl['bytes_to_fetch'])}, "
        f"{_many(crawl['connections'], 'connection')} at a time: {_duration(crawl)}"
    )
    return lines


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _duration(crawl: dict[str, Any]) -> str:
    if crawl["seconds"] is None:
        return "time unknown"
    rate = f", {crawl['mib_s']:,.1f} MiB/s" if crawl["mib_s"] else ""
    spent = crawl["request_s"] * 1000
    measured = f"{f'{spent:,.0f}' if spent >= 1 else 'under 1'} ms a request{rate}, as measured on the index"
    return f"about {said_seconds(crawl['seconds'])} ({measured})"


def said_seconds(seconds: float) -> str:
    """`45 s`, `12 min`, `3.5 h`, `2.1 days`."""
    if seconds < 90:
        return f"{max(1, seconds):.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"
