"""Training of the n-gram classifier: counting, weights, and the calibration of its probabilities.

Naive Bayes with additive smoothing: an n-gram that was counted c times among the N of a language counts
log((c + u) / (max(N, `Shape.floor`) + u V)), u = `Shape.unseen`, V = n-grams seen in any language. Languages have equal
priors. The floor keeps languages with little text from winning every text that consists of unseen n-grams; from
`Shape.ample` n-grams on a language's singletons are dropped, which keeps one with much text from winning by coverage.

A text's n-grams overlap and its words repeat, so its log likelihood is far too sure of itself. Probabilities are the
softmax of the log likelihoods times a n^b, n = the text's n-grams: a and b are those that make held-out pieces of many
lengths likeliest. Everything is counted anew with the held-out pieces afterwards.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from corpusforge.errors import UserError
from corpusforge.lid.labelled import Labelled
from corpusforge.lid.sampling import HELD, Piece, Sample, sampled
from corpusforge.lid.shape import Shape
from corpusforge.models.ngram import table_of
from corpusforge.models.ngram_features import characters
from corpusforge.models.ngram_file import NgramFile, write_ngram_file
from corpusforge.models.ngram_kernel import count_grams, log_likelihoods

STEP = 1 / 16  # of a weight, so that they fit a byte
DENSE = 6  # n-grams that one label in so many has are stored for all
WINDOWS = 12  # held-out windows a language
LENGTHS = (40, 80, 160, 320, 640, 1280, 2560)  # bytes of held-out windows
FACTORS, POWERS = np.geomspace(0.02, 4, 24), np.linspace(-0.8, 0.0, 9)

Counts = list[tuple[np.ndarray, np.ndarray]]
"""For each label: numbers of n-grams, ascending, and how often each was counted."""


def train(
    texts: Iterable[Labelled], shape: Shape, seed: int = 0, tested: Iterable[Labelled] = (), name: str = ""
) -> NgramFile:
    """A classifier of the language-scripts of the texts. The same texts, shape and seed give the same model.

    `tested`: texts that it is to be tested on, of which nothing is learnt. `name`: said in the card. Raises UserError
    where fewer than two languages have text enough.
    """
    sample = sampled(texts, seed, shape.text, shape.smallest, tested)
    labels = tuple(sorted(sample.pieces))
    if len(labels) < 2:
        raise UserError(
            f"train lid: {len(labels)} of the languages have {shape.smallest:,} bytes of text or more; two are needed"
        )
    fit = [_counted([one for one in sample.pieces[code] if not one.held], shape) for code in labels]
    held = [_counted([one for one in sample.pieces[code] if one.held], shape) for code in labels]
    first = table_of(NgramFile(labels, _arrays(fit, shape, np.array([STEP, 1.0, 0.0])), {}))
    windows = [(place, window) for place, code in enumerate(labels) for window in _windows(sample.pieces[code])]
    scale, figures = _calibrated(first, windows, len(labels))
    both = [_added(one, other) for one, other in zip(fit, held, strict=True)]
    return NgramFile(labels, _arrays(both, shape, scale), _card(name, sample, shape, seed, scale, figures))


def save(model: NgramFile, path: Path) -> str:
    """Write the model, and its card beside it (`.md`); returns the SHA-256 of the model, as hex."""
    from corpusforge.lid.card import card_text

    path.parent.mkdir(parents=True, exist_ok=True)
    write_ngram_file(path, model)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.md").write_text(card_text(model, path.name, checksum), encoding="utf-8")
    return checksum


def _numbers(shape: Shape) -> np.ndarray:
    return np.array([shape.least, shape.most, shape.bits], np.int64)


def _spans(texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    encoded = [text.encode() for text in texts]
    ends = np.cumsum([len(one) for one in encoded], dtype=np.int64)
    starts = ends - np.array([len(one) for one in encoded], np.int64)
    return np.frombuffer(b"".join(encoded), np.uint8), starts, ends


def _counted(pieces: list[Piece], shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    counts = count_grams(*_spans([piece.text for piece in pieces]), _numbers(shape), *characters())
    seen = np.flatnonzero(counts)
    return seen.astype(np.int32), counts[seen]


def _added(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    grams, places = np.unique(np.concatenate([one[0], other[0]]), return_inverse=True)
    counts = np.bincount(places, np.concatenate([one[1], other[1]]), len(grams)).astype(np.int64)
    return grams, counts


def _arrays(counts: Counts, shape: Shape, scale: np.ndarray) -> dict[str, np.ndarray]:
    size, labels = 1 << shape.bits, len(counts)
    counts = [
        (one[often > 1], often[often > 1]) if often.sum() > shape.ample else (one, often) for one, often in counts
    ]
    grams = np.concatenate([one for one, _ in counts])
    owner = np.repeat(np.arange(labels, dtype=np.uint16), [len(one) for one, _ in counts])
    often = np.concatenate([one for _, one in counts])
    weights = np.minimum(np.rint(np.log1p(often / shape.unseen) / STEP), 255).astype(np.uint8)
    totals = np.array([max(one.sum(), shape.floor) for _, one in counts], np.float64)
    listed = np.bincount(grams, minlength=size)
    common = np.flatnonzero(listed * DENSE >= labels)
    rows = np.full(size, -1, np.int32)
    rows[common] = np.arange(len(common))
    dense = np.zeros((len(common), labels), np.uint8)
    stored = rows[grams] >= 0
    dense[rows[grams[stored]], owner[stored]] = weights[stored]
    grams, owner, weights = grams[~stored], owner[~stored], weights[~stored]
    order = np.argsort(grams, kind="stable")
    offsets = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(grams, minlength=size), out=offsets[1:])
    return {
        "numbers": _numbers(shape), "rows": rows, "offsets": offsets, "labels": owner[order], "weights": weights[order],
        "dense": dense, "rest": -np.log(totals + shape.unseen * np.count_nonzero(listed)), "scale": scale,
    }  # fmt: skip


def _windows(pieces: list[Piece]) -> list[str]:
    """Held-out windows of a language, of LENGTHS in turn."""
    texts = [piece.text.encode() for piece in pieces if piece.held]
    found: list[str] = []
    for round_, text in enumerate(texts[:WINDOWS]):
        at = 0
        for turn in range(WINDOWS // max(1, min(len(texts), WINDOWS)) + 1):
            length = LENGTHS[(round_ + turn) % len(LENGTHS)]
            if at >= len(text) or len(found) == WINDOWS:
                break
            found.append(text[at : at + length].decode(errors="ignore"))
            at += length
    return [window for window in found if len(window) >= LENGTHS[0] // 4]


def _calibrated(model: Any, windows: list[tuple[int, str]], labels: int) -> tuple[np.ndarray, dict[str, Any]]:
    """The scale of `ngram_kernel.Table`, and how well the held-out windows are told apart."""
    data, starts, ends = _spans([text for _, text in windows])
    gold = np.array([place for place, _ in windows], np.int64)
    scores, seen = log_likelihoods(data, np.arange(len(windows) + 1), starts, ends, model)
    usable = seen > 0
    scores, seen, gold = scores[usable], seen[usable].astype(np.float64), gold[usable]
    scores -= scores.max(axis=1, keepdims=True)
    best, least = (1.0, 0.0), np.inf
    kept = np.partition(scores, -min(32, labels), axis=1)[:, -min(32, labels) :]
    own = np.take_along_axis(scores, gold[:, None], axis=1)[:, 0]
    for power in POWERS:
        sharpness = seen**power
        for factor in FACTORS:
            s = factor * sharpness
            loss = float(np.mean(np.log(np.exp(kept * s[:, None]).sum(axis=1)) - np.maximum(own * s, -50)))
            if loss < least:
                least, best = loss, (float(factor), float(power))
    from corpusforge.lid.scores import Pairs

    pairs = Pairs(gold.astype(str).tolist(), scores.argmax(axis=1).astype(str).tolist())
    figures = {"windows": len(gold), "macro_f1": round(pairs.macro_f1(), 4), "log_loss": round(least, 4)}
    return np.array([STEP, *best]), figures


def _card(
    name: str, sample: Sample, shape: Shape, seed: int, scale: np.ndarray, figures: dict[str, Any]
) -> dict[str, Any]:
    sources: dict[str, dict[str, int]] = {}
    for pieces in sample.pieces.values():
        for source in {piece.source for piece in pieces}:
            own = sources.setdefault(source, {"languages": 0, "bytes": 0})
            own["languages"] += 1
            own["bytes"] += sum(len(piece.text.encode()) for piece in pieces if piece.source == source)
    return {
        "name": name,
        "shape": {"ngrams": [shape.least, shape.most], "bits": shape.bits, "bytes_per_language": shape.text,
                  "least_bytes": shape.smallest, "unseen": shape.unseen, "floor": shape.floor, "ample": shape.ample},
        "seed": seed,
        "languages": {code: sample.size(code) for code in sorted(sample.pieces)},
        "sources": dict(sorted(sources.items())),
        "left_out": {"too_small": sample.too_small, "twins": sample.twins, "texts_in_another_script": sample.other_script,
                     "lines_of_the_test": sample.tested},
        "calibration": {"factor": round(float(scale[1]), 6), "power": round(float(scale[2]), 6)},
        "held_out": {**figures, "share": f"1 document in {HELD}"},
    }  # fmt: skip
