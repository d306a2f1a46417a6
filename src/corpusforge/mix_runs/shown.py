"""Plans and tables of weights as text for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpusforge.mix.amount import shown_amount
from corpusforge.mix.rehydration import copies_of, published_weights
from corpusforge.mix.removal import RemovalTable
from corpusforge.mix.significant import significant_weights
from corpusforge.mix_runs.plan import Plan
from corpusforge.terminal import plain

_ROWS = 12  # sizes of a table that are shown
_WARNINGS = 20


def plan_lines(plan: Plan) -> Iterator[str]:
    """The plan: stages, languages, sources, warnings."""
    mixture = plan.file.mixture
    yield f"{mixture.mixture}: {plain(mixture.about)}" if mixture.about else mixture.mixture
    there = {name: sum(getattr(one, name) for one in plan.there) for name in ("documents", "words", "bytes")}
    yield f"from    {', '.join(plain(url.storage.url) for url in plan.runs)}: {_amounts(there)}"
    yield f"budget  {shown_amount(plan.budget)} {mixture.measure}, at most {mixture.max_epochs:g} epochs, seed {mixture.seed}"
    yield f"takes   {_amounts(plan.total())}"
    for stage in mixture.all_stages:
        yield ""
        total = plan.total(stage=stage.stage)
        if stage.stage:
            yield f"stage {stage.stage}: {_amounts(total)}"
        yield from _languages(plan, stage.stage, total)
    sources = sorted({one.source for one in plan.there})
    if len(sources) > 1:
        yield ""
        yield from _sources(plan, sources)
    repeated = {code: steps for code, steps in plan.selection.weights.items() if set(steps.values()) != {1}}
    if repeated:
        yield ""
        yield "copies by cluster size, in each epoch:"
        for code, steps in repeated.items():
            yield f"  {code}  {_steps(steps)}"
    if plan.warnings:
        yield ""
    for warning in plan.warnings[:_WARNINGS]:
        yield f"warning: {plain(warning)}"
    if len(plan.warnings) > _WARNINGS:
        yield f"         and {len(plan.warnings) - _WARNINGS} more (--json has all)"


def _languages(plan: Plan, stage: str, total: dict[str, int]) -> Iterator[str]:
    measure = plan.file.mixture.measure
    there = _there(plan, "language")
    rows = [
        (taken[measure], code, taken)
        for (where, code), taken in plan.sums("stage", "language").items()
        if where == stage
    ]
    cells = [["language", "there", "documents", "words", "bytes", "share", "epochs"]]
    for amount, code, taken in sorted(rows, key=lambda row: (-row[0], row[1])):
        epochs = f"{amount / there[code]:.2f}" if there[code] else "-"
        cells.append([code, *_cells(there[code], taken, amount, total[measure]), epochs])
    yield from table(cells)


def _sources(plan: Plan, sources: list[str]) -> Iterator[str]:
    measure = plan.file.mixture.measure
    whole, there = plan.total()[measure], _there(plan, "source")
    cells = [["source", "there", "documents", "words", "bytes", "share"]]
    for source in sources:
        taken = plan.total(source=source)
        cells.append([plain(source, 30), *_cells(there[source], taken, taken[measure], whole)])
    yield from table(cells)


def _there(plan: Plan, field: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in plan.there:
        found[getattr(one, field)] = found.get(getattr(one, field), 0) + one.with_copies
    return found


def _cells(there: int, taken: dict[str, int], amount: int, whole: int) -> list[str]:
    share = f"{100 * amount / whole:.1f}%" if whole else "-"
    documents, words, size = (taken[name] for name in ("documents", "words", "bytes"))
    return [shown_amount(there), f"{documents:,}", shown_amount(words), shown_amount(size), share]


def weights_lines(table_: RemovalTable, most: int) -> Iterator[str]:
    """A language's removal rates by cluster size, and what they come to."""
    published = published_weights(table_.rates, table_.rate, most)
    found = significant_weights(table_, most)
    documents, kept = int(table_.documents.sum()), int(table_.kept.sum())
    yield f"{table_.language}: {documents:,} documents after deduplication, {kept:,} kept, {table_.rate:.1f}% removed"
    rows = [["size", "documents", "kept", "removed", "95% interval", "published", "significant"]]
    shown = len(table_.sizes) if len(table_.sizes) <= _ROWS + 1 else _ROWS
    for at in range(shown):
        last = at == len(table_.sizes) - 1
        pooled = int((found.pool == found.pool[at]).sum())
        rows.append(
            [
                f"{table_.sizes[at]}{'+' if last else ''}",
                f"{table_.documents[at]:,}",
                f"{table_.kept[at]:,}",
                f"{table_.rates[at]:.1f}%",
                f"{found.low[at]:.1f} to {found.high[at]:.1f}" + (f" ({pooled} sizes)" if pooled > 1 else ""),
                str(published[at]),
                str(found.weights[at]),
            ]
        )
    yield from (f"  {line}" for line in table(rows))
    if shown < len(table_.sizes):
        yield f"  and {len(table_.sizes) - shown} more sizes (--json has all)"
    after = [int(table_.kept @ copies_of(table_.sizes, _as_steps(table_, one))) for one in (published, found.weights)]
    yield f"  documents with repeats: {after[0]:,} published, {after[1]:,} significant"


def _as_steps(table_: RemovalTable, weights: object) -> dict[int, int]:
    from corpusforge.mix.rehydration import steps

    return steps(table_.sizes, weights)  # type: ignore[arg-type]


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells: the first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _amounts(total: dict[str, int]) -> str:
    documents, words, bytes_ = (total[name] for name in ("documents", "words", "bytes"))
    return f"{documents:,} documents, {shown_amount(words)} words, {shown_amount(bytes_)} bytes"


def _steps(steps: dict[int, int]) -> str:
    return ", ".join(f"{size}: {copies}" for size, copies in steps.items())
