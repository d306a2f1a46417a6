"""The main text of a page by block classification: scan, features, two forests, rendering."""

from typing import Literal

import numpy as np

from corpusforge.html import render as r
from corpusforge.html.blocks import Page
from corpusforge.html.features import features
from corpusforge.html.forest import Model, model, probabilities
from corpusforge.html.scan import scan
from corpusforge.html.second_pass import second_pass

Tables = Literal["markdown", "text", "drop"]
SURELY_NOT = 0.02
_MODES = {"markdown": r.MARKDOWN, "text": r.TEXT, "drop": r.DROP}


def main_text(html: str, tables: Tables = "markdown") -> str | None:
    """The main text of decoded HTML, one line per block; None where there is none.

    Depends on the page alone. Time and memory grow linearly with the page.
    """
    page = scan(html)
    return r.render(page, main_blocks(page, model()), _MODES[tables]) or None


def main_blocks(page: Page, by: Model) -> np.ndarray:
    """bool[blocks]: which blocks of a page are main text.

    What the first forest takes for surely none is not asked about again: two thirds of the blocks, and of what the
    second would have kept, nothing in 3,000 real pages' 7,000 blocks.
    """
    found = features(page)
    first = probabilities(by.first, found)
    second_pass(page, first, found)
    return np.asarray(probabilities(by.second, found, first >= SURELY_NOT) > by.threshold)
