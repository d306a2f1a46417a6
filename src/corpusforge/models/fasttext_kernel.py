"""fastText's prediction over bytes, compiled: the arithmetic of fastText 0.9.2, in its order and in float32.

Sources: `Dictionary::readWord`, `getLine`, `computeSubwords`, `addWordNgrams`, `Vector::addRow`,
`HierarchicalSoftmaxLoss::dfs`, `SoftmaxLoss::computeOutput`, `BinaryLogisticLoss::computeOutput`, `Loss::findKBest`.
"""

from typing import Any

import numpy as np
from numba import njit

from corpusforge.models.fasttext_file import HIERARCHICAL, SOFTMAX
from corpusforge.models.fasttext_tables import EOS, LARGEST, OFFSET, SIGMOIDS, Model, find, hash_of, same, step
from corpusforge.models.found_labels import with_room

_BEGIN, _END = 60, 62  # < and > around a word
_LABEL = np.frombuffer(b"__label__", np.uint8)
_EIGHTH, _SEVEN, _BITS = np.uint64(3), np.uint64(7), np.left_shift(1, np.arange(8)).astype(np.uint8)
_WORD_NGRAM = np.uint64(116049371)
_HS, _SOFT = HIERARCHICAL, SOFTMAX


@njit(cache=True, inline="always")
def _space(byte: Any) -> Any:
    return byte == 32 or (9 <= byte <= 13) or byte == 0


@njit(cache=True)
def _add(hidden: np.ndarray, matrix: np.ndarray, row: Any) -> None:
    for place in range(len(hidden)):
        hidden[place] += matrix[row, place]


@njit(cache=True)
def _subwords(text: np.ndarray, start: int, end: int, hidden: np.ndarray, model: Model) -> int:
    """Add the vectors of the character n-grams of `<word>`; how many there are."""
    least, most, _, bucket, words, _, _ = model.numbers
    buckets, live, matrix = model.buckets, model.live, model.input
    pruned = len(buckets) > 0
    inverse = 1.0 / bucket
    added = 0
    first = start - 1  # where `<` is thought to stand; `>` stands at `end`
    while first <= end:
        value = OFFSET
        place = first
        length = 1
        while place <= end and length <= most:
            if place < start:
                value = step(value, np.uint8(_BEGIN))
                place += 1
            elif place == end:
                value = step(value, np.uint8(_END))
                place += 1
            else:
                value = step(value, text[place])
                place += 1
                while place < end and text[place] & 0xC0 == 0x80:
                    value = step(value, text[place])
                    place += 1
            if length >= least and not (length == 1 and (first < start or place > end)):
                # value % bucket; the estimate by multiplication is one off at most.
                gram = np.int64(value)
                gram -= np.int64(np.float64(value) * inverse) * bucket
                gram = gram + bucket if gram < 0 else gram - bucket if gram >= bucket else gram
                # Most n-grams are pruned away: the bits fit the cache, the table does not.
                if not pruned or live[np.uint64(gram) >> _EIGHTH] & _BITS[np.uint64(gram) & _SEVEN]:
                    row = np.uint64(buckets[gram]) if pruned else np.uint64(words + gram)
                    for at in range(len(hidden)):
                        hidden[at] += matrix[row, at]
                    added += 1
            length += 1
        first += 1
        while first < end and first >= start and text[first] & 0xC0 == 0x80:
            first += 1
    return added


@njit(cache=True, nogil=True)
def _hidden(
    text: np.ndarray, starts: np.ndarray, ends: np.ndarray, hidden: np.ndarray, hashes: np.ndarray, model: Model
) -> int:
    """The mean vector of the words in the spans, as one line; how many vectors it is the mean of."""
    _, most, word_ngrams, bucket, words, _, end_entry = model.numbers
    hidden[:] = 0
    added = 0
    n_words = 0
    closed = False
    for span in range(len(starts)):
        place = starts[span]
        while place < ends[span] and not closed:
            if _space(text[place]):
                place += 1
                continue
            begin = place
            value = OFFSET
            while place < ends[span] and not _space(text[place]):
                value = step(value, text[place])
                place += 1
            entry = find(text, begin, place, value, model.data, model.word_starts, model.word_ends, model.slots)
            if same(text, begin, place, EOS, 0, 4):
                closed = True
                break
            if entry >= words or (
                entry < 0 and place - begin >= len(_LABEL) and same(text, begin, begin + len(_LABEL), _LABEL, 0, 9)
            ):
                continue
            if entry >= 0:
                _add(hidden, model.input, entry)
                added += 1
            if word_ngrams > 1:
                hashes[n_words] = value
                n_words += 1
            if most > 0:
                added += _subwords(text, begin, place, hidden, model)
    if end_entry >= 0:
        _add(hidden, model.input, end_entry)
        added += 1
    if word_ngrams > 1:
        hashes[n_words] = hash_of(EOS, 0, 4)
        added += _phrases(hashes[: n_words + 1], hidden, model, word_ngrams, bucket, words)
    if added:
        share = np.float32(1.0 / added)
        for place in range(len(hidden)):
            hidden[place] *= share
    return added


@njit(cache=True)
def _phrases(
    hashes: np.ndarray, hidden: np.ndarray, model: Model, word_ngrams: int, bucket: int, words: int
) -> int:  # fmt: skip
    added = 0
    for first in range(len(hashes)):
        value = np.uint64(np.int64(np.int32(hashes[first])))
        for last in range(first + 1, min(len(hashes), first + word_ngrams)):
            value = value * _WORD_NGRAM + np.uint64(np.int64(np.int32(hashes[last])))
            gram = np.int64(value % np.uint64(bucket))
            row = np.int64(model.buckets[gram]) if len(model.buckets) else words + gram
            if row >= 0:
                _add(hidden, model.input, row)
                added += 1
    return added


@njit(cache=True)
def _log(value: Any) -> np.float32:
    return np.float32(np.log(np.float64(np.float32(value)) + 1e-5))


@njit(cache=True)
def _dot(row: np.ndarray, hidden: np.ndarray) -> np.float32:
    total = np.float32(0)
    for place in range(len(hidden)):
        total += row[place] * hidden[place]
    return total


@njit(cache=True)
def _output(hidden: np.ndarray, threshold: float, scores: np.ndarray, stack: np.ndarray, model: Model) -> None:
    """Log probability of each label; -inf for those that the library would not list."""
    labels = len(scores)
    scores[:] = -np.inf
    loss = model.numbers[5]
    if loss == _HS:
        least = _log(threshold)
        partial = np.zeros(2 * labels, np.float32)
        top = 1
        stack[0] = 2 * labels - 2
        while top:
            top -= 1
            node = stack[top]
            score = partial[node]
            if score < least:
                continue
            if model.left[node] == -1:
                scores[node] = score
                continue
            value = _dot(model.output[node - labels], hidden)
            value = np.float32(1.0 / np.float64(np.float32(1) + np.float32(np.exp(-value))))
            partial[model.left[node]] = score + _log(1.0 - np.float64(value))
            partial[model.right[node]] = score + _log(value)
            stack[top] = model.right[node]
            stack[top + 1] = model.left[node]
            top += 2
        return
    for label in range(labels):
        scores[label] = _dot(model.output[label], hidden)
    if loss == _SOFT:
        largest = scores.max()
        total = np.float32(0)
        for label in range(labels):
            scores[label] = np.float32(np.exp(np.float64(scores[label] - largest)))
            total += scores[label]
        for label in range(labels):
            scores[label] /= total
    else:
        for label in range(labels):
            value = scores[label]
            if value < -LARGEST:
                scores[label] = 0
            elif value > LARGEST:
                scores[label] = 1
            else:
                step = np.int64(
                    np.float32(np.float32(value + np.float32(LARGEST)) * np.float32(SIGMOIDS)) / LARGEST / 2
                )
                scores[label] = model.sigmoids[step]
    for label in range(labels):
        scores[label] = _log(scores[label]) if scores[label] >= np.float32(threshold) else -np.inf


@njit(cache=True, nogil=True)
def predict_spans(
    text: np.ndarray,
    rows: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    k: int,
    threshold: float,
    model: Model,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The labels of each row, best first.

    Row i is the line made of the spans `starts[j]:ends[j]` of `text` for j in rows[i] .. rows[i + 1]. Returns offsets
    int64[n + 1], labels int32 and probabilities float32: at most `k` (0: any number) of at least `threshold`. Where
    none reaches the threshold, the best label alone.
    """
    labels = len(model.output)
    offsets = np.zeros(len(rows), np.int64)
    found, probabilities = np.empty(4 * len(rows), np.int32), np.empty(4 * len(rows), np.float32)
    hidden = np.zeros(model.input.shape[1], np.float32)
    scores, stack = np.empty(labels, np.float32), np.empty(2 * labels, np.int32)
    longest = 0
    if model.numbers[2] > 1:
        for row in range(len(rows) - 1):
            size = 0
            for span in range(rows[row], rows[row + 1]):
                size += (ends[span] - starts[span]) // 2 + 1
            longest = max(longest, size)
    hashes = np.zeros(longest + 1, np.uint32)
    n = 0
    for row in range(len(rows) - 1):
        first, last = rows[row], rows[row + 1]
        if _hidden(text, starts[first:last], ends[first:last], hidden, hashes, model) > 0:
            _output(hidden, threshold, scores, stack, model)
            listed = 0
            for label in range(labels):
                listed += scores[label] > -np.inf
            if listed == 0:
                _output(hidden, -1.0, scores, stack, model)
                listed = 1
            if k > 0:
                listed = min(listed, k)
            found, probabilities = with_room(found, probabilities, n, listed)
            for _ in range(listed):
                best = np.argmax(scores)
                found[n] = best
                probabilities[n] = np.float32(np.exp(scores[best]))
                scores[best] = -np.inf
                n += 1
        offsets[row + 1] = n
    return offsets, found[:n], probabilities[:n]
