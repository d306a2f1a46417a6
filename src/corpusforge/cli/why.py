"""Explain what became of one document: each signal beside its threshold, each rule broken, the surviving twin."""

import argparse
import json
from typing import Any

from corpusforge.documents import LANGUAGE_GATE
from corpusforge.terminal import plain

MOST_CHANGES = 12
LONG = 300  # code points of a passage
_LINES = 5  # lines taken out that are shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge why`."""
    parser.add_argument("run", metavar="RUN", help="directory of a run")
    parser.add_argument("query", metavar="KEY|ID|URL", help="key, id or URL of a record, exactly")
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Explain and print."""
    from corpusforge.why import why

    answers = why(args.run, args.query)
    if args.json:
        print(json.dumps(answers, ensure_ascii=False, indent=1))
    else:
        print("\n\n".join(_text(answer) for answer in answers))
    return 0


def _text(answer: dict[str, Any]) -> str:
    record = answer["record"]
    lines = [f"{answer['fate']}   (in phase {answer['phase']})", ""]
    for name in ("key", "id", "url", "date", "file_path", "record_type", "http_status", "content_type", "charset"):
        if record[name] is not None:
            lines.append(f"  {name:<13} {plain(record[name], 300)}")
    lines.append(f"  {'position':<13} {_position(record)}")
    if record["label"] is not None:
        shown = "none" if record["language"] is None else f"{record['language']}_{record['language_script']}"
        score = "" if record["language_score"] is None else f", score {record['language_score']:.4f}"
        lines.append(f"  {'language':<13} {shown} (the model said '{plain(record['label'])}'{score})")
    if record["error"]:
        name = "seen" if record["fate"] == LANGUAGE_GATE else "error"
        lines.append(f"  {name:<13} {plain(record['error'], 400)}")
    if answer.get("rules"):
        lines += ["", f"  {'':<3}{'rule':<38}{'value':>12}  threshold"]
        lines += [_rule(rule) for rule in answer["rules"]]
        if any(rule["changed_since"] for rule in answer["rules"]):
            lines.append(
                "  the filter sets have changed since the run: conditions are as they are now, decisions as they were"
            )
    if answer.get("boilerplate"):
        count = len(answer["boilerplate"])
        lines += ["", f"  {count:,} lines taken out, which other documents have too:"]
        lines += [f"    {plain(line, 100)}" for line in answer["boilerplate"][:_LINES]]
        lines += [f"    and {count - _LINES:,} more"] * (count > _LINES)
    copies = answer.get("copies", {"exact_copies": 1})
    if copies["exact_copies"] > 1:
        lines += [
            "",
            f"  stands for {copies['exact_copies']:,} documents that are equal by text or URL, itself among them",
        ]
    for twin, shared in _equal(copies):
        lines += ["", f"  the {shared} of", *_survivor(twin)]
    cluster = answer.get("cluster")
    if cluster and cluster["size"] > 1:
        role = "its survivor" if cluster["kept"] else f"a copy, similarity {cluster['similarity']:.3f}"
        lines += ["", f"  one of a cluster of {cluster['size']:,} near copies: {role}"]
    if cluster and "twin" in answer:
        lines += _survivor(answer["twin"])
        lines += _difference(answer)
    if "text" in answer:
        lines += ["", "  text: " + plain(answer["text"], 500).replace("\n", "\n  ")]
    return "\n".join(lines)


def _difference(answer: dict[str, Any]) -> list[str]:
    """What this document has and its survivor has not [-so-], and the other way round {+so+}."""
    if "difference" not in answer:
        return ["                the text of one of them was pruned, so what differs is not known"]
    if not answer["difference"]:
        return ["                the same text"]
    shown = answer["difference"][:MOST_CHANGES]
    lines = ["  differences   [-only here-] {+only in the survivor+}"]
    for change in shown:
        left, right = _cut(change["left"]), _cut(change["right"])
        marked = (f"[-{left}-]" if left else "") + (f"{{+{right}+}}" if right else "")
        lines.append("    " + plain(f"…{change['before']}{marked}{change['after']}…").replace("\n", "⏎"))
    left_out = len(answer["difference"]) - len(shown)
    return lines + ([f"    and {left_out:,} more" + " (--json shows all)"] if left_out else [])


def _cut(text: str) -> str:
    """A passage, its middle left out when it is long."""
    return text if len(text) <= LONG else f"{text[: LONG // 2]} … {len(text) - LONG:,} more … {text[-LONG // 2 :]}"


def _equal(copies: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """The documents that this one copies, and what it has of each: its URL, its text, or both."""
    url, text = copies.get("url_twin"), copies.get("text_twin")
    if url and url == text:
        return [(url, "URL and the text")]
    return [(twin, shared) for twin, shared in ((url, "URL"), (text, "text")) if twin]


def _survivor(twin: dict[str, Any]) -> list[str]:
    """The document that stays instead of this one."""
    text = plain(twin.get("text", ""), 200).replace("\n", "\n                ")
    return [f"  survivor      {twin['key']} {plain(twin.get('url') or '', 200)}", f"                {text}"]


def _position(record: dict[str, Any]) -> str:
    if record["file_path"].endswith(".parquet"):
        return f"row {record['offset']:,}"
    return f"member at byte {record['member_offset']:,}, offset {record['offset']:,}, {record['length']:,} bytes"


def _rule(rule: dict[str, Any]) -> str:
    mark = {"broken": "✗", "ok": "✓", "off": "–", "not evaluated": "?", "not applied": " "}[rule["state"]]
    value = ", ".join(_number(value) for value in rule["signals"].values())
    thresholds = ", ".join(f"{name} = {_number(value)}" for name, value in rule["thresholds"].items()) or rule["if"]
    said = "" if rule["state"] in ("ok", "broken") else f"{rule['state']}: "
    return f"  {mark:<3}{rule['rule']:<38}{value:>12}  {said}{thresholds}"


def _number(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.4g}" if isinstance(value, float) and abs(value) < 10_000 else f"{value:,.0f}"
