"""From a WARC file to kept documents, processes started and ended: `corpusforge run` against datatrove's pipeline.

Both have the published rules. Parts: `job` is everything; `start-up` is the same command on one page, to be subtracted.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from pyarrow.parquet import ParquetFile

from benchmarks.cases.extraction import engines
from benchmarks.clock import run_tree
from benchmarks.protocol import OURS, Case, Documents, Row
from benchmarks.sources import REPOSITORY, Sources
from benchmarks.warc_mix import Page, mix, read_pages, write

PAGES, QUICK_PAGES = 600, 100
# Wanted language, its share, script of the other pages: one in a script that no other language here has, one in Latin.
ONE_LANGUAGE = (("rus_Cyrl", "Russian", ""), ("pol_Latn", "Polish", "Latn"))
MADE = (("ell_Grek", "Greek", ""), ("fra_Latn", "French", "Latn"))
ALL_TARGET, ONE_TARGET = 3, 12


def cases(sources: Sources) -> Iterator[Case]:
    """One language that is 1% of the pages, twice; all languages. With --quick the first alone, if no other is named."""
    count = sources.job_pages or (QUICK_PAGES if sources.quick else PAGES)
    for code, name, script in ONE_LANGUAGE if sources.folder else MADE:
        among = "Latin among Latin" if script else "own script"
        yield _case(sources, f"{name}, 1% of pages, {among}", code, script, count)
    yield _case(sources, "all languages", "", "", count)


def _case(sources: Sources, name: str, code: str, script: str, count: int) -> Case:
    sides: dict[str, Any] = {OURS: partial(Ours, ()), "datatrove": Datatrove}
    target = ONE_TARGET if code else ALL_TARGET
    peers = {"datatrove": ("job",)}
    rows = [Row("WARC to kept", ("job",), peers, target=target)]
    if not sources.quick:
        rows.append(Row("WARC to kept less start-up", ("job",), peers, minus=("start-up",)))
        for engine in engines():
            side = f"{OURS}, {engine}"
            sides[side] = partial(Ours, ("--set", f"web.extract.engine={engine}"))
            if len(engines()) > 1:
                rows.append(Row(f"WARC to kept, extract.engine={engine}", ("job",), peers, side=side))
    used = {row.side for row in rows} | {"datatrove"}
    kept = {side: opener for side, opener in sides.items() if side in used}
    once = frozenset(("job", "start-up"))
    documents = partial(_mixed, sources, code, script, count)
    return Case(name, "whole job", documents, kept, rows, once, on_demand=not code or bool(script))


@cache
def _pages(sources: Sources) -> list[Page]:
    return read_pages(sources)


def _mixed(sources: Sources, code: str, script: str, count: int) -> Documents:
    """The mix, in a folder of its own, and beside it one page for the start-up."""
    chosen = mix(_pages(sources), count, code, script=script, repeat=sources.job_pages is not None)
    folder = sources.scratch / (code or "all")
    write(chosen, folder / "pages" / "mix.warc.gz")
    write([page for page in chosen if not code or page.code == code][:1], folder / "one" / "mix.warc.gz")
    found = Counter(page.code or "none" for page in chosen)
    few = ", ".join(f"{name} {number}" for name, number in found.most_common(5))
    source = (
        f"{'real' if sources.folder else 'made'} pages ({few}; in the wanted language {found[code] if code else 'any'})"
    )
    return Documents(
        [page.url for page in chosen],
        code,
        unit="HTML",
        path=str(folder),
        size=sum(len(page.payload) for page in chosen),
        source=source,
    )


class Job(ABC):
    """A command that is run on a folder with one WARC file."""

    name = ""

    def __init__(self, documents: Documents) -> None:
        self._folder, self._wanted = Path(documents.path), documents.code or "all"
        self._said = ""
        self._run("one")
        self.parts = {"job": self._job, "start-up": partial(self._run, "one")}

    def _job(self) -> None:
        self._said = self._run("pages")

    def _run(self, source: str) -> str:
        out = self._folder / f"{source}-{self.name}"
        shutil.rmtree(out, ignore_errors=True)
        paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation has its modules compiled
        command = [sys.executable, "-m", *self._command(self._folder / source, out)]
        return run_tree(command, self._folder / f"{self.name}.log", environment)

    @abstractmethod
    def _command(self, source: Path, out: Path) -> list[str]:
        """What to run."""

    def counts(self) -> dict[str, float]:
        """Documents kept, and how many of them the other side keeps too."""
        urls = self.kept_urls()
        other = Datatrove if isinstance(self, Ours) else Ours
        return {"kept": len(urls), "by both": len(urls & other.urls(self._folder / f"pages-{other.name}"))}

    def kept_urls(self) -> set[str]:
        """URLs of the documents in the output."""
        return self.urls(self._folder / f"pages-{self.name}")

    @staticmethod
    @abstractmethod
    def urls(out: Path) -> set[str]:
        """URLs of the documents in the output of such a command; none where there is no output."""


class Ours(Job):
    """`corpusforge run fineweb2-published` with one worker, and options."""

    name = "ours"

    def __init__(self, options: tuple[str, ...], documents: Documents) -> None:
        self._options = options
        self.name = "-".join(("ours", *(option.rpartition("=")[2] for option in options if "=" in option)))
        super().__init__(documents)

    def _command(self, source: Path, out: Path) -> list[str]:
        given = ["--lang", self._wanted, "--input", str(source / "mix.warc.gz"), "--out", str(out)]
        return ["corpusforge", "run", "fineweb2-published", *given, "--workers", "1", "--json", *self._options]

    def counts(self) -> dict[str, float]:
        """As of every job, and the near-duplicates, which only we drop."""
        return super().counts() | {"duplicates": json.loads(self._said)["fates"].get("duplicate", 0)}

    @staticmethod
    def urls(out: Path) -> set[str]:
        """See `Job`."""
        files = sorted((out / "data").glob("*/*.parquet"))
        return {url for path in files for url in ParquetFile(path).read(["url"])["url"].to_pylist()}


class Datatrove(Job):
    """See `benchmarks.peers.datatrove_job`."""

    name = "datatrove"

    def __init__(self, documents: Documents) -> None:
        import benchmarks.peers.datatrove_job  # noqa: F401  what it needs is installed, or this side is missing

        super().__init__(documents)

    def _command(self, source: Path, out: Path) -> list[str]:
        return ["benchmarks.peers.datatrove_job", str(source), str(out), self._wanted]

    @staticmethod
    def urls(out: Path) -> set[str]:
        """See `Job`."""
        files = sorted((out / "kept").glob("*.parquet"))
        return {one["url"] for path in files for one in ParquetFile(path).read(["metadata"])["metadata"].to_pylist()}
