"""Progress on stderr: a bar on a terminal, a line now and then when not."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from corpusforge.engines.outcome import Finished, Outcome, Quarantined, Retried
from corpusforge.plan.graph import Graph
from corpusforge.run import Listener
from corpusforge.terminal import plain

_INTERVAL_S = 10.0


@contextmanager
def progress(quiet: bool) -> Iterator[Listener]:
    """A listener that shows a run's progress."""
    if quiet:
        yield Listener(skipped=_skipped, said=_say)
    elif sys.stderr.isatty():
        with _Bar() as bar:
            yield Listener(bar.planned, bar.outcome, _skipped, bar.said)
    else:
        lines = _Lines()
        yield Listener(lines.planned, lines.outcome, _skipped, _say)


def _skipped(skipped: list[tuple[str, str]]) -> None:
    for name, reason in skipped[:20]:
        _say(f"skipped {plain(name)}: {plain(reason)}")
    if len(skipped) > 20:
        _say(f"skipped {len(skipped) - 20} more files of unknown format")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _trouble(outcome: Outcome) -> str | None:
    if isinstance(outcome, Retried | Quarantined):
        word = "retrying" if isinstance(outcome, Retried) else "giving up on"
        return f"{word} {outcome.node.label} ({outcome.node.phase}): {plain(outcome.error.strip().splitlines()[-1])}"
    return None


class _Lines:
    """One line per interval and phase."""

    def __init__(self) -> None:
        self._total = self._done = self._records = 0
        self._said_at = time.monotonic()

    def planned(self, graph: Graph) -> None:
        ready = graph.ready()
        self._total, self._done = len(ready), 0
        phases = list(dict.fromkeys(node.phase for node in ready))
        if ready:
            _say(f"{', '.join(phases)}: {len(ready):,} of {len([n for n in graph.nodes if n.task]):,} units to do")

    def outcome(self, outcome: Outcome) -> None:
        trouble = _trouble(outcome)
        if trouble:
            _say(trouble)
        if isinstance(outcome, Finished):
            self._done += 1
            if outcome.node.phase == "ingest":
                self._records += outcome.receipt.read
            if time.monotonic() - self._said_at >= _INTERVAL_S:
                self._said_at = time.monotonic()
                _say(f"  {self._done:,}/{self._total:,} units, {self._records:,} records read")


class _Bar:
    """A bar per plan, with the phase at work."""

    def __enter__(self) -> "_Bar":
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._progress.start()
        self._task = self._progress.add_task("planning", total=None)
        self._records = 0
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def planned(self, graph: Graph) -> None:
        ready = graph.ready()
        self._progress.reset(self._task, total=len(ready), description=ready[0].phase if ready else "done")

    def said(self, text: str) -> None:
        self._progress.console.print(text, markup=False, highlight=False)

    def outcome(self, outcome: Outcome) -> None:
        trouble = _trouble(outcome)
        if trouble:
            self._progress.console.print(trouble, markup=False, highlight=False)
        if isinstance(outcome, Finished):
            if outcome.node.phase == "ingest":
                self._records += outcome.receipt.read
            about = f"{outcome.node.phase} ({self._records:,} records read)"
            self._progress.update(self._task, advance=1, description=about)
