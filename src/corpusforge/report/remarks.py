"""What an auditor should look at first: plain sentences, each with the number that it rests on."""

from __future__ import annotations

from typing import Any

SMALL = 1_000  # documents below which shares and thresholds are called uncertain
_ONE_HOST = 0.5
_ONE_RULE = 0.3
_FEW_KEPT = 0.1
_MANY_COPIES = 0.3
_OWN = ("published", "calibrated")


def remarks(figures: dict[str, Any]) -> list[dict[str, str]]:
    """Warnings about a language's figures, as {"about", "text"}; the gravest first."""
    return [{"about": about, "text": text} for about, text in _remarks(figures)]


def _remarks(figures: dict[str, Any]) -> list[tuple[str, str]]:
    documents, kept = figures["documents"], figures["kept"]
    found = []
    if figures["undecided"]:
        found.append(("unfinished", f"The run is not finished: {figures['undecided']:,} documents have no fate yet."))
    elif documents and not kept:
        found.append(("nothing kept", f"None of {documents:,} documents was kept. See below which rules removed them."))
    if 0 < documents < SMALL:
        text = f"Only {documents:,} documents: shares and the effect of thresholds are uncertain."
        if figures["kept_interval"]:
            low, high = figures["kept_interval"]
            text += f" With 95% confidence, the share kept lies between {low:.1%} and {high:.1%}."
        found.append(("small sample", text))
    if kept and figures["kept_share"] < _FEW_KEPT:
        found.append(("few kept", f"Only {figures['kept_share']:.1%} of the documents were kept."))
    for rule in figures["rules"]:
        if documents >= 100 and "duplicate" not in rule["signals"] and (rule["broken_share"] or 0) >= _ONE_RULE:
            text = f"{rule['rule']} is broken by {rule['broken_share']:.1%} of the documents it was applied to."
            found.append(("strict rule", text))
    copies = figures["duplicates"]
    if copies and documents >= 100 and (copies["copies_share"] or 0) >= _MANY_COPIES:
        found.append(
            (
                "many copies",
                f"{copies['copies_share']:.1%} of the documents that were compared are near-copies of another one.",
            )
        )
    top = figures["hosts"]["by_chars"][:1]
    if top and top[0]["share"] >= _ONE_HOST and kept >= 100:
        found.append(("one host", f"A single host gives {top[0]['share']:.1%} of all kept characters."))
    sources = figures["threshold_sources"]
    used = sum(source["thresholds"] for source in sources)
    foreign = sum(source["thresholds"] for source in sources if not source["provenance"].startswith(_OWN))
    if foreign > used / 2:
        text = (
            f"{foreign:,} of {used:,} thresholds in use are neither published for this language nor calibrated on it: "
            "they are inherited, defaults, or set by hand."
        )
        found.append(("thresholds", text))
    return found
