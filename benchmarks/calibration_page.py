"""The page of `benchmarks.calibration`: tables of what it measured."""

import numpy as np

from benchmarks.calibration import Cell, Value
from corpusforge.calibrate.calibration import MUCH
from corpusforge.calibrate.choice import MOST_CLEAN, chosen_methods
from corpusforge.calibrate.english import shipped
from corpusforge.calibrate.methods import METHODS
from corpusforge.calibrate.rules import Tunable
from corpusforge.calibrate.threshold import LEAST_DOCUMENTS, Calibrated

PAGE = """# Calibration, measured

    python -m benchmarks.calibration --write docs/reference/calibration.md

[Calibrate a language](../guides/calibrate.md) says what the methods are. The text is clean: news of MasakhaNEWS,
SaudiNewsNet, TTC-3600 and VietnameseMDS, and TED talks in blocks of 20 subtitle lines. Each set is cut into halves by a
hash of the text; {samples} samples in {languages} languages have two halves of {least} documents or more. Values come
from the first half, every count from the second. English is the table that ships: {english}. Rules are those of
`fineweb2-published`, which use every threshold of the published table.

## Which method for which rule

Each cell: clean documents removed / documents removed after the damage that the rule is there to find / samples in which
the value is not fit for use (counted as removing nothing). Means over samples. Damages are crude: the second half of the
words repeats 20 words, three words a line, every second word a number, three words glued, words cut every two
characters, lines of eight words without punctuation, every line twice. They rank methods; they are no measure of what a
filter finds on the web.

{methods}

Bold: the default. The criterion: among the methods that remove, of clean documents, at most one point more than the
English threshold does of English, the one with the greatest difference between damaged and clean. The methods were
chosen on these languages, so this table does not prove the choice for others. Where a default removes, of one language's
reference, over a point more than English loses, Quantile is used instead, if that removes less.

## Published beside calibrated

Share of held-out documents removed by all rules together: clean ones, and noise (each of them after each of the seven
damages). `default`: a language without values of its own. `advised`: calibrated, and with the rules off that the program
says to consider switching off, because no value is fit for use and the published one removes more than {much:.0%} of the
reference. `fate changes`: clean documents with another fate, published to calibrated.

{values}

## Disagreements

Published values that remove more than {much:.0%} of the first half by themselves.

{disagreements}

## Least language score of lid176

clip(median - standard deviation, 0.3, 0.9) of the scores of the documents that the model takes for the language.

{scores}

## Stop words

`removed`: held-out documents whose fate is `gopher_quality/stop_words`.

{words}
"""


def table(head: list[str], rows: list[list[str]], left: int = 1) -> list[str]:
    """A Markdown table; columns but the first `left` are numbers."""
    rule = ["---"] * left + ["---:"] * (len(head) - left)
    return ["| " + " | ".join(cells) + " |" for cells in (head, rule, *rows)]


def best(cells: dict[tuple[str, str], Cell], one: Tunable) -> str:
    """The method that the measurement favours for a threshold, by the criterion of `corpusforge.calibrate.choice`."""
    english, name = shipped().of(one), one.name
    allowed = MOST_CLEAN + (1 - english.kept if english else 0)
    able = [method for method in METHODS if np.mean(cells[name, method].clean) <= allowed]
    return max(able, key=lambda method: np.mean(cells[name, method].noise) - np.mean(cells[name, method].clean))


def method_lines(tunable: list[Tunable], cells: dict[tuple[str, str], Cell]) -> list[str]:
    """The table of methods by rule."""
    chosen = chosen_methods(tunable, {})
    rows = []
    for one in tunable:
        row = [f"`{one.name}`"]
        for method in METHODS:
            cell = cells[one.name, method]
            text = f"{np.mean(cell.clean):.1%} / {np.mean(cell.noise):.0%} / {cell.refused}"
            row.append(f"**{text}**" if method == chosen[one.name].method else text)
        rows.append([*row, best(cells, one)])
    return table(["threshold", *METHODS, "best by the criterion"], rows)


def share(part: float, whole: float) -> str:
    """A share in percent."""
    return f"{part / whole:.1%}"


def value_lines(values: list[Value]) -> list[str]:
    """Removed on held-out halves, by language, and pooled."""
    ways = ("published", "default", "calibrated", "advised")
    rows = []
    for value in values:
        clean, noise = value.clean, value.noise
        row = [value.source.name, value.source.code, f"{clean.documents:,}"]
        row += [share(clean.removed[way], clean.documents) for way in ways]
        row += [share(noise.removed[way], noise.documents) for way in ways]
        rows.append([*row, share(clean.changed, clean.documents)])
    total = ["**pooled**", "", f"{sum(value.clean.documents for value in values):,}"]
    for kind in ("clean", "noise"):
        every = [getattr(value, kind) for value in values]
        total += [
            f"**{share(sum(one.removed[way] for one in every), sum(one.documents for one in every))}**" for way in ways
        ]
    total.append(share(sum(v.clean.changed for v in values), sum(v.clean.documents for v in values)))
    head = ["", "language", "documents", *(f"clean: {way}" for way in ways), *(f"noise: {way}" for way in ways)]
    return table([*head, "fate changes"], [total, *rows], left=2)


def disagreement_lines(values: list[Value]) -> list[str]:
    """Every rule whose published value removes more than MUCH of a reference, with what was found in its place, and why."""
    rows = []
    for value in values:
        for one in value.found.thresholds:
            if one.before.reference <= MUCH:
                continue
            used = value.found.used.get(one.threshold)
            new = "none" if used is None or used.value is None else f"{used.value:g}"
            after = "-" if used is None or used.after is None else f"{used.after.reference:.1%}"
            now = value.found.values["published"][one.threshold]
            rows.append(
                [value.source.name, value.source.code, f"`{one.threshold}`", f"{now:g}", f"{one.before.reference:.1%}", new,
                 after, _why(value, one)]
            )  # fmt: skip
    head = ["", "language", "threshold", "published", "removes", "calibrated", "removes", "why"]
    return table(head, sorted(rows, key=lambda row: (row[2], row[0], row[1])), left=3)


def _why(value: Value, one: Calibrated) -> str:
    """A cause that figures show: what this text is like in the signal that the rule reads."""
    signal = value.signals[one.signal].drop_nulls()
    middle = f"median here {float(signal.median() or 0):.3g}"
    if one.signal == "line_punct_ratio":
        none = float((signal == 0).mean() or 0)
        shape = f"{value.joined:.0%} of the documents have one or two lines; " if value.joined > MUCH else f"{middle}; "
        return f"{shape}in {none:.0%} no line ends in punctuation"
    if one.signal == "dup_line_frac":
        lines = float(value.signals["lines"].median() or 0)
        return f"documents of {lines:g} lines (median): one line twice is {1 / max(lines, 1):.0%}"
    tail = 0.05 if one.threshold.startswith("min_") else 0.95
    side = "below" if tail < 0.5 else "above"
    return f"{middle}, 5% {side} {float(signal.quantile(tail, 'nearest') or 0):.3g}"


def score_lines(values: list[Value]) -> list[str]:
    """Least scores of lid176, and what it takes the references for."""
    rows = []
    for value in values:
        score = value.found.score
        lid = value.found.published.lid.get(score.model)
        others = [f"{code} {part:.0%}" for code, part in score.identified.items() if code != value.source.code][:3]
        between = f"{score.interval[0]:g} to {score.interval[1]:g}" if score.interval else "-"
        rows.append(
            [value.source.name, value.source.code, "-" if lid is None else f"{lid.min_score:g}",
             "-" if score.value is None else f"{score.value:g}", between,
             f"{score.identified.get(value.source.code, 0):.1%}", ", ".join(others)]
        )  # fmt: skip
    head = ["", "language", "now", "calibrated", "95% interval", "taken for the language", "and for"]
    return table(head, rows, left=2)


def word_lines(values: list[Value]) -> list[str]:
    """Stop words: lengths and overlap of lists; documents of the held-out half with too few of either."""
    rows = []
    for value in values:
        old, new = set(value.found.published.stop_words), [one.word for one in value.found.stop_words]
        few = [value.clean.fates[way].get("gopher_quality/stop_words", 0) for way in ("published", "calibrated")]
        rows.append(
            [value.source.name, value.source.code, str(len(old)), str(len(new)), str(len(old.intersection(new))),
             *(share(one, value.clean.documents) for one in few)]
        )  # fmt: skip
    head = ["", "language", "published", "calibrated", "in both", "removed: published", "removed: calibrated"]
    return table(head, rows, left=2)


def page(tunable: list[Tunable], cells: dict[tuple[str, str], Cell], values: list[Value]) -> str:
    """The whole page."""
    return PAGE.format(
        samples=len(values),
        languages=len({value.source.code for value in values}),
        least=LEAST_DOCUMENTS,
        english=shipped().source,
        much=MUCH,
        methods="\n".join(method_lines(tunable, cells)),
        values="\n".join(value_lines(values)),
        disagreements="\n".join(disagreement_lines(values)),
        scores="\n".join(score_lines(values)),
        words="\n".join(word_lines(values)),
    )
