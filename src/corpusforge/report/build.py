"""Write the report of a run: an index and a page per language, each with its numbers as JSON beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from corpusforge.errors import UserError
from corpusforge.report.figures import language_figures
from corpusforge.report.neighbours import Records
from corpusforge.report.pages import index_page, language_page
from corpusforge.report.run_figures import index_figures, summary
from corpusforge.stored_run import StoredRun

FOLDER = "report"
# JSON leaves these as they are, and a terminal or an editor obeys them.
_ACTING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def build_report(url: str) -> str:
    """Write report/ into the run at `url`; return where its index is.

    Equal runs give equal bytes. Pages of languages that are no longer in the run are removed. Raises UserError where
    there is no run, or no writing to it.
    """
    run = StoredRun(url)
    records = Records(run)
    summaries = {}
    written = set()
    for code in run.codes:
        language = language_figures(run, code, records)
        summaries[code] = summary(language)
        written |= _put(run, code, language_page(language, run.description["recipe"]), dumps(language))
    index = index_figures(run, summaries, records)
    written |= _put(run, "index", index_page(index), dumps(index), "report")
    for path in run.storage.list(FOLDER):
        if path not in written:
            with _writing(run, path):
                run.storage.delete(path)
    return run.storage.join(f"{FOLDER}/index.html")


def report_figures(run: StoredRun) -> dict[str, Any]:
    """All numbers of the report: {"run": those of the index, "languages": {code: those of its page}}."""
    records = Records(run)
    languages = {code: language_figures(run, code, records) for code in run.codes}
    return {"run": index_figures(run, languages, records), "languages": languages}


def _put(run: StoredRun, page: str, html: str, figures: str, name: str = "") -> set[str]:
    paths = (f"{FOLDER}/{page}.html", f"{FOLDER}/{name or page}.json")
    for path, text in zip(paths, (html, figures), strict=True):
        with _writing(run, path):
            run.storage.put(path, text.encode())
    return set(paths)


@contextmanager
def _writing(run: StoredRun, path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{run.storage.join(path)}: cannot be written: {error.strerror or error}; make the run's directory "
            "writable, or print the numbers with --json"
        ) from None


def dumps(figures: dict[str, Any]) -> str:
    """Figures as JSON that is safe to print: texts in it come from the web."""
    text = json.dumps(figures, ensure_ascii=False, indent=1, allow_nan=False)
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
