"""Drive a run: plan, give the engine what must be done, keep the ledger, until nothing is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from corpusforge import faults
from corpusforge.crawl.inputs import prepare_inputs, resolve_inputs
from corpusforge.crawl.selection import Stopped
from corpusforge.engines.engine import MakeEngine
from corpusforge.engines.local import LocalEngine
from corpusforge.engines.outcome import Finished, Outcome, Quarantined
from corpusforge.errors import UserError
from corpusforge.io.inputs import Input
from corpusforge.ledger import Ledger
from corpusforge.plan.graph import Graph, Node, NodeName
from corpusforge.plan.planner import plan, refuse_unreadable
from corpusforge.receipt import Receipt
from corpusforge.run_directory import RunDirectory
from corpusforge.settings import Settings
from corpusforge.stored_run import StoredRun
from corpusforge.versions import Version, Versions, first_seen

# A stage that fails on more than this share of an ingest's records is broken, not unlucky.
MAX_STAGE_ERRORS = 0.2
_ENOUGH_TO_JUDGE = 20


@dataclass
class Summary:
    """What a run came to."""

    url: str
    receipts: list[Receipt]
    skipped: list[tuple[str, str]] = field(default_factory=list)
    quarantined: list[tuple[Node, str]] = field(default_factory=list)
    interrupted: bool = False
    version: Version | None = None  # where the corpus changed
    done: int = 0
    reused: int = 0

    @property
    def fates(self) -> Counter[str]:
        """Records by fate, over all phases."""
        total: Counter[str] = Counter()
        for receipt in self.receipts:
            total.update(receipt.fates)
        return total

    @property
    def read(self) -> int:
        """Records read that have a row."""
        return sum(receipt.read for receipt in self.receipts if receipt.phase == "ingest")

    @property
    def exit_code(self) -> int:
        """0 done, 3 finished with quarantined units, 130 interrupted."""
        return 130 if self.interrupted else 3 if self.quarantined else 0


@dataclass(frozen=True)
class Listener:
    """What a run tells while it works."""

    planned: Callable[[Graph], None] = lambda graph: None
    outcome: Callable[[Outcome], None] = lambda outcome: None
    skipped: Callable[[list[tuple[str, str]]], None] = lambda skipped: None
    said: Callable[[str], None] = lambda text: None


def run(
    settings: Settings,
    out: str,
    workers: int,
    listener: Listener | None = None,
    stopping: Callable[[], bool] = lambda: False,
    engine: MakeEngine = LocalEngine,
) -> Summary:
    """Run a recipe into the directory `out`, or finish what is missing there.

    `stopping` is asked between units; when it says yes, running units are finished and the rest is left for the next
    run. Raises UserError before work starts for anything that can be known to be wrong, LeaseRefused when another
    driver is at work, StorageFull when the disk is full (resumable).
    """
    listener = listener or Listener()
    directory = RunDirectory(out)
    prepared = prepare_inputs(settings, directory.storage, listener.said)
    skipped = [(one.name, one.reason) for one in prepared.files.skipped]
    listener.skipped(skipped)
    directory.claim(settings)
    try:
        try:
            resolved, _ = resolve_inputs(prepared, directory.storage, listener.said, stopping)
        except Stopped:
            return Summary(directory.url, [], skipped, interrupted=True)
        inputs = directory.with_earlier(settings, resolved.inputs)
        ledger, versions = Ledger(directory.storage), Versions(directory.storage)
        if settings.adds:  # before anything is written
            seen = first_seen(settings, versions)
            refuse_unreadable(plan(settings, inputs, ledger.receipts, directory.present(), seen=seen))
        directory.describe(settings, inputs, skipped)
        summary = Summary(directory.url, [], skipped)
        try:
            graph = _drive(settings, inputs, directory, ledger, versions, workers, listener, stopping, summary, engine)
        finally:
            ledger.flush()
        summary.receipts = [ledger.receipts[node.name] for node in graph.nodes if node.name in ledger.receipts]
        if not summary.interrupted and not summary.quarantined:
            versions.preserve()  # a language that left the run takes its files with it
            for name in graph.stray:
                ledger.forget(*name)
            directory.sweep(path for receipt in ledger.receipts.values() for path in receipt.paths)
            faults.reached("sweep:before-compact")
            if graph.stray or len(ledger.segments) > 1:
                ledger.compact()
            summary.version = versions.add(StoredRun(out), settings.dataset.options("write").versions)
        return summary
    finally:
        directory.release()


def _drive(
    settings: Settings,
    inputs: list[Input],
    directory: RunDirectory,
    ledger: Ledger,
    versions: Versions,
    workers: int,
    listener: Listener,
    stopping: Callable[[], bool],
    summary: Summary,
    make_engine: MakeEngine,
) -> Graph:
    """Plan and run until the plan is complete and nothing in it is stale."""
    seen = first_seen(settings, versions)
    bad: set[str] = set()
    tried: set[NodeName] = set()
    with make_engine(directory.url, workers, stopping) as engine:
        while True:
            usable = [source for source in inputs if source.name not in bad]
            graph = plan(settings, usable, ledger.receipts, directory.present(), frozenset(tried), seen)
            if settings.adds:
                refuse_unreadable(graph)
            listener.planned(graph)
            runnable = graph.without({node.name for node, _ in summary.quarantined})
            if not runnable.ready():
                summary.reused = len(graph.nodes) - summary.done
                return graph
            if any(node.phase == "write" for node in runnable.ready()):
                versions.preserve()
            for outcome in engine.run(runnable):
                listener.outcome(outcome)
                if isinstance(outcome, Finished):
                    ledger.append(outcome.receipt)
                    tried.add(outcome.node.name)
                    summary.done += 1
                elif isinstance(outcome, Quarantined):
                    summary.quarantined.append((outcome.node, outcome.error))
                    if outcome.node.phase == "ingest":
                        bad.add(outcome.node.label)
            ledger.flush()
            _check_stage_errors(ledger)
            if stopping():
                summary.interrupted = bool(
                    plan(settings, usable, ledger.receipts, directory.present(), frozenset(tried), seen).stale()
                )
                return graph


def _check_stage_errors(ledger: Ledger) -> None:
    """Fail loudly when a stage fails on a large share of the records."""
    receipts = [receipt for receipt in ledger.receipts.values() if receipt.phase == "ingest"]
    read = sum(receipt.read for receipt in receipts)
    errors: Counter[str] = Counter()
    for receipt in receipts:
        errors.update({fate: count for fate, count in receipt.fates.items() if fate.startswith("stage_error/")})
    for fate, count in errors.items():
        if read >= _ENOUGH_TO_JUDGE and count > MAX_STAGE_ERRORS * read:
            raise UserError(
                f"stage '{fate.split('/')[1]}' failed on {count:,} of {read:,} records, more than "
                f"{MAX_STAGE_ERRORS:.0%}: something is wrong with it, not with the records; their errors are in records/"
            )
