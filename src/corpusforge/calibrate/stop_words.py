"""Stop words of a language: the words that make up more than a stated share of its running text."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpusforge.languages import Language
from corpusforge.phases.portions import portions
from corpusforge.text.counts import word_counts
from corpusforge.text.segment import segmenter

FREQUENCY = 0.004  # gives 20 words as the median of 49 samples; published lists have 19
LEAST_WORDS, MOST_WORDS = 8, 63  # of the published lists
FEW = 0.01
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class StopWord:
    """A word, its share of all words, and the share of documents that hold it."""

    word: str
    frequency: float
    documents: float


def frequent_words(
    texts: list[str], language: Language, frequency: float = FREQUENCY, asked: float = 2
) -> tuple[StopWord, ...]:
    """Words whose share of all words of letters is at least `frequency`, most frequent first, at least LEAST_WORDS.

    As long as more than a share of FEW of the texts hold fewer than `asked` of them, the word that most texts hold is added,
    up to MOST_WORDS: in a language of long words a list by frequency alone would cost many good documents.

    A word is what the language's segmenter says, as it is written, since the rule compares byte for byte: `The` and `the`
    are two. Not counted is one that is not letters and their marks only (digits, punctuation); not listed one that is
    mostly written with a capital (names). Ties: by code points.
    """
    split = segmenter(language.segmenter, language.code)
    counts: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for part in portions(pa.array(texts, pa.large_string())):
        for words in split.words(part).to_lists():
            of_one = Counter(words)
            counts.update(of_one)
            documents.update(of_one.keys())
    listed = [(word, count) for word, count in counts.items() if letters_only(word)]
    total = sum(count for _, count in listed)
    listed = sorted(((w, n) for w, n in listed if not _is_name(w, counts)), key=lambda item: (-item[1], item[0]))
    size = max(LEAST_WORDS, sum(count >= frequency * total for _, count in listed))
    chosen, rest = [word for word, _ in listed[:size]], [word for word, _ in listed[size:]]
    present = stop_words_present(texts, language, tuple(chosen))
    for word in sorted(rest, key=lambda word: (-documents[word], word)):
        if len(chosen) >= MOST_WORDS or np.mean(present < asked) <= FEW:
            break
        chosen.append(word)
        present += stop_words_present(texts, language, (word,))
    return tuple(
        StopWord(word, round(counts[word] / total, 6), round(documents[word] / len(texts), 6)) for word in chosen
    )


def stop_words_present(texts: list[str], language: Language, words: tuple[str, ...]) -> np.ndarray:
    """How many of `words` each text holds, int64[n]: what the signal `stop_words` would be with another list."""
    split = segmenter(language.segmenter, language.code)
    parts = [word_counts(split.words(part), words).stop_words for part in portions(pa.array(texts, pa.large_string()))]
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _is_name(word: str, counts: Counter[str]) -> bool:
    return word[0].isupper() and counts[word.lower()] < counts[word]


def letters_only(word: str) -> bool:
    """Whether a word consists of letters, marks on letters, and joiners between them."""
    kinds = [unicodedata.category(char)[0] for char in word if char not in _JOINERS]
    return bool(kinds) and kinds[0] == "L" and all(kind in "LM" for kind in kinds)
