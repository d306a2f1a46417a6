"""Why: what became of a record, each signal beside its threshold, each rule broken, the surviving twin."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow.compute as pc

from corpusforge.difference import changes
from corpusforge.errors import UserError
from corpusforge.rules.evaluate import evaluate
from corpusforge.stored_run import StoredRun

MOST = 20


def why(url: str, query: str) -> list[dict[str, Any]]:
    """Everything a run knows of the records whose key, id or URL is `query` (at most 20), as plain data.

    Raises UserError when there is none.
    """
    run = StoredRun(url)
    found = _records(run, query)
    if not found:
        raise UserError(
            f"{url}: no record has the key, id or URL '{query}'; give it exactly as it stands in the input "
            "(corpusforge export RUN --fate NAME lists records)"
        )
    return [_explain(run, record) for record in found]


def _records(run: StoredRun, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for table in run.records():
        match = pc.or_kleene(
            pc.equal(table["key"], query), pc.or_kleene(pc.equal(table["id"], query), pc.equal(table["url"], query))
        )
        found += table.filter(pc.fill_null(match, False)).to_pylist()
        if len(found) >= MOST:
            break
    return found[:MOST]


def _explain(run: StoredRun, record: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"record": record, "fate": record["fate"], "phase": "ingest"}
    if record["fate"] is not None:
        return answer
    code = f"{record['language']}_{record['language_script']}"
    key = record["key"]
    fate = run.fates(code).filter(pl.col("key") == key).to_dicts()[0]
    answer |= {"fate": fate["fate"] or "not decided yet", "phase": fate["phase"] or "ingest"}
    signals = run.signals(code).filter(pl.col("key") == key)
    answer["rules"] = [rule for phase in ("admit", "decide") for rule in rules_of(run, code, phase, signals, fate)]
    answer["broken"] = [rule["rule"] for rule in answer["rules"] if rule["state"] == "broken"]
    answer["boilerplate"] = run.boilerplate(code, key)
    copies = run.copies(code)
    if copies is not None:
        answer["copies"] = _copies(run, code, copies.filter(pl.col("key") == key).to_dicts())
    twin: dict[str, Any] | None = None
    clusters = run.clusters(code)
    if clusters is not None:
        rows = clusters.filter(pl.col("key") == key).to_dicts()
        if rows:
            answer["cluster"] = {name: rows[0][name] for name in ("size", "kept", "twin", "similarity")}
            if rows[0]["twin"] is not None:
                twin = answer["twin"] = _twin(run, code, rows[0]["twin"])
    for table in run.texts(code, {key}):
        answer["text"] = table["text"][0].as_py()
    if twin and twin.get("text") and answer["text"]:
        answer["difference"] = [change._asdict() for change in changes(answer["text"], twin["text"])]
    return answer


def _copies(run: StoredRun, code: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How many documents stand behind this one, and the documents that it copies by text and by URL."""
    found: dict[str, Any] = {"exact_copies": rows[0]["exact_copies"] if rows else 1}
    for kind in ("text", "url"):
        twin = rows[0][f"{kind}_twin"] if rows else None
        found[f"{kind}_twin"] = None if twin is None else _twin(run, code, twin)
    return found


def _twin(run: StoredRun, code: str, key: str) -> dict[str, Any]:
    for table in run.texts(code, {key}):
        row = table.to_pylist()[0]
        return {"key": key, "id": row["id"], "url": row["url"], "text": row["text"]}
    return {"key": key}


def rules_of(
    run: StoredRun, code: str, phase: str, signals: pl.DataFrame, fate: dict[str, Any]
) -> list[dict[str, Any]]:
    """Every rule of a phase: the value of its signals for one document, and the threshold that the run used.

    `state`: broken, ok, off, not evaluated (a signal is null), or not applied (the document ended before the phase).
    """
    receipt = run.receipts.get((phase, code))
    sets = run.settings.filter_sets(run.settings.dataset.options(phase).rules)
    thresholds = run.settings.thresholds(code, run.settings.rules) if receipt is None else receipt.notes["thresholds"]
    applied = receipt is not None and not (phase == "decide" and fate["phase"] == "admit")
    found = fate if fate["phase"] == phase else evaluate(signals, sets, thresholds).to_dicts()[0]
    broken, unknown = set(found["broken"] or []), set(found["not_evaluated"] or [])
    values = signals.to_dicts()[0]
    listed = []
    for filter_set in sets:
        changed = receipt is not None and receipt.notes["parts"]["rules"][filter_set.filter_set] != filter_set.checksum
        for rule in filter_set.rules:
            name = filter_set.name_of(rule)
            used = {threshold: thresholds.get(threshold) for threshold in rule.expression.thresholds}
            state = "broken" if name in broken else "not evaluated" if name in unknown else "ok"
            if any(value is None for value in used.values()):
                state = "off"
            listed.append(
                {
                    "rule": name,
                    "if": rule.condition,
                    "action": rule.action,
                    "state": state if applied else "not applied",
                    "signals": {signal: values.get(signal) for signal in rule.expression.signals},
                    "thresholds": used,
                    "changed_since": changed,
                }
            )
    return listed
