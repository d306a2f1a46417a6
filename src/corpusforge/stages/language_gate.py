"""The language gate: pages that cannot be in a wanted language are recognised before their text is extracted.

Extraction is by far the dearest step of ingest, and of most crawls a wanted language is a small part. The gate is
conservative: a page goes on unless all of this holds.

1. There is enough text to judge (`min_letters`): pages that scripts fill in a browser are not judged by what is left.
2. Hardly a letter (`min_script_letters`) is in a script that a wanted language is written in; or no window of the text
   (see `text.visible`) has a wanted label with a score of `min_score`. Low on purpose: a page in Bokmål has windows that
   the model calls Danish, but not one that it thinks Danish with certainty beside eleven others.
3. No `lang` attribute of the page's body names a wanted language. What it says counts for a page, never against it.

The page's script is judged first, labels only beside a share of letters in their script (SCRIPT_SHARE).
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from corpusforge.language_index import entries
from corpusforge.models.classifier import Found
from corpusforge.models.labels import label_map
from corpusforge.models.load import load_model
from corpusforge.stages.identify import SCORE_DECIMALS
from corpusforge.stages.options import LanguageGate as Options
from corpusforge.text.buffers import utf8
from corpusforge.text.markup import packed
from corpusforge.text.scripts import letters_of, script_table, scripts
from corpusforge.text.visible import Seen, look

SCRIPT_SHARE = 0.2  # of a window's letters, in the script of a wanted label
_AT_ONCE = 256  # pages, whose windows are held at a time
_TOP = 0.01  # labels below this say nothing

SCHEMA = pa.schema(
    [
        pa.field("ends", pa.bool_()),  # whether the page cannot be in a wanted language
        pa.field("language", pa.large_string()),  # ISO 639-3, as the windows look together
        pa.field("language_script", pa.large_string()),
        pa.field("language_score", pa.float64()),  # of the label: the mean over the windows
        pa.field("label", pa.large_string()),
        pa.field("seen", pa.large_string()),  # why, for a reader; null for pages that go on
    ]
)


def page_languages(codes: Sequence[str]) -> list[str]:
    """Primary subtags by which pages name these language-scripts: `pa` and `pan` for pan_Guru."""
    names = {code[:3] for code in codes}
    for entry in entries():
        if entry.code in codes:
            names.update(name.lower() for name in entry.other if name.isascii() and name.isalpha() and len(name) <= 3)
    return sorted(names)


class LanguageGate:
    """The gate for some wanted language-scripts, opened once per worker. Raises UserError without the model."""

    def __init__(
        self, wanted: Sequence[str], model: str, path: str | None, options: Options, mapping: str | None = None
    ) -> None:
        """`model`, `path` and `mapping` are those of `identify`, whose answer the gate foretells."""
        self._options = options
        self._model = load_model(model, path)
        self._labels = label_map(model, path, mapping)
        _, self._scripts = script_table()
        number = {label: place for place, label in enumerate(self._model.labels)}
        # pairs[label, script]: whether the label means a wanted language in text with letters of this script
        self._pairs = np.zeros((len(number), len(self._scripts)), np.bool_)
        for code in wanted:
            for label, script in self._labels.pairs_of(code):
                if label in number:
                    places = [self._scripts.index(one) for one in letters_of(script)]
                    self._pairs[number[label], places] = True
        self._wanted_scripts: np.ndarray = np.logical_or.reduce(self._pairs, axis=0)
        self._languages = np.array([packed(name) for name in page_languages(wanted)], np.uint64)

    def __call__(self, pages: pa.LargeStringArray) -> pa.Table:
        """A table of SCHEMA with a row per page. Row i depends on page i only; a null goes on."""
        parts = [self._look(pages.slice(start, _AT_ONCE)) for start in range(0, len(pages), _AT_ONCE)]
        return pa.concat_tables([SCHEMA.empty_table(), *parts])

    def _look(self, pages: pa.LargeStringArray) -> pa.Table:
        seen = look(utf8(pages), self._wanted_scripts, self._languages)
        found = self._model.predict_spans(
            seen.data, np.arange(len(seen.starts) + 1), seen.starts, seen.ends, 0, min(_TOP, self._options.min_score)
        )
        window = np.repeat(np.arange(len(seen.starts)), np.diff(found.offsets))
        page = np.repeat(np.arange(len(pages)), np.diff(seen.rows))
        best = self._wanted_scores(seen, found, window, page)
        letters = seen.counts.sum(axis=1)
        in_script = seen.counts[:, self._wanted_scripts].sum(axis=1)
        likely = (in_script >= self._options.min_script_letters) & (seen.language | (best >= self._options.min_score))
        ends = (letters >= self._options.min_letters) & ~likely
        rows = self._rows(seen, found, ends, best, in_script)
        return pa.Table.from_arrays([pa.array(ends), *rows], schema=SCHEMA)

    def _wanted_scores(self, seen: Seen, found: Found, window: np.ndarray, page: np.ndarray) -> np.ndarray:
        """The best score of a wanted label in any window, by page."""
        best = np.zeros(len(seen.counts))
        chosen = np.flatnonzero(np.logical_or.reduce(self._pairs, axis=1)[found.labels])
        places = window[chosen]
        letters = seen.within[places]
        own = (letters * self._pairs[found.labels[chosen]]).sum(axis=1)
        enough = own >= SCRIPT_SHARE * np.maximum(letters.sum(axis=1), 1)
        np.maximum.at(best, page[places[enough]], found.scores[chosen[enough]])
        return best

    def _rows(
        self, seen: Seen, found: Found, ends: np.ndarray, best: np.ndarray, in_script: np.ndarray
    ) -> list[pa.Array]:
        """The columns after `ends`."""
        ended = np.flatnonzero(ends)
        columns: list[list[str | float | None]] = [[None] * len(ends) for _ in SCHEMA.names[1:]]
        spans = [(seen.rows[page], seen.rows[page + 1]) for page in ended]
        texts = [
            seen.data[seen.starts[first] : seen.ends[last - 1]].tobytes().decode("utf-8") if last > first else ""
            for first, last in spans
        ]
        own_scripts = scripts(pa.array(texts, pa.large_string())).to_pylist()
        for page, (first, last), script in zip(ended.tolist(), spans, own_scripts, strict=True):
            total = np.zeros(len(self._model.labels))
            items = slice(found.offsets[first], found.offsets[last])
            np.add.at(total, found.labels[items], found.scores[items])
            likeliest = int(total.argmax())
            if last > first and script is not None:
                label = self._model.labels[likeliest]
                code = self._labels.code(label, script)
                columns[0][page], columns[1][page] = code and code[:3], code and code[4:]
                columns[2][page] = round(float(total[likeliest] / (last - first)), SCORE_DECIMALS)
                columns[3][page] = label
            columns[4][page] = self._words(seen.counts[page], int(in_script[page]), float(best[page]))
        kinds = [field.type for field in SCHEMA][1:]
        return [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]

    def _words(self, counts: np.ndarray, in_script: int, best: float) -> str:
        letters = int(counts.sum())
        order = [int(place) for place in np.argsort(-counts, kind="stable")[:3] if counts[place]]
        shares = ", ".join(f"{self._scripts[place]} {counts[place] / letters:.1%}" for place in order)
        if in_script < self._options.min_script_letters:
            why = f"{in_script} in a script of the wanted languages"
        else:
            why = f"a wanted language scores {best:.3f} at most"
        return f"of {letters:,} letters {shares}; {why}"
