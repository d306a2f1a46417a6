"""The commands as functions.

    from corpusforge import api

    settings = api.build_settings("fineweb2-style", ("pan_Guru",), ("crawl/*.warc.gz",))
    api.run(settings, "runs/mine", workers=2)
    assert api.verify("runs/mine").passed
    plan = api.plan_mixture(api.load_mixture("unimax"), ["runs/mine"])
    api.build_mixture(plan, "mixed")

Call `run` below `if __name__ == "__main__":`, since its workers are new processes that import the calling module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corpusforge.crawl.inputs import outlook, prepare_inputs, resolve_inputs
from corpusforge.export import export
from corpusforge.languages import load_language
from corpusforge.languages import resolve as resolve_language
from corpusforge.ledger import Ledger
from corpusforge.mix.mixture_file import load_mixture
from corpusforge.mix_runs.build import build as build_mixture
from corpusforge.mix_runs.plan import plan_mixture
from corpusforge.plan.graph import PHASES, Graph
from corpusforge.plan.planner import plan, refuse_unreadable
from corpusforge.prune import prune
from corpusforge.report.build import build_report
from corpusforge.rules.inactive import inactive_rules
from corpusforge.run import Listener, Summary, run
from corpusforge.run_directory import RUN, RunDirectory
from corpusforge.settings import Settings, build_settings
from corpusforge.stages.options import ON_DEMAND
from corpusforge.verify import Verdict, verify
from corpusforge.versions import Versions, first_seen
from corpusforge.whatif import whatif
from corpusforge.why import why

__all__ = [
    "Listener",
    "Settings",
    "Summary",
    "Verdict",
    "build_mixture",
    "build_report",
    "build_settings",
    "export",
    "load_language",
    "load_mixture",
    "plan_mixture",
    "plan_run",
    "prune",
    "resolve_language",
    "run",
    "verify",
    "whatif",
    "why",
]

# Which stages a phase runs; and whether it reads the text of documents.
STAGES_OF = {
    "ingest": ("read", "url_filter", "language_gate", "extract", "identify", "signals", "signature", "precision"),
    "exact": ("exact",),
    "lines": ("lines",),
    "trim": ("signals", "signature", "precision"),
    "admit": ("admit",),
    "bands": (),
    "candidates": (),
    "components": (),
    "gather": (),
    "compare": (),
    "deduplicate": ("deduplicate",),
    "decide": ("decide",),
    "clean": ("clean",),
    "write": ("write",),
}
READS_TEXT = ("ingest", "trim", "clean", "write")
EXACT_READS_TEXT = ("gather",)


def plan_run(settings: Settings, out: str, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """What `run` would do in `out`, as plain data: per phase its nodes, each with the reason why it will run.

    Writes nothing but what the index of a crawl tells, which the run then need not ask for again.
    """
    directory = RunDirectory(out)
    prepared = prepare_inputs(settings, directory.storage, say)
    exists = directory.storage.exists(RUN)
    if exists:
        directory.description()
    resolved, crawls = resolve_inputs(prepared, directory.storage, say)
    receipts = Ledger(directory.storage).receipts if exists else {}
    seen = first_seen(settings, Versions(directory.storage)) if exists else {}
    inputs = directory.with_earlier(settings, resolved.inputs)
    graph = plan(settings, inputs, receipts, directory.present() if exists else {}, seen=seen)
    refuse_unreadable(graph)
    phases = []
    for phase in PHASES:
        nodes = [node for node in graph.nodes if node.phase == phase]
        if not nodes:
            continue
        stale = [node for node in nodes if node.reason is not None]
        stages = settings.dataset.stages
        elsewhere = {("ingest", name) for name in STAGES_OF["trim"]} if "lines" in stages else set()
        phases.append(
            {
                "phase": phase,
                "to_do": len(stale),
                "bytes": sum(node.bytes for node in stale),
                "measure": {"ingest": "bytes", "trim": "characters", "clean": "characters"}.get(phase, "documents"),
                "reads_text": phase in READS_TEXT or (phase in EXACT_READS_TEXT and _exact(settings)),
                "stages": {
                    name: {
                        "requires": _requires(settings, name),
                        "provides": _provides(settings, name),
                        "off": _off(settings, name),
                    }
                    for name in STAGES_OF[phase]
                    if name in stages and (phase, name) not in elsewhere
                },
                "nodes": [{"unit": node.unit, "label": node.label, "reason": node.reason} for node in nodes],
            }
        )
    codes = [] if settings.every_language else settings.recipe.languages
    inactive = {
        code: inactive_rules(settings.filter_sets(settings.rules), settings.thresholds(code, settings.rules))
        for code in codes
    }
    return {
        "run": out,
        "crawls": outlook(prepared, crawls, directory.storage, _finished(graph)),
        "to_do": len(graph.stale()),
        "phases": phases,
        "inactive": inactive,
        "skipped": [{"file": one.name, "reason": one.reason} for one in resolved.skipped],
    }


def _exact(settings: Settings) -> bool:
    """Whether documents' sets of shingles are compared."""
    stage = settings.dataset.stages.get("deduplicate")
    return getattr(stage, "verify", None) == "exact"


def _finished(graph: Graph) -> set[str]:
    """Names of the inputs that need not be read any more."""
    return {node.label for node in graph.nodes if node.phase == "ingest" and node.reason is None}


def _off(settings: Settings, stage: str) -> str | None:
    """Why a stage of the recipe will not run, or None."""
    return "every language is wanted" if stage == "language_gate" and not settings.gated else None


def _provides(settings: Settings, stage: str) -> list[str]:
    """The columns that a stage will give: some statistics only where they are computed."""
    given = settings.dataset.stages[stage].provides
    left_out = {name for group, names in ON_DEMAND.items() if group not in settings.on_demand for name in names}
    return [name for name in given if name not in left_out]


def _requires(settings: Settings, stage: str) -> list[str]:
    """Columns that a stage reads; of stages that apply rules, the signals of these rules."""
    options = settings.dataset.stages[stage]
    if stage not in ("admit", "decide"):
        return list(options.needs())
    sets = settings.filter_sets(settings.dataset.options(stage).rules)
    return list(dict.fromkeys(signal for one in sets for signal in one.signals))
