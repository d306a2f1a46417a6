"""Why a document is decided differently with our words: the cause, found by trying.

Both segmenters cut the same characters into words at different places. The places are sorted into kinds by what stands
on both sides. For a document that differs, our words are changed to the reference's at the places of one kind at a time;
the kind that brings the reference's decision about is the cause. Where none does alone, kinds are added, the most frequent
first, until the decision is the reference's: the cause is then those kinds together.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

WHITE_SPACE = "white space that the reference leaves inside words"
REWRITTEN = "the reference's words are not pieces of the text (Korean morphemes; numbers joined)"
OTHER_KINDS = (WHITE_SPACE, "between letters", "between digits", "between letters and digits")
UNEXPLAINED = "unexplained"


class Cuts(NamedTuple):
    """A text as words see it: where its characters that are not white space stand, and after which of them a word ends."""

    places: list[int]
    after: frozenset[int]


def cuts(text: str, words: Sequence[str]) -> Cuts | None:
    """Where words end, or None when they are not consecutive pieces of the text that leave out nothing but white space."""
    places = [at for at, character in enumerate(text) if not character.isspace()]
    number = {at: index for index, at in enumerate(places)}
    after, start = set(), 0
    for word in words:
        found = text.find(word, start)
        if found < 0 or text[start:found].strip():
            return None
        start = found + len(word)
        after.add(number[start - 1])
    return None if text[start:].strip() else Cuts(places, frozenset(after))


def cut_words(text: str, places: Sequence[int], after: frozenset[int]) -> list[str]:
    """The words that `cuts` describes."""
    words, first = [], 0
    for index in sorted(after):
        words.append(text[places[first] : places[index] + 1])
        first = index + 1
    return words


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


def kinds(text: str, ours: Cuts, theirs: Cuts) -> dict[str, frozenset[int]]:
    """Places where only one side cuts, by kind, the most frequent kind first."""
    found: dict[str, set[int]] = {}
    for index in ours.after ^ theirs.after:
        here, following = ours.places[index], ours.places[index + 1]
        name = WHITE_SPACE if following > here + 1 else kind(text[here], text[following])
        found.setdefault(name, set()).add(index)
    return {name: frozenset(found[name]) for name in sorted(found, key=lambda name: (-len(found[name]), name))}


def cause(
    text: str, ours: Sequence[str], theirs: Sequence[str], agrees: Callable[[list[list[str]]], list[bool]]
) -> tuple[str, ...]:
    """The kinds of place whose cuts decide. `agrees` says of each list of words whether the decision is the reference's."""
    mine, other = cuts(text, ours), cuts(text, theirs)
    if mine is None or other is None:
        return (REWRITTEN,)
    found = kinds(text, mine, other)
    names, together, tried = list(found), frozenset[int](), []
    for name in names:
        together |= found[name]
        tried.append(together)
    changes = [*found.values(), *tried]
    answers = agrees([cut_words(text, mine.places, mine.after ^ change) for change in changes])
    for name, answer in zip(names, answers, strict=False):
        if answer:
            return (name,)
    for count, answer in enumerate(answers[len(names) :], 1):
        if answer:
            return tuple(sorted(names[:count]))
    return (UNEXPLAINED,)


def summary(found: Counter[tuple[str, tuple[str, ...]]]) -> list[list[str]]:
    """Rows: cause, decisions, languages, most frequent first. `found`: (language, kinds) -> decisions."""
    causes: dict[str, Counter[str]] = {}
    for (code, names), count in found.items():
        name = names[0]
        if len(names) > 1:
            mixed = any(each in OTHER_KINDS for each in names)
            name = "several together, white space or letters among them" if mixed else "several of punctuation together"
        causes.setdefault(name, Counter())[code] += count
    ordered = sorted(causes.items(), key=lambda item: (-item[1].total(), item[0]))
    return [
        [name, ", ".join(f"{code} {count}" for code, count in languages.most_common()), str(languages.total())]
        for name, languages in ordered
    ]
