"""Pages from figures: self-contained HTML that loads nothing, runs nothing, and escapes everything."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from corpusforge.report.charts import histogram_chart
from corpusforge.report.formats import FILTERS


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("corpusforge.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def index_page(figures: dict[str, Any]) -> str:
    """The page of the run."""
    return _environment().get_template("index.html.j2").render(run=figures)


def language_page(figures: dict[str, Any], recipe: str) -> str:
    """The page of a language."""
    rules = {rule["rule"]: rule for rule in figures["rules"]}
    charts = {
        signal["signal"]: histogram_chart(signal["histogram"], [rules[name] for name in signal["rules"]])
        for signal in figures["signals"]
    }
    page = _environment().get_template("language.html.j2")
    return page.render(language=figures, recipe=recipe, rules=rules, charts=charts)
