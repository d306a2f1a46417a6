"""The page of the documentation about clean text and noise, from measured verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import add
from typing import Any

ABOVE = 0.05  # of a language's clean documents removed: shown with the rules that did it
TOP = 3

INTRODUCTION = """\
What filters remove of texts that editors wrote and checked, and of documents that no corpus wants. Published: the rules
and thresholds of FineWeb2 (`fineweb2-published`), by datatrove 0.10.1 itself, and by our implementation with our words.
Ours: the rules of `fineweb2-style` ([evidence](../concepts/evidence.md)). The thresholds of the languages are the same;
the few that are ours were chosen on these very documents, so expect a little less on others."""

TRANSCRIPTS = f"""\
Transcripts whose lines of subtitles were joined, 20 to a document. Most begin and end inside a sentence. Languages of
which either side removes more than {ABOVE:.0%}:"""

MADE = """\
For each language of the news 100 documents of each kind, made from its clean text and from the boilerplate of real pages
with fixed seeds (`benchmarks/noise.py`). Boilerplate is in the languages of those pages, as crawls of small languages are
full of it. Shares removed:"""

ORDER = """\
Words in random order are told by capital letters that do not follow full stops, and by seams: places where two words meet,
which come again in every text. Scripts without capital letters have the seams alone, which take about 130 words to tell.
The published rules remove shuffled text because its lines end by chance in no mark, as they remove clean text of joined
lines: all Punjabi articles and all Nigerian Pidgin, clean or not. There, and of short Arabic texts, more noise passes ours.
Of boilerplate in a line, more passes in languages whose stop words English has too (Pidgin): notices on cookies and rights
are sentences.

The threshold of seams (0.03) was chosen on the half of all documents whose hash is even, so that about 1 of 1,000 clean ones
is below. Of the other half it removes 9 of 16,317 clean news and talks (0.06%) that no other rule removes, and raises what
is removed of shuffled documents from 69.2% to 83.9%, of word salad from 65.0% to 89.4%."""

READING = """\
What the published rules get wrong on clean text, by rule, as read in the documents that break them:

- `line_punct_ratio`: the **rule**. It looks at the very last character of each line. Where lines were joined (a headline
  and one line of body: MasakhaNEWS; one line: VietnameseMDS), it decides on one or two lines; where a line ends in a space,
  a quotation mark or a bracket (TTC-3600), on none. In Punjabi articles it meets "|", typed for the danda. Ours asks which
  words stand in sentences, wherever lines end.
- `alpha_words`: the **rule**. Punctuation counts as words, so quotation marks, scores and broken entities break it. The
  threshold of Nigerian Pidgin (1.0) is met by no text with a comma: the **threshold**. Ours leaves punctuation at words out
  and compares with the number that Gopher gave for words between spaces.
- `dup_line_frac`: the **rule**. Blank lines of spaces repeat each other (TTC-3600). Ours leaves blank lines out.
- `end_ellipsis`: the **rule**, on one or two lines. Ours compares a lower bound.
- `stop_words`: the **list**, in both. That of Shona holds `n.`, `of`, `to` and the words of stubs about languages; Telugu,
  Kazakh, Malayalam and Bengali have words of encyclopaedias. Calibrate it (`corpusforge calibrate`).
- `short_doc`: right. Some news are shorter than 50 words.
- n-grams: right about the text, which is clean all the same: sentences that come twice, as caption and in the body
  (VietnameseMDS), a quoted message given in full twice (TTC-3600), formulas of protocol (SaudiNewsNet).
- Segmenter: no removal was found that is its fault, but for Tibetan, whose published stop words end in the mark between
  syllables, which ours cuts off.

What is left of `sentences`: texts without punctuation (subtitles in Tamil, Swahili; poems), sentences of more than 120 words
between full stops (Arabic news), full stops typed as hyphens (Urdu) or before the space (Uyghur), and news that are lists of
names: invited guests, nominees, players (Turkish, Nigerian Pidgin)."""


def progress(one: Any) -> str:
    """One language, while it is measured."""
    peer = "" if one.datatrove is None else f", datatrove {one.datatrove.share:.1%}"
    return f"{one.group} {one.code}: {one.published.share:.1%} by published rules{peer}, {one.ours.share:.1%} by ours"


def page(clean: Sequence[Any], noise: Sequence[Any], news: str, talks: str) -> list[str]:
    """The page, line by line."""
    return [
        "<!-- Written by `python -m benchmarks.clean_text --write`: do not edit. -->",
        "# Clean text and noise",
        "",
        *INTRODUCTION.splitlines(),
        "",
        *_summary(clean, noise, news, talks),
        "## Clean news and articles",
        "",
        *_languages([one for one in clean if one.group == news]),
        "By rule, all languages: documents that break it, and those that break no other rule.",
        "",
        *_rules([one for one in clean if one.group == news]),
        *READING.splitlines(),
        "",
        "## Talks",
        "",
        *TRANSCRIPTS.splitlines(),
        "",
        *_languages([one for one in clean if one.group == talks], ABOVE),
        "## Noise",
        "",
        *MADE.splitlines(),
        "",
        *_kinds(noise),
        "By language, all kinds:",
        "",
        *_noise_languages(noise),
        *ORDER.splitlines(),
    ]


def _summary(clean: Sequence[Any], noise: Sequence[Any], news: str, talks: str) -> Iterator[str]:
    yield from (
        "| removed, pooled | documents | datatrove | published rules | our rules |",
        "| --- | ---: | ---: | ---: | ---: |",
    )
    for name, rows in (
        (news, [one for one in clean if one.group == news]),
        (talks, [one for one in clean if one.group == talks]),
        ("noise", noise),
    ):
        known = [one.datatrove for one in rows if one.datatrove is not None]
        peer = "" if not known else f"{_pooled(known).share:.1%}"
        published, ours = _pooled(one.published for one in rows), _pooled(one.ours for one in rows)
        yield f"| {name} | {published.documents:,} | {peer} | {published.share:.1%} | {ours.share:.1%} |"
    missing = [one for one in clean if one.group == news and one.datatrove is None]
    if 0 < len(missing) < sum(one.group == news for one in clean):
        names = ", ".join(f"{one.code} ({one.published.documents:,})" for one in missing)
        yield from ("", f"datatrove's figure leaves out what it has no word splitter for: {names}.")
    yield ""


def _languages(rows: Sequence[Any], above: float = -1.0) -> Iterator[str]:
    yield "| language | documents | datatrove | published rules | most by | our rules | most by |"
    yield "| --- | ---: | ---: | ---: | --- | ---: | --- |"
    for one in rows:
        if max(one.published.share, one.ours.share) > above:
            peer = "" if one.datatrove is None else f"{one.datatrove.share:.1%}"
            yield (
                f"| {one.code} | {one.published.documents:,} | {peer} | {one.published.share:.1%} "
                f"| {_most(one.published.first)} | {one.ours.share:.1%} | {_most(one.ours.first)} |"
            )
    yield ""


def _rules(rows: Sequence[Any]) -> Iterator[str]:
    yield from ("| side | rule | broken | alone |", "| --- | --- | ---: | ---: |")
    for side in ("published", "ours"):
        pooled = _pooled(getattr(one, side) for one in rows)
        for rule, count in pooled.broken.most_common():
            yield f"| {side} | `{rule}` | {count:,} | {pooled.alone[rule]:,} |"
    yield ""


def _kinds(noise: Sequence[Any]) -> Iterator[str]:
    yield from ("| kind | documents | published rules | our rules | most by |", "| --- | ---: | ---: | ---: | --- |")
    for kind in dict.fromkeys(one.group for one in noise):
        rows = [one for one in noise if one.group == kind]
        published, ours = _pooled(one.published for one in rows), _pooled(one.ours for one in rows)
        yield f"| {kind} | {ours.documents:,} | {published.share:.1%} | {ours.share:.1%} | {_most(ours.first)} |"
    yield ""


def _noise_languages(noise: Sequence[Any]) -> Iterator[str]:
    yield from ("| language | published rules | our rules | points |", "| --- | ---: | ---: | ---: |")
    for code in dict.fromkeys(one.code for one in noise):
        rows = [one for one in noise if one.code == code]
        published, ours = _pooled(one.published for one in rows).share, _pooled(one.ours for one in rows).share
        yield f"| {code} | {published:.1%} | {ours:.1%} | {100 * (ours - published):+.1f} |"
    yield ""


def _pooled(verdicts: Iterable[Any]) -> Any:
    return reduce(add, verdicts)


def _most(first: Counter[str]) -> str:
    return ", ".join(f"{rule} {count:,}" for rule, count in first.most_common(TOP))
