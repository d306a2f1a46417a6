"""What an auditor should look at first: plain sentences, each with the number that it rests on."""

from __future__ import annotations

from typing import Any

from corpusforge.report.formats import percent_text

SMALL = 1_000  # documents below which shares and thresholds are called uncertain
_ONE_HOST = 0.5
_ONE_RULE = 0.3
_ALONE_SHARE, _ALONE_DOCUMENTS = 0.05, 20  # either is worth reading samples for
_ALONE_LEAST = 3  # documents; the share of one or two says nothing
_NAMED = 3  # rules, and input files, that get a sentence each
_FEW_KEPT = 0.1
_MANY_COPIES = 0.3
_OWN = ("published", "calibrated")


def remarks(figures: dict[str, Any]) -> list[dict[str, str]]:
    """Warnings about a language's figures, as {"about", "text"}; the gravest first."""
    return [{"about": about, "text": text} for about, text in _remarks(figures)]


def _remarks(figures: dict[str, Any]) -> list[tuple[str, str]]:
    documents, kept = figures["documents"], figures["kept"]
    found = []
    if figures["unfinished"]:
        found.append(("unfinished", f"The run is not finished. {' '.join(figures['unfinished'])}"))
    elif documents and not kept:
        found.append(("nothing kept", f"None of {documents:,} documents was kept. See below which rules removed them."))
    if 0 < documents < SMALL:
        text = f"Only {documents:,} documents: shares and the effect of thresholds are uncertain."
        if figures["kept_interval"]:
            low, high = figures["kept_interval"]
            text += f" With 95% confidence, the share kept lies between {low:.1%} and {high:.1%}."
        found.append(("small sample", text))
    if kept and not figures["unfinished"] and figures["kept_share"] < _FEW_KEPT:
        found.append(("few kept", f"Only {figures['kept_share']:.1%} of the documents were kept."))
    found += [("rule alone", text) for text in _alone(figures)]
    found += [("input without a kept document", text) for text in _inputs(figures)]
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


def _alone(figures: dict[str, Any]) -> list[str]:
    """Rules without which many more documents would have gone on, the first few of them. Copies have their own remark."""
    documents = figures["documents"]
    rules = [rule for rule in figures["rules"] if "duplicate" not in rule["signals"] and rule["alone"]]
    found = []
    for rule in sorted(rules, key=lambda rule: -rule["alone"]):
        alone = rule["alone"]
        if alone >= _ALONE_DOCUMENTS or alone >= max(_ALONE_LEAST, _ALONE_SHARE * documents):
            before = ", before other rules are tried" if rule["phase"] == "admit" else ""
            found.append(
                f"{rule['rule']} alone removes {alone:,} of {documents:,} documents ({percent_text(alone / documents)})"
                f"{before}: read its samples before trusting the threshold."
            )
    return found[:_NAMED]


def _inputs(figures: dict[str, Any]) -> list[str]:
    """Input files that gave documents and nothing to the corpus, where others did."""
    if not figures["kept"]:
        return []
    inputs = figures["inputs"]
    found = [
        f"{one['name']}: none of its {one['documents']:,} documents in this language was kept."
        for one in inputs["first"][:_NAMED]
    ]
    more = inputs["gave_nothing"] - len(found)
    return found + ([f"The same holds for {more:,} more of the {inputs['files']:,} input files."] if more else [])
