"""The map stages of ingest as a recipe lists them, each opened once per worker: rows in, filled columns out."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpusforge import documents
from corpusforge.phases.task import Worker
from corpusforge.settings import Settings
from corpusforge.stages.options import Extract, Identify
from corpusforge.stages.rows import MapStage

_HEAD = 64  # code points


def map_stages(settings: Settings, worker: Worker) -> list[tuple[str, MapStage]]:
    """(name, stage) in the order in which rows pass them."""
    stages: dict[str, Any] = settings.dataset.stages
    listed: list[tuple[str, MapStage]] = []
    if "url_filter" in stages:
        listed.append(("url_filter", _url_filter))
    if settings.gated:
        name = ("language_gate", stages["language_gate"], stages["identify"], settings.recipe.languages)
        listed.append(("language_gate", worker.opened(name, lambda: _Gate(settings))))
    if "extract" in stages:
        options = stages["extract"]
        listed.append(("extract", worker.opened(("extract", options), lambda: _Extraction(options))))
    listed.append(("extract", _end_empty))
    identify = stages["identify"]
    listed.append(("identify", worker.opened(("identify", identify), lambda: _Identification(identify))))
    listed.append(("languages", lambda rows: _route(settings, rows)))
    return listed


def _strings(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.large_string())


def _url_filter(rows: pa.Table) -> dict[str, pa.Array]:
    from corpusforge.stages.url_filter import blocked

    reasons = blocked(rows["url"].to_pylist())
    return {
        "fate": _strings([None if reason is None else "url_blocked" for reason in reasons]),
        "error": _strings([None if reason is None else f"URL filter: {reason}" for reason in reasons]),
    }


class _Gate:
    """Pages that cannot be in a wanted language, by a look at their HTML; records that came with text go on."""

    def __init__(self, settings: Settings) -> None:
        from corpusforge.stages.language_gate import LanguageGate

        stages: Any = settings.dataset.stages
        model = stages["identify"]
        self._gate = LanguageGate(
            settings.recipe.languages, model.model, model.path, stages["language_gate"], model.labels
        )

    def __call__(self, rows: pa.Table) -> dict[str, pa.Array]:
        found = self._gate(rows["html"].combine_chunks())
        fate = pc.if_else(found["ends"], pa.scalar(documents.LANGUAGE_GATE), pa.scalar(None, pa.string()))
        names = ("language", "language_script", "language_score", "label")
        return {"fate": fate, "error": found["seen"], **{name: found[name] for name in names}}


class _Extraction:
    """Main text of the rows that hold HTML."""

    def __init__(self, options: Extract) -> None:
        from corpusforge.stages.extract import Extractor

        self._extractor = Extractor(options.watchdog_s, options.memory, options.engine, options.tables)

    def __call__(self, rows: pa.Table) -> dict[str, pa.Array]:
        if rows["html"].null_count == rows.num_rows:
            return {}
        html, texts = rows["html"].to_pylist(), rows["text"].to_pylist()
        pages = [index for index, page in enumerate(html) if page is not None]
        fates: list[str | None] = [None] * len(html)
        errors: list[str | None] = [None] * len(html)
        for index, done in zip(pages, self._extractor.extract([html[index] for index in pages]), strict=True):
            texts[index], fates[index], errors[index] = done.text, done.fate, done.error
        # The page has served its purpose: from here on rows are as small as their text.
        nothing = pa.nulls(len(html), pa.large_string())
        return {"text": _strings(texts), "html": nothing, "fate": _strings(fates), "error": _strings(errors)}

    def close(self) -> None:
        self._extractor.close()


def _end_empty(rows: pa.Table) -> dict[str, pa.Array]:
    # Hardly any text begins with so much white space: the others need not be looked at as a whole.
    heads = pc.utf8_slice_codeunits(rows["text"], 0, _HEAD).to_pylist()
    blank = [
        not head or (head.isspace() and (len(head) < _HEAD or rows["text"][row].as_py().isspace()))
        for row, head in enumerate(heads)
    ]
    pages = rows["html"].is_valid().to_pylist()
    return {
        "fate": _strings(["extract_empty" if empty else None for empty in blank]),
        "error": _strings(["the recipe has no stage 'extract'" if page else None for page in pages]),
    }


class _Identification:
    """Language and script by a model and the text's own script."""

    def __init__(self, options: Identify) -> None:
        from corpusforge.stages.identify import Identifier

        self._identifier = Identifier(options.model, options.path, options.sample, options.labels)

    def __call__(self, rows: pa.Table) -> dict[str, pa.Array]:
        found = self._identifier(rows["text"].combine_chunks())
        names = ("language", "language_script", "language_score", "top_langs", "label")
        return {name: found[name] for name in names}


def _route(settings: Settings, rows: pa.Table) -> dict[str, pa.Array]:
    """End what is not wanted: an unknown language, one without a configuration, one that was not asked for."""
    fates: list[str | None] = []
    errors: list[str | None] = []
    for language, script, label in zip(
        *(rows[n].to_pylist() for n in ("language", "language_script", "label")), strict=True
    ):
        fate = error = None
        if language is None:
            fate = documents.LANGUAGE_UNIDENTIFIED if label is None else documents.LANGUAGE_UNCONFIGURED
            error = None if label is None else f"the model said '{label}', which no language configuration answers to"
        elif f"{language}_{script}" not in settings.configured:
            fate, error = documents.LANGUAGE_UNCONFIGURED, f"no language_configs/{language}_{script}.yaml"
        elif not settings.wants(f"{language}_{script}"):
            fate = documents.LANGUAGE_NOT_WANTED
        fates.append(fate)
        errors.append(error)
    return {"fate": _strings(fates), "error": _strings(errors)}
