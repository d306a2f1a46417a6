"""What was found of a model, in words and tables."""

from collections.abc import Iterable, Iterator

from corpusforge.language_index import entries
from corpusforge.lid.evaluate import RESOURCES, WORST, Judged
from corpusforge.terminal import plain


def summary(judged: Judged) -> Iterator[str]:
    """The result for a terminal."""
    known = [code for code in judged.languages if code in judged.known]
    yield f"{judged.model}: {len(judged.sources):,} texts of {len(judged.languages):,} languages"
    yield f"  macro F1            {judged.pairs.macro_f1():.3f}   accuracy {judged.pairs.accuracy():.3f}"
    yield f"  of those it knows   {judged.pairs.macro_f1(known):.3f}   ({len(known):,} languages)"
    yield f"  confusable as one   {judged.merged_macro_f1():.3f}"
    for name, (count, f1) in judged.resources().items():
        yield f"  {name:<18}  {f1:.3f}   ({count:,} languages)"
    groups = judged.confusable()
    if groups:
        yield ""
        yield "confusable groups: macro F1 apart, as one"
        for _, own, apart, together in groups:
            yield f"  {apart:.3f}  {together:.3f}  {' '.join(own)}"
    yield ""
    yield f"worst {min(WORST, len(judged.languages))}: F1, texts, taken for"
    for code in judged.worst():
        score = judged.languages[code]
        taken = ", ".join(f"{plain(label)} {count}" for label, count in judged.mistaken(code))
        yield f"  {score.f1:.3f} {score.support:>7,}  {plain(code)}: {taken or 'nothing else; others are taken for it'}"


def page(judged: Judged) -> str:
    """The result as Markdown, with every language."""
    lines = [
        f"# {judged.model} on {len(judged.sources):,} labelled texts",
        "",
        *overview([judged]),
        "",
        *resources([judged]),
    ]
    lines += ["", "## Confusable groups", "", *confusable([judged]), "", f"## Worst {WORST}", "", *worst(judged)]
    lines += ["", "## Every language", "", "| language | texts | precision | recall | F1 | taken for |"]
    lines += ["|---|---:|---:|---:|---:|---|"]
    for code, score in judged.languages.items():
        figures = f"{score.support:,} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f}"
        lines.append(f"| {code} | {figures} | {_taken(judged, code)} |")
    return "\n".join(lines) + "\n"


def overview(several: Iterable[Judged]) -> Iterator[str]:
    """A table with a line per model."""
    yield "| model | texts | languages | macro F1 | those it can emit | macro F1 of these | confusable as one | accuracy |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for one in several:
        known = [code for code in one.languages if code in one.known]
        yield (
            f"| {one.model} | {len(one.sources):,} | {len(one.languages):,} | {one.pairs.macro_f1():.3f} | {len(known):,} | "
            f"{one.pairs.macro_f1(known):.3f} | {one.merged_macro_f1():.3f} | {one.pairs.accuracy():.3f} |"
        )


def resources(several: Iterable[Judged]) -> Iterator[str]:
    """A table of macro F1 by resource group, with a line per model."""
    names = [name for name, _ in RESOURCES]
    yield f"| model | {' | '.join(names)} |"
    yield f"|---|{'---:|' * len(names)}"
    for one in several:
        found = one.resources()
        cells = [f"{found[name][1]:.3f} ({found[name][0]:,})" if name in found else "-" for name in names]
        yield f"| {one.model} | {' | '.join(cells)} |"


def confusable(several: list[Judged]) -> Iterator[str]:
    """A table of the confusable groups among the texts, with two columns per model: apart, and as one."""
    yield f"| languages | {' | '.join(f'{one.model} apart | as one' for one in several)} |"
    yield f"|---|{'---:|---:|' * len(several)}"
    found = [
        {group.name: (own, apart, together) for group, own, apart, together in one.confusable()} for one in several
    ]
    for name, (own, _, _) in found[0].items():
        cells = [f"{other[name][1]:.3f} | {other[name][2]:.3f}" for other in found]
        yield f"| {' '.join(own)} | {' | '.join(cells)} |"


def worst(judged: Judged, codes: Iterable[str] | None = None) -> Iterator[str]:
    """A table of the language-scripts with the least F1, or of `codes`."""
    yield "| language | name | texts | F1 | recall | taken for |"
    yield "|---|---|---:|---:|---:|---|"
    names = {entry.code: entry.english for entry in entries()}
    for code in judged.worst() if codes is None else codes:
        score = judged.languages[code]
        taken = _taken(judged, code)
        yield f"| {code} | {names.get(code, '')} | {score.support:,} | {score.f1:.3f} | {score.recall:.3f} | {taken} |"


def _taken(judged: Judged, code: str) -> str:
    return ", ".join(f"{label} {count}" for label, count in judged.mistaken(code))
