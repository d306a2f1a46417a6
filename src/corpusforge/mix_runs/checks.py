"""What can be wrong with a mixture for the runs at hand: errors with file, line and mend; and what will disappoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from corpusforge.errors import UserError, nearest
from corpusforge.mix.allocation import Allocation, Capped, allocate, largest
from corpusforge.mix.amount import shown_amount
from corpusforge.mix.mixture import ALL
from corpusforge.mix.mixture_file import MixtureFile
from corpusforge.mix_runs.amounts import Taken

SHOWN = 12  # languages that a message names
SMALL = 10_000
"""Words below which a language that is repeated gets a warning: its model would learn these texts by heart."""

Sizes = Mapping[str, Mapping[str, int]]
"""Text of an epoch, in the mixture's measure, by language and source."""


def check_languages(file: MixtureFile, codes: list[str]) -> None:
    """Every language that the mixture names is among those of the runs, `codes`."""
    mixture = file.mixture

    def check(code: str, *path: str | int) -> None:
        if code not in codes:
            raise UserError(
                f"{file.where(*path)}: the runs hold no {code}{nearest(code, codes)}; they hold: {listed(codes)}"
            )
        if mixture.languages != (ALL,) and code not in mixture.languages:
            raise UserError(
                f"{file.where(*path)}: {code} has a share and is not among the languages "
                f"({', '.join(mixture.languages)}); add it there"
            )

    for index, code in enumerate(() if mixture.languages == (ALL,) else mixture.languages):
        check(code, "languages", index)
    for code in mixture.shares.fixed if mixture.shares else ():
        check(code, "shares", "fixed", code)
    for index, stage in enumerate(mixture.stages):
        for code in stage.shares.fixed:
            check(code, "stages", index, "shares", "fixed", code)


def check_sources(file: MixtureFile, met: set[str], warnings: list[str]) -> None:
    """Every source with a share has documents; one that is only capped gets a warning where it has none."""
    for name, rule in file.mixture.sources.items():
        if name in met:
            continue
        said = f"no document is of source '{name}'{nearest(name, met)}; the runs have: {', '.join(sorted(met))}"
        if rule.share:
            raise UserError(f"{file.where('sources', name)}: {said}")
        warnings.append(f"{said}; its cap holds nothing back")


def check_shares(file: MixtureFile, sizes: Sizes, allocation: Allocation) -> None:
    """Shares that were given must hold."""
    mixture = file.mixture
    for index, stage in enumerate(mixture.all_stages):
        path: tuple[str | int, ...] = ("stages", index, "shares") if mixture.stages else ("shares",)
        if sum(allocation.wanted[stage.stage].values()) < 1 - 1e-6:
            raise UserError(
                f"{file.where(*path)}: fixed shares sum to {sum(stage.shares.fixed.values()):g}, and there is no other "
                "language to share the rest among; mend the shares, or add languages"
            )
    broken = allocation.broken()
    if not broken:
        return
    one = min(broken, key=lambda one: (one.given - one.wanted, one.language))
    index = [stage.stage for stage in mixture.all_stages].index(one.stage)
    place: tuple[str | int, ...] = ("stages", index, "shares") if mixture.stages else ("shares",)
    most = largest(mixture, sizes, allocation.budget)
    mend = (
        f"lower the budget to at most {most:,}, raise max_epochs, or write budget: fit" if most else "change the shares"
    )
    raise UserError(f"{file.where(*place)}: {_said(file, sizes, one)}; {mend}")


def _said(file: MixtureFile, sizes: Sizes, one: Capped) -> str:
    mixture = file.mixture
    size = sum(sizes.get(one.language, {}).values())
    stage = f" in stage '{one.stage}'" if one.stage else ""
    if one.given > one.wanted:
        return (
            f"{one.language} would have more than its share{stage}, because the other languages cannot give theirs within "
            f"{mixture.max_epochs:g} epochs and the caps on sources"
        )
    needed = f"{one.wanted / size:.3g} epochs of the {size:,} there are" if size else "and there are none"
    return (
        f"the share of {one.language}{stage} is {shown_amount(one.wanted)} {mixture.measure}, {needed}; "
        f"within max_epochs: {mixture.max_epochs:g} and the caps on sources it can give {shown_amount(one.given)}"
    )


def tightest(file: MixtureFile, sizes: Sizes) -> str:
    """The language that gives least of what it should, in words."""
    found = allocate(file.mixture, sizes, 1_000_000)
    if not found.capped:
        return "the texts are too small"
    one = min(found.capped, key=lambda one: (one.given / max(one.wanted, 1e-300), one.language))
    return f"{one.language} can give {shown_amount(one.given)} {file.mixture.measure}"


def disappointments(file: MixtureFile, sizes: Sizes, allocation: Allocation, taken: Iterable[Taken]) -> list[str]:
    """Warnings: a budget or shares that are not reached, languages of which nothing or little is taken."""
    mixture, measure = file.mixture, file.mixture.measure
    found = []
    if allocation.total < allocation.budget * (1 - 1e-6):
        found.append(
            f"budget not reachable: {shown_amount(allocation.total)} of {shown_amount(allocation.budget)} {measure}, with "
            f"every language at {mixture.max_epochs:g} epochs or its sources at their caps"
        )
    else:
        for stage in mixture.all_stages:
            capped = [
                one
                for one in allocation.capped
                if one.stage == stage.stage and one.source is None and one.given < one.wanted
            ]
            if capped:
                within = f" in stage '{stage.stage}'" if stage.stage else ""
                found.append(
                    f"at max_epochs or the caps on their sources{within}, so that the others get the rest: "
                    + listed([f"{one.language} ({_part(one, measure)})" for one in capped])
                )
    missed: dict[tuple[str, str], list[str]] = {}
    for one in allocation.capped:
        if one.source is not None:
            missed.setdefault((one.source, one.stage), []).append(f"{one.language} ({_part(one, measure)})")
    for (source, name), shares in missed.items():
        within = f" in stage '{name}'" if name else ""
        found.append(f"source '{source}' does not give its share{within}: {listed(shares)}")
    words: dict[str, int] = {}
    epochs: dict[tuple[str, str], float] = {}
    for row in taken:
        words[row.language] = words.get(row.language, 0) + row.words
        epochs[row.language, row.source] = epochs.get((row.language, row.source), 0.0) + row.epochs
    repeated = {code for (code, _), turns in epochs.items() if turns > 1}
    wanted = [code for code in sizes if any(code in stage for stage in allocation.targets.values())]
    nothing = [code for code in wanted if code not in words]
    small = [code for code in wanted if code in repeated and words[code] < SMALL]
    if nothing:
        found.append(f"nothing is taken, the share is smaller than a document: {listed(nothing)}")
    if small:
        found.append(f"repeated and still less than {SMALL:,} words: {listed(small)}")
    return found


def _part(one: Capped, measure: str) -> str:
    return f"{shown_amount(one.given)} of {shown_amount(one.wanted)} {measure}"


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
