"""What is missing from a run that is not finished, in sentences: its numbers must not look final."""

from __future__ import annotations

from corpusforge.plan.graph import PHASES
from corpusforge.stored_run import StoredRun

_LANGUAGES_NAMED = 10


def unread_inputs(run: StoredRun) -> list[str]:
    """Names of the inputs in run.json that no ingest receipt vouches for: not begun, interrupted, or quarantined."""
    read = {receipt.inputs[0]["name"] for receipt in run.of_phase("ingest")}
    return [one["name"] for one in run.description["inputs"] if one["name"] not in read]


def missing_phases(run: StoredRun, code: str) -> list[str]:
    """Phases that a language still needs, in order: without a receipt, or with one over other documents than there are.

    A run to which inputs were added keeps its old receipts until their turn comes: what they read tells.
    """
    units = [receipt for receipt in run.of_phase("ingest") if code in receipt.languages()]
    documents = sum(receipt.languages()[code] for receipt in units)
    ended = {phase: _ended(run, phase, code) for phase in ("admit", "decide")}
    admitted = documents - ended["admit"]
    kept = admitted - ended["decide"]
    emptied = sum(_ended(run, "clean", receipt.unit) for receipt in units)  # of all languages: units have several
    expected = {
        "exact": range(documents, documents + 1),
        "lines": range(documents, documents + 1),
        "admit": range(documents, documents + 1),
        "deduplicate": range(admitted, admitted + 1),
        "decide": range(admitted, admitted + 1),
        "write": range(kept - emptied, kept + 1),
    }
    missing = []
    for phase in PHASES[1:]:
        if (phase if phase != "trim" else "lines") not in run.settings.dataset.stages:
            continue
        if phase == "trim":
            trims = [(run.receipts.get(("trim", receipt.unit)), receipt.key) for receipt in units]
            done = all(receipt is not None and receipt.notes["parts"]["documents"] == key for receipt, key in trims)
        elif phase == "clean":
            cleaned = [(run.receipts.get(("clean", receipt.unit)), receipt.key) for receipt in units]
            done = all(receipt is not None and receipt.notes["documents"] == key for receipt, key in cleaned)
        elif phase == "deduplicate":
            done = sum(receipt.read for receipt in run.clustered(code)) in expected[phase] and bool(run.clustered(code))
        else:
            found = run.receipts.get((phase, code))
            done = found is not None and found.read in expected[phase]
        if not done:
            missing.append(phase)
    return missing


def unfinished_run(run: StoredRun, undecided: int) -> list[str]:
    """Sentences for the index; none for a finished run."""
    found = _inputs(run)
    waiting = [code for code in run.codes if missing_phases(run, code)]
    if waiting:
        more = ", and others" if len(waiting) > _LANGUAGES_NAMED else ""
        found.append(
            f"{len(waiting):,} of {len(run.codes):,} languages are not worked through: "
            f"{', '.join(waiting[:_LANGUAGES_NAMED])}{more}."
        )
    return found + _undecided(undecided)


def unfinished_language(run: StoredRun, code: str, undecided: int) -> list[str]:
    """Sentences for the page of a language; none for a finished run."""
    found = _inputs(run)
    missing = missing_phases(run, code)
    if missing:
        found.append(f"Not done for this language, or done before all its documents were there: {', '.join(missing)}.")
    return found + _undecided(undecided)


def _inputs(run: StoredRun) -> list[str]:
    unread, all_inputs = len(unread_inputs(run)), len(run.description["inputs"])
    if not unread:
        return []
    return [f"{unread:,} of {all_inputs:,} input files have not been read to their end; no number here counts them."]


def _undecided(undecided: int) -> list[str]:
    return [f"{undecided:,} documents have no fate yet."] if undecided > 0 else []


def _ended(run: StoredRun, phase: str, unit: str) -> int:
    receipt = run.receipts.get((phase, unit))
    return 0 if receipt is None else sum(receipt.fates.values())
