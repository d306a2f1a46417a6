"""Counting and scoring hashed n-grams, compiled."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corpusforge.models.found_labels import with_room
from corpusforge.models.ngram_features import LONGEST, next_word, word_grams

_ROOM = LONGEST + 8
_AT_ONCE = 2**22  # n-grams whose weights, of a byte each, are added up in 32 bits


class Table(NamedTuple):
    """What the kernel needs of a model.

    numbers: int64 of shortest n-gram, longest n-gram, bits of an n-gram's number. rows: int32[2**bits], row of an n-gram
    in `dense`, -1: its weights are labels[offsets[g]:offsets[g + 1]] and `weights` there. offsets: int64[2**bits + 1].
    labels: uint16. weights: uint8. dense: uint8[rows, labels], for n-grams that many labels have. rest: float64[labels],
    what an n-gram without a weight counts. scale: float64 of the step of a weight, and of what makes log likelihoods of
    n n-grams log odds: factor and power of n (see `train.py`). table, pool: see `ngram_features.Characters`.
    """

    numbers: np.ndarray
    rows: np.ndarray
    offsets: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    dense: np.ndarray
    rest: np.ndarray
    scale: np.ndarray
    table: np.ndarray
    pool: np.ndarray


@njit(cache=True, nogil=True)
def count_grams(
    data: np.ndarray, starts: np.ndarray, ends: np.ndarray, numbers: np.ndarray, table: np.ndarray, pool: np.ndarray
) -> np.ndarray:
    """How often each n-gram stands in some spans of UTF-8 bytes: int64[2 ** bits]. `numbers`: as in `Table`."""
    least, most, bits = numbers[0], numbers[1], numbers[2]
    counts = np.zeros(1 << bits, np.int64)
    word, grams = np.empty(_ROOM, np.int32), np.empty(_ROOM * most, np.int64)
    shift = np.uint64(64 - bits)
    for span in range(len(starts)):
        place = starts[span]
        while True:
            place, size = next_word(data, place, ends[span], table, pool, word)
            if size == 0:
                break
            for one in range(word_grams(word, size, least, most, shift, grams)):
                counts[grams[one]] += 1
    return counts


@njit(cache=True)
def _likelihoods(
    data: np.ndarray, starts: np.ndarray, ends: np.ndarray, model: Table, totals: np.ndarray, scores: np.ndarray
) -> int:
    """Log likelihood of some spans, as one text, under each label, into `scores`; the number of n-grams.

    `totals`: int32[labels], for the kernel's use.
    """
    least, most, bits = model.numbers[0], model.numbers[1], model.numbers[2]
    word, grams = np.empty(_ROOM, np.int32), np.empty(_ROOM * most, np.int64)
    shift = np.uint64(64 - bits)
    totals[:] = 0
    scores[:] = 0
    seen = 0
    flushed = 0
    for span in range(len(starts)):
        place = starts[span]
        while True:
            place, size = next_word(data, place, ends[span], model.table, model.pool, word)
            if size == 0:
                break
            n = word_grams(word, size, least, most, shift, grams)
            seen += n
            if seen - flushed > _AT_ONCE:
                for label in range(len(totals)):
                    scores[label] += totals[label]
                totals[:] = 0
                flushed = seen
            for one in range(n):
                gram = grams[one]
                row = model.rows[gram]
                if row >= 0:
                    for label in range(len(totals)):
                        totals[label] += np.int32(model.dense[row, label])
                else:
                    for at in range(model.offsets[gram], model.offsets[gram + 1]):
                        totals[model.labels[at]] += np.int32(model.weights[at])
    for label in range(len(totals)):
        scores[label] = (scores[label] + totals[label]) * model.scale[0] + seen * model.rest[label]
    return seen


@njit(cache=True, nogil=True)
def log_likelihoods(
    data: np.ndarray, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, model: Table
) -> tuple[np.ndarray, np.ndarray]:
    """Of each row (see `predict_rows`): float64[n, labels], and the number of n-grams int64[n]."""
    labels = len(model.rest)
    scores = np.empty((len(rows) - 1, labels))
    seen = np.empty(len(rows) - 1, np.int64)
    totals = np.empty(labels, np.int32)
    for row in range(len(rows) - 1):
        first, last = rows[row], rows[row + 1]
        seen[row] = _likelihoods(data, starts[first:last], ends[first:last], model, totals, scores[row])
    return scores, seen


@njit(cache=True, nogil=True)
def predict_rows(
    data: np.ndarray, rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, k: int, threshold: float, model: Table
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The labels of each row, best first; row i is the text of the spans starts[j]:ends[j], j in rows[i]:rows[i + 1].

    Returns offsets int64[n + 1], labels int32 and probabilities float32: at most `k` (0: any number) of at least
    `threshold`; the best alone where none has that. A text without n-grams has no labels.
    """
    n_labels = len(model.rest)
    offsets = np.zeros(len(rows), np.int64)
    found, probabilities = np.empty(4 * len(rows), np.int32), np.empty(4 * len(rows), np.float32)
    scores, totals = np.empty(n_labels), np.empty(n_labels, np.int32)
    n = 0
    for row in range(len(rows) - 1):
        first, last = rows[row], rows[row + 1]
        seen = _likelihoods(data, starts[first:last], ends[first:last], model, totals, scores)
        if seen > 0:
            largest = scores.max()
            sharpness = model.scale[1] * np.float64(seen) ** model.scale[2]
            total = 0.0
            for label in range(n_labels):
                scores[label] = np.exp((scores[label] - largest) * sharpness)
                total += scores[label]
            listed = 0
            for label in range(n_labels):
                scores[label] /= total
                listed += scores[label] >= threshold
            listed = max(listed, 1)
            if k > 0:
                listed = min(listed, k)
            found, probabilities = with_room(found, probabilities, n, listed)
            for _ in range(listed):
                best = np.argmax(scores)
                found[n] = best
                probabilities[n] = scores[best]
                scores[best] = -1
                n += 1
        offsets[row + 1] = n
    return offsets, found[:n], probabilities[:n]
