"""How often our decisions are the published ones, with our own words: per language, per filter, and why not.

    python benchmarks/agreement.py [--shared DIR] [--write docs/reference/agreement.md]

With the reference's words every decision is the same (tests/golden); what is left is what another segmenter does. The
reference is datatrove 0.10.1 with the word tokenizer that FineWeb2 assigns to the language (spaCy, Indic NLP, Kiwi, ...);
ours is the segmenter in the language's configuration.
"""

import argparse
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import polars as pl
import pyarrow as pa

from corpusforge.languages import all_codes, load_language
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.text.segment import segmenter
from corpusforge.text.statistics import statistics

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


def cuts(words: Iterable[str]) -> tuple[set[int], set[int]]:
    """Places between words, and those inside a word where white space stands; in characters that are not white space."""
    between, inside = set(), set()
    at = 0
    for word in words:
        for piece in word.split():
            at += len(piece)
            inside.add(at)
        between.add(at)
    return between, inside - between


def kind(left: str, right: str) -> str:
    """What stands on both sides of a place where only one segmenter cuts."""
    letter, digit, mark = (
        [unicodedata.category(each)[0] in group for each in (left, right)] for group in ("LM", "N", "PSC")
    )
    if all(mark):
        return "runs of hyphens" if left == right == "-" else "runs of other punctuation"
    if all(letter):
        return "between letters"
    if all(digit):
        return "between digits"
    if not any(mark):
        return "between letters and digits"
    sign = left if mark[0] else right
    if sign in "-‐‑–—":
        return "hyphens and dashes at words"
    if sign in "'’ʼʻ`´":
        return "apostrophes at words"
    if sign in "_./:@\\" or any(digit):
        return "dots, slashes, underscores at words, signs at numbers"
    return "other punctuation at words"


def differences(ours: list[list[str]], theirs: list[list[str]]) -> tuple[Counter[tuple[str, str]], int]:
    """(side, kind) -> cuts that only this side makes; and the documents whose reference words are not their text."""
    found: Counter[tuple[str, str]] = Counter()
    changed = 0
    for mine, other in zip(ours, theirs, strict=True):
        text = "".join("".join(mine).split())
        if text != "".join("".join(other).split()):
            changed += 1
            continue
        (my_cuts, _), (other_cuts, white) = cuts(mine), cuts(other)
        found["ours", "white space that the reference leaves inside words"] += len(my_cuts & white)
        for side, places in (("ours", my_cuts - other_cuts - white), ("reference", other_cuts - my_cuts)):
            found.update((side, kind(text[at - 1], text[at])) for at in places)
    return +found, changed


def why(documents: pl.DataFrame, words: pl.DataFrame) -> Iterator[list[str]]:
    """Rows: language, share of cuts that only one side makes, and the kinds of place, most frequent first."""
    texts = dict(documents.select("id", "text").iter_rows())
    for (code,), rows in words.group_by("lang", maintain_order=True):
        use = load_language(str(code) if code in all_codes() else FALLBACK).segmenter
        ours = segmenter(use).words(pa.array([texts[key] for key in rows["id"]], pa.large_string())).to_lists()
        theirs = rows["words"].to_list()
        found, changed = differences(ours, theirs)
        total = sum(map(len, theirs))
        kinds = [
            "; ".join(
                f"{name} {count / total:.1%}"
                for (at, name), count in found.most_common()
                if at == side and count >= total / 1_000
            )
            for side in ("ours", "reference")
        ]
        if changed:
            kinds[1] = "; ".join(filter(None, [kinds[1], f"{changed} of {len(ours)} documents rewritten"]))
        yield [str(code), str(len(ours)), *(one or "-" for one in kinds)]


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


def report(found: list[Agreement], real: list[Agreement], reasons: Iterable[list[str]]) -> str:
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
    head = ["language", "documents", "words, ours / reference", *FILTERS, "chain"]
    head += [f"kept: {side}" for side in ("reference", "ours", "both")]
    return "\n".join(
        [
            "# Agreement with the published decisions",
            "",
            "Keep or drop, with our words and with the reference's, on the golden documents. From the reference's",
            "statistics all decisions follow, and from its words all statistics, wherever its words are known",
            "(`tests/golden/`): the differences below come from where words are cut.",
            "",
            "    python benchmarks/agreement.py --write docs/reference/agreement.md",
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
            "On the documents whose reference words are known: cuts that only one side makes, as a share of the",
            "reference's words (from 0.1% on), by what stands on both sides of the cut.",
            "",
            table(["language", "documents", "only we cut", "only the reference cuts"], reasons, 4),
            "",
            READING,
        ]
    )


def main() -> None:
    """Print the page; with --write, store it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    folder = arguments.shared / "golden"
    documents = pl.read_parquet(folder / "filters_golden.parquet").sort("lang", maintain_order=True)
    words = pl.read_parquet(folder / "words_golden.parquet").sort("lang", maintain_order=True)
    found, real = (
        [compare(str(code), rows) for (code,), rows in some.group_by("lang", maintain_order=True)]
        for some in (documents, documents.filter(pl.col("derived").is_null()))
    )
    page = report(found, real, why(documents, words))
    print(page)
    if arguments.write:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
