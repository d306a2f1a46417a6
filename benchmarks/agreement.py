"""How often our decisions are the published ones, with our own words: per language, per filter, and why not.

    python -m benchmarks.agreement [--shared DIR] [--write docs/reference/agreement.md]

With the reference's words every decision is the same (tests/golden); what is left is what our segmenter does. The
reference is datatrove 0.10.1 with the word tokenizer that FineWeb2 assigns to the language (spaCy, Indic NLP, Kiwi, ...);
ours is the segmenter in the language's configuration. Needs the extra `reference`.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import polars as pl
import pyarrow as pa

from benchmarks.agreement_causes import UNEXPLAINED, cause, cuts, kinds, summary
from benchmarks.sources import default_folder
from corpusforge.languages import all_codes, load_language
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.text.segment import REFERENCE, segmenter
from corpusforge.text.statistics import statistics
from corpusforge.text.words import Words

FILTERS = {"gopher_repetition": "gopher_rep", "fineweb_quality": "fineweb_quality", "gopher_quality": "gopher_quality"}
FALLBACK = "eng_Latn"  # the reference judged languages without published parameters by the English defaults

# The reference's reason -> our rule, where they differ.
RULES = {
    **{f"top_{n}_gram": f"top_{n}_gram_frac" for n in (2, 3, 4)},
    **{f"duplicated_{n}_n_grams": f"dup_{n}_gram_frac" for n in range(5, 11)},
    "gopher_short_doc": "short_doc",
    "gopher_long_doc": "long_doc",
    "gopher_below_avg_threshold": "short_words",
    "gopher_above_avg_threshold": "long_words",
    "gopher_too_many_hashes": "hashes",
    "gopher_too_many_ellipsis": "ellipsis",
    "gopher_too_many_bullets": "bullets",
    "gopher_too_many_end_ellipsis": "end_ellipsis",
    "gopher_below_alpha_threshold": "alpha_words",
    "gopher_enough_stop_words": "stop_words",
}
# Our signal -> the column with the reference's value.
THEIRS = {
    **{f"top_{n}_gram_frac": f"stat_top_{n}_gram_char_frac" for n in (2, 3, 4)},
    **{f"dup_{n}_gram_frac": f"stat_dup_{n}_gram_char_frac" for n in range(5, 11)},
    "words": "stat_n_non_symbol_words",
    "hash_ratio": "stat_hash_word_ratio",
    "ellipsis_ratio": "stat_ellipsis_word_ratio",
    "stop_words": "stat_n_stop_words",
    "avg_word_length": "stat_avg_word_length",
    "alpha_word_ratio": "stat_alpha_word_ratio",
    "list_ratio": "stat_list_ratio",
}

# What we found on reading differing documents and word lists; see the last two tables.
READING = """\
- arb, cmn, deu, jpn, spa: most documents are programming lessons. Each hyphen of `---` is a word by UAX #29 and one
  token of the reference's: repeated n-grams weigh more with us, and there are more words per line feed.
- guj, hin, pan, tel: the reference (Indic NLP) splits at spaces only, so line feeds stay inside its words, and words at
  line ends are neither counted nor found in the list of stop words.
- hye: the reference leaves a full stop at its word; as a word of its own it lowers the share of alphabetic words.
- kor: the reference gives morphemes (particles, endings), ours the words between spaces. Thresholds made for morphemes do
  not fit words: do not use the published ones for Korean without calibration.
- vie: these texts are decomposed (NFD), which the reference's tokenizer does not know: it cuts at each mark.
- eng, fra: the reference sets clitics apart (`do|n't`, `l'|eau`), UAX #29 does not.
- kab: the reference leaves hyphens inside words (`d-yusan`); as words of their own they lower the share of alphabetic words.
- cmn, jpn, tha: two dictionaries, no more than that.
"""


@dataclass
class Agreement:
    """What a language's documents say: counts, and (filter, rule, who drops, threshold) -> values, ours and theirs."""

    code: str
    documents: int
    ratio: float  # our words / the reference's
    agree: Counter[str] = field(default_factory=Counter)  # by filter, and `chain`
    kept: Counter[str] = field(default_factory=Counter)  # by the chain of: reference, ours, both
    values: dict[tuple[str, str, str, float], list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def compare(code: str, rows: pl.DataFrame) -> Agreement:
    """Our keep decisions and the golden ones, filter by filter and in the chain."""
    language = load_language(code if code in all_codes() else FALLBACK)
    texts = pa.array(rows["text"].to_list(), pa.large_string())
    computed = pl.DataFrame(statistics(texts, segmenter(language.segmenter).words(texts), language.stop_words))
    found = Agreement(code, len(rows), computed["all_words"].sum() / rows["stat_n_words"].sum())
    sets = [load_filter_set(name) for name in FILTERS]
    thresholds = resolve_thresholds(sets, language.thresholds, language.code)
    for loaded in sets:
        fates = evaluate(computed, [loaded], thresholds)["fate"]
        column = f"fw2_{FILTERS[loaded.filter_set]}"
        found.agree[loaded.filter_set] = (fates.is_null() == rows[f"{column}_keep"]).sum()
        hints = {rule.rule: rule.expression.hint for rule in loaded.rules}
        for row, (fate, reason) in enumerate(zip(fates, rows[f"{column}_reason"], strict=True)):
            if (fate is None) == (reason is None):
                continue
            rule = fate.partition("/")[2] if fate else RULES.get(reason, reason)
            hint = hints[rule]
            threshold = thresholds[hint.threshold] if isinstance(hint.threshold, str) else hint.threshold
            pair = (computed[hint.signal][row], rows[THEIRS[hint.signal]][row])
            side = "ours" if fate else "reference"
            found.values[loaded.filter_set, rule, side, threshold].append(pair)
    ours, theirs = evaluate(computed, sets, thresholds)["fate"].is_null(), rows["fw2_chain_keep"]
    found.agree["chain"] = (ours == theirs).sum()
    found.kept = Counter(reference=theirs.sum(), ours=ours.sum(), both=(ours & theirs).sum())
    return found


# Why: where one segmenter cuts and the other does not.


@dataclass
class Why:
    """Of a language: documents, the reference's words, cuts of one side only by (side, kind), causes of decisions."""

    code: str
    documents: int = 0
    rewritten: int = 0
    words: int = 0
    cuts: Counter[tuple[str, str]] = field(default_factory=Counter)
    causes: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)


def why(code: str, rows: pl.DataFrame) -> Why:
    """The words of both sides, and for each filter's decision that differs what makes it differ."""
    language = load_language(code if code in all_codes() else FALLBACK)
    texts = pa.array(rows["text"].to_list(), pa.large_string())
    ours = segmenter(language.segmenter).words(texts).to_lists()
    theirs = segmenter(REFERENCE, code).words(texts).to_lists()
    found = Why(code, len(rows), words=sum(map(len, theirs)))
    computed = statistics(texts, Words.from_lists(ours), language.stop_words)
    for text, mine, other in zip(rows["text"], ours, theirs, strict=True):
        left, right = cuts(text, mine), cuts(text, other)
        if left is None or right is None:
            found.rewritten += 1
            continue
        for name, places in kinds(text, left, right).items():
            found.cuts["ours", name] += len(places & left.after)
            found.cuts["reference", name] += len(places & right.after)
    for name, short in FILTERS.items():
        loaded = [load_filter_set(name)]
        thresholds = resolve_thresholds(loaded, language.thresholds, language.code)
        kept = evaluate(computed, loaded, thresholds)["fate"].is_null()
        expected = rows[f"fw2_{short}_keep"]
        for row in (kept != expected).arg_true():
            text, wanted = rows["text"][row], expected[row]

            def agrees(words: list[list[str]], text: str = text, wanted: bool = wanted) -> list[bool]:
                table = statistics(
                    pa.array([text] * len(words), pa.large_string()), Words.from_lists(words), language.stop_words
                )
                fates = evaluate(table, loaded, thresholds)["fate"]  # noqa: B023 - called before the next filter
                return (fates.is_null() == wanted).to_list()

            found.causes[code, cause(text, ours[row], theirs[row], agrees)] += 1
    return found


def cut_rows(found: Iterable[Why]) -> Iterator[list[str]]:
    """Rows: language, share of cuts that only one side makes, by kind of place, most frequent first."""
    for one in found:
        columns = [
            "; ".join(
                f"{name} {count / one.words:.1%}"
                for (at, name), count in one.cuts.most_common()
                if at == side and count >= one.words / 1_000
            )
            for side in ("ours", "reference")
        ]
        if one.rewritten:
            columns[1] = "; ".join(
                filter(None, [columns[1], f"{one.rewritten} of {one.documents} documents rewritten"])
            )
        yield [one.code, str(one.documents), *(column or "-" for column in columns)]


def table(head: list[str], rows: Iterable[list[str]], right: int) -> str:
    """A Markdown table; columns from `right` on are numbers."""
    rule = ["---" if place < right else "---:" for place in range(len(head))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def row(name: str, found: list[Agreement], ratio: str) -> list[str]:
    """One row of the first table."""
    documents = sum(one.documents for one in found)
    agree = [f"{sum(one.agree[each] for one in found) / documents:.1%}" for each in (*FILTERS, "chain")]
    kept = [str(sum(one.kept[side] for one in found)) for side in ("reference", "ours", "both")]
    return [name, str(documents), ratio, *agree, *kept]


def report(found: list[Agreement], real: list[Agreement], reasons: list[Why]) -> str:
    """The whole page; `real` is about the documents that are not derived from others."""
    rows = [row(one.code, [one], f"{one.ratio:.3f}") for one in found]
    rows += [row("**all**", found, ""), row("**all but the derived ones**", real, "")]
    pairs: dict[tuple[str, str, str], list[tuple[float, float, float]]] = defaultdict(list)
    languages: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for one in found:
        for (name, rule, side, threshold), values in one.values.items():
            pairs[name, rule, side] += [(ours, theirs, threshold) for ours, theirs in values]
            languages[name, rule, side][one.code] += len(values)
    moved = [
        [
            f"{name}/{rule}",
            side,
            ", ".join(f"{code} {count}" for code, count in languages[name, rule, side].most_common(4)),
            str(len(values)),
            *(f"{median(column):.3f}" for column in zip(*values, strict=True)),
        ]
        for (name, rule, side), values in sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    causes = sum((one.causes for one in reasons), Counter[tuple[str, tuple[str, ...]]]())
    different, unexplained = causes.total(), sum(n for (_, names), n in causes.items() if UNEXPLAINED in names)
    head = ["language", "documents", "words, ours / reference", *FILTERS, "chain"]
    head += [f"kept: {side}" for side in ("reference", "ours", "both")]
    return "\n".join(
        [
            "# Agreement with the published decisions",
            "",
            "Keep or drop, with our words and with the reference's, on the golden documents. With the reference's own word",
            "splitters (`--set signals.segmenter=reference`) every statistic, decision and signature is the same",
            "(`tests/golden/`), so the differences below come from where words are cut.",
            "",
            "    python -m benchmarks.agreement --write docs/reference/agreement.md",
            "",
            "The reference is datatrove 0.10.1 under FineWeb2's parameters, with the tokenizer that FineWeb2 assigns to",
            "the language. `chain`: all three filters; `kept`: documents that pass it. Many documents are no prose (code,",
            "lists, verses), and 807 are derived from others to meet a rule (bullets, ellipses, code removed, ...), so more",
            "are dropped, and more lie near a threshold, than in web text. eng_Latn and lav_Latn were given no parameters of",
            "FineWeb2: they are judged by the English defaults.",
            "",
            table(head, rows, 1),
            "",
            "## Which rules",
            "",
            "Documents that only one side drops, by the rule that drops them; medians of the rule's signal on both sides",
            "and of the threshold.",
            "",
            table(["rule", "only dropped by", "languages", "documents", "ours", "reference", "threshold"], moved, 3),
            "",
            "## Why: where words are cut",
            "",
            "Cuts that only one side makes, as a share of the reference's words (from 0.1% on), by what stands on both",
            "sides of the cut.",
            "",
            table(["language", "documents", "only we cut", "only the reference cuts"], cut_rows(reasons), 4),
            "",
            "## Why: which cuts decide",
            "",
            "Each decision of a filter that differs, by its cause, which was found by trying: our words are changed to the",
            "reference's at the places of one kind, and where that gives the reference's decision, the kind is the cause;",
            "where none does alone, kinds are added, the most frequent first, until they do.",
            "",
            table(["cause", "languages", "decisions"], summary(causes), 2),
            "",
            f"Of {3 * sum(one.documents for one in found)} decisions {different} differ; where words are cut does not",
            f"explain {unexplained} of them.",
            "",
            READING,
        ]
    )


def main() -> None:
    """Print the page; with --write, store it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    folder = arguments.shared / "golden"
    documents = pl.read_parquet(folder / "filters_golden.parquet").sort("lang", maintain_order=True)
    found, real = (
        [compare(str(code), rows) for (code,), rows in some.group_by("lang", maintain_order=True)]
        for some in (documents, documents.filter(pl.col("derived").is_null()))
    )
    reasons = [why(str(code), rows) for (code,), rows in documents.group_by("lang", maintain_order=True)]
    page = report(found, real, reasons)
    print(page)
    if arguments.write:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
