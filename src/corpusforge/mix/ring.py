"""Which documents a fraction of an epoch takes: a ring per (language, source), cut at exact amounts, in no order of files.

Every copy of a document has a place u on a ring, 64 bits of a hash of its key, the copy's number and the seed. Epoch e of
the ring are the places e + u. A stage takes the places from where the last one ended to its own end, so that nothing comes
twice before everything came once, and any cut is a set of keys, whoever reads them in whatever order. An end is the last
place at which the amount so far is at most the target. It is found with a histogram of the ring's BINS parts, then with
the documents of one part alone: memory does not grow with the documents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpusforge.errors import UserError

BINS = 1024
_SHIFT = np.uint64(64 - 10)
MEASURED = ("documents", "words", "bytes")

ROUNDING = 1e-6  # a target is a sum of shares: what is whole but for the last bits means the whole
CHOICE, SHUFFLE, SPREAD = 1, 2, 3
"""What a hash is for: choosing documents, their order, their place in a curriculum."""


def key_halves(keys: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Keys (32 hex digits each) as two uint64[n]. Raises UserError for a key of another form."""
    keys = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
    keys = keys.cast(pa.large_string())
    offsets = np.frombuffer(keys.buffers()[1], np.int64)[keys.offset : keys.offset + len(keys) + 1]
    if keys.null_count or (np.diff(offsets) != 32).any():
        raise UserError("a key is not of 32 hex digits; this is no data of corpusforge")
    if not len(keys):
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    digits = np.frombuffer(keys.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].reshape(len(keys), 32)
    nibbles = np.where(digits >= 97, digits - 87, digits - 48).astype(np.uint8)
    values = (nibbles[:, ::2] << 4 | nibbles[:, 1::2]).astype(np.uint8)
    halves = np.ascontiguousarray(values).view(">u8").astype(np.uint64)
    return halves[:, 0], halves[:, 1]


def _mixed(values: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): every bit of the input moves every bit of the output."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: np.ndarray = values ^ (values >> np.uint64(31))
    return found


def places(high: np.ndarray, low: np.ndarray, copy: np.ndarray, seed: int, purpose: int) -> np.ndarray:
    """uint64[n]: hashes of documents (two halves of their keys), copies, the seed and what the hash is for."""
    with np.errstate(over="ignore"):
        start = _mixed(np.array([seed * 4 + purpose], np.uint64) + np.uint64(0x9E3779B97F4A7C15))
        mixed = _mixed(low ^ start)
        mixed = _mixed(high ^ mixed)
        return _mixed(mixed + (copy.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))


class Census:
    """What lies in each part of the rings: int64[rings, BINS] of documents, words and bytes, copies included."""

    def __init__(self) -> None:
        self.counts = np.zeros((len(MEASURED), 0, BINS), np.int64)
        self.once = np.zeros((len(MEASURED), 0), np.int64)

    def add(self, rings: np.ndarray, place: np.ndarray, amounts: np.ndarray, first: np.ndarray) -> None:
        """Count documents: their ring int64[n], place, amounts int64[3, n]; `first`: bool[n], no further copies."""
        if not len(rings):
            return
        size, room = int(rings.max()) + 1, self.counts.shape[1]
        if size > room:
            more = max(size, 2 * room) - room
            self.counts = np.pad(self.counts, ((0, 0), (0, more), (0, 0)))
            self.once = np.pad(self.once, ((0, 0), (0, more)))
        bins = rings * BINS + (place >> _SHIFT).astype(np.int64)
        for measure, values in enumerate(amounts):
            np.add.at(self.counts[measure].reshape(-1), bins, values)
            np.add.at(self.once[measure], rings[first], values[first])

    def total(self, ring: int) -> np.ndarray:
        """int64[3]: the amounts of an epoch."""
        found: np.ndarray = self.counts[:, ring].sum(axis=1)
        return found


@dataclass(frozen=True)
class Cut:
    """A point of a ring: `epoch` whole turns, then the places below `below` (uint64), which lie in part `bin`."""

    epoch: int
    below: int = 0
    bin: int | None = None  # None: at the beginning of a turn
    rest: float = 0.0  # of the target, beyond the whole turns and the parts before `bin`


def coarse_cut(counts: np.ndarray, target: float) -> Cut:
    """The cut for a target, from the amounts int64[BINS] of a ring's parts; `below` is not known yet."""
    ends = np.cumsum(counts)
    whole = int(ends[-1])
    if whole == 0 or target <= 0:
        return Cut(0)
    epoch = int(target // whole)
    rest = target - epoch * whole
    if whole - rest < ROUNDING:
        return Cut(epoch + 1)
    if rest < ROUNDING:
        return Cut(epoch)
    at = int(np.searchsorted(ends, rest + ROUNDING, "right"))
    return Cut(epoch, 0, at, rest - int(ends[at - 1] if at else 0))


def fine_cut(cut: Cut, place: np.ndarray, amounts: np.ndarray, measure: int) -> tuple[Cut, np.ndarray]:
    """The cut with its `below`, and what lies before it in its part, int64[3], from the documents of the part.

    place: uint64[n]; amounts: int64[3, n]; `measure`: which of MEASURED the target counts.
    """
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(amounts[measure][order])
    count = int(np.searchsorted(ends, cut.rest + ROUNDING, "right"))
    while 0 < count < len(order) and place[order[count]] == place[order[count - 1]]:
        count -= 1  # two copies at one place go together
    inside: np.ndarray = amounts[:, order[:count]].sum(axis=1)
    assert cut.bin is not None
    below = int(place[order[count]]) if count < len(order) else (cut.bin + 1) << int(_SHIFT)
    if below >= 2**64:
        return Cut(cut.epoch + 1), inside
    return Cut(cut.epoch, below, cut.bin, cut.rest), inside


def stages_of(cuts: np.ndarray, rings: np.ndarray, place: np.ndarray, epoch: int) -> np.ndarray:
    """int64[n]: the stage that takes each place of a turn: how many stages have ended before it.

    cuts: uint64[rings, stages, 2], each stage's end as (epoch, below).
    """
    ends = cuts[rings]
    turn = np.uint64(epoch)
    ended = (ends[:, :, 0] < turn) | ((ends[:, :, 0] == turn) & (place[:, None] >= ends[:, :, 1]))
    found: np.ndarray = ended.sum(axis=1)
    return found
