"""A calibration as text for a reader: what each value removes, what was refused and why, what would change, what next."""

import re
from collections.abc import Iterator, Sequence

from corpusforge.calibrate.calibration import MUCH, Calibration
from corpusforge.calibrate.fates import Fates

SHOWN_MOVES = 8
_WIDTH = 118


def shown(found: Calibration) -> Iterator[str]:
    """Lines without trailing newlines; plain text that needs no colour."""
    language, sample = found.published, found.reference
    yield f"{language.code}  {language.names.english}"
    yield f"reference  {sample.name}: {_count(len(sample.texts), 'document')}, {found.words:,} words"
    yield f"english    {found.english}"
    if found.web is not None:
        others = f", {found.web.others:,} in other languages left out" if found.web.others else ""
        yield f"web        {found.web.name}: {_count(found.web.signals.height, 'document')}{others}"
    for warning in found.warnings:
        yield from _wrapped(f"note: {warning}")
    yield ""
    yield from _thresholds(found)
    yield from _remarks(found)
    yield ""
    yield from _score(found)
    yield ""
    yield from _stop_words(found)
    yield ""
    yield from _fates(found)


def _thresholds(found: Calibration) -> Iterator[str]:
    with_web = found.web is not None
    head = [
        "threshold",
        "published",
        "default",
        "calibrated",
        "95% interval",
        "method",
        "ref now",
        "ref new",
        "held out",
    ]
    head += ["web now", "web new"] if with_web else []
    rows = [head]
    for one in found.thresholds:
        used = one.threshold in found.used
        after = one.after if used else None
        now, without = found.values["published"][one.threshold], found.values["default"][one.threshold]
        between = f"{one.interval[0]:g} to {one.interval[1]:g}" if one.interval and used else ""
        row = [one.threshold, _value(now), _value(without), _value(one.value) if used else "stays", between, one.method]
        row += [
            _share(one.before.reference),
            _share(after.reference if after else None),
            _share(one.held_out if used else None),
        ]
        row += [_share(one.before.web), _share(after.web if after else None)] if with_web else []
        rows.append(row)
    yield from _table(rows, left=(0, 5))
    yield ""
    yield "ref, web: share of documents that the rule alone removes, now and with the new value"
    yield "held out: share of reference documents removed by values that they had no part in (10 folds)"


def _remarks(found: Calibration) -> Iterator[str]:
    """What was refused, and what removes much of a text that is said to be clean."""
    refused = [one for one in found.thresholds if one.refused is not None]
    if refused:
        yield ""
        yield "stays as it is: the calibrated value is not fit for use"
    for one in refused:
        would = f" ({one.value:g})" if one.value is not None else ""
        yield f"  {one.threshold}{would}: {one.refused}"
        if one in found.doubtful:
            yield (
                f"    and the value that stays removes {_share(one.before.reference)} of the reference: consider "
                f"--method {one.threshold}=off"
            )
    much = [one for one in found.used.values() if one.after and one.after.reference > MUCH]
    if much:
        yield ""
        yield f"removes more than {MUCH:.0%} of the reference; if the reference is clean, try another --method"
    for one in much:
        assert one.after is not None
        yield f"  {one.threshold} = {_value(one.value)} by {one.method}: {_share(one.after.reference)}"


def _score(found: Calibration) -> Iterator[str]:
    score = found.score
    lid = found.published.lid.get(score.model)
    if score.value is None:
        stays = "none" if lid is None else f"{lid.min_score:g} stays"
        yield f"least language score of {score.model}: {stays}: {score.refused}"
        return
    between = f" ({score.interval[0]:g} to {score.interval[1]:g})" if score.interval else ""
    assert lid is not None
    yield (
        f"least language score of {score.model}: {lid.min_score:g} -> {score.value:g}{between}; "
        f"{_share(score.removes_reference)} of the reference is below"
    )


def _stop_words(found: Calibration) -> Iterator[str]:
    new = [one.word for one in found.stop_words]
    old = set(found.published.stop_words)
    shared = len(old.intersection(new))
    yield (
        f"stop words: {len(old)} published, {len(new)} calibrated, {shared} in both; {_share(found.few_stop_words)} of the "
        f"reference has too few"
    )
    words = [f"{one.word} {one.frequency:.1%}" for one in found.stop_words]
    yield from _wrapped("  " + ", ".join(words))


def _fates(found: Calibration) -> Iterator[str]:
    samples = [("reference", found.on_reference)] + ([("web sample", found.on_web)] if found.on_web else [])
    rows = [["removed of", "documents", "published", "default", "calibrated", "fate changes"]]
    for name, fates in samples:
        shares = [_share(fates.removed[one] / fates.documents) for one in ("published", "default", "calibrated")]
        rows.append(
            [name, f"{fates.documents:,}", *shares, f"{fates.changed:,} ({_share(fates.changed / fates.documents)})"]
        )
    yield from _table(rows, left=(0,))
    for name, fates in samples:
        if fates.moves:
            yield ""
            yield f"fates that change in the {name}, published -> calibrated"
            yield from _moves(fates)


def _moves(fates: Fates) -> Iterator[str]:
    for (before, after), count in list(fates.moves.items())[:SHOWN_MOVES]:
        yield f"  {count:>7,}  {before} -> {after}"
    if len(fates.moves) > SHOWN_MOVES:
        rest = sum(list(fates.moves.values())[SHOWN_MOVES:])
        yield f"  {rest:>7,}  in {len(fates.moves) - SHOWN_MOVES} other ways (--json lists all)"


def _table(rows: Sequence[Sequence[str]], left: Sequence[int]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _wrapped(text: str) -> Iterator[str]:
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    line = ""
    for word in re.split(r"(?<=\S) ", text):
        if line and len(line) + len(word) + 1 > _WIDTH:
            yield line
            line = indent + word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _value(value: float | None) -> str:
    return "off" if value is None else f"{value:g}"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
