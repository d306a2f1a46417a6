"""The words of a batch of texts as byte spans: no Python object per word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corpusforge.text.buffers import frozen


@dataclass(frozen=True, eq=False)
class Words:
    """Words of n texts; word j of text i has index `row_offsets[i] + j`.

    row_offsets: int64[n + 1], from 0 to the number of words.
    starts, ends: int64[number of words], half-open byte spans in `buffer`.
    buffer: uint8 (bytes are accepted), UTF-8: the texts' own bytes, or bytes that the segmenter made.
    Raises ValueError when spans do not fit the buffer or offsets do not fit the spans.
    """

    row_offsets: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    buffer: np.ndarray

    def __post_init__(self) -> None:
        for name in ("row_offsets", "starts", "ends"):
            array = np.ascontiguousarray(getattr(self, name), np.int64)
            object.__setattr__(self, name, frozen(array))
        buffer = np.frombuffer(self.buffer, np.uint8)
        object.__setattr__(self, "buffer", frozen(buffer))
        self._check()

    def _check(self) -> None:
        offsets, starts, ends = self.row_offsets, self.starts, self.ends
        if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(starts) or len(starts) != len(ends):
            raise ValueError("row_offsets must run from 0 to the number of words")
        if (np.diff(offsets) < 0).any():
            raise ValueError("row_offsets must not descend")
        if len(starts) and (starts.min() < 0 or ends.max() > len(self.buffer) or (ends < starts).any()):
            raise ValueError("a word's span lies outside the buffer")

    @classmethod
    def from_lists(cls, words: Iterable[Sequence[str]]) -> "Words":
        """Words given from outside (golden files, a reference tokenizer), one list of strings per text."""
        counts = [0]
        encoded: list[bytes] = []
        for row in words:
            encoded.extend(word.encode() for word in row)
            counts.append(len(encoded))
        edges = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(word) for word in encoded], out=edges[1:])
        return cls(np.array(counts), edges[:-1], edges[1:], np.frombuffer(b"".join(encoded), np.uint8))

    def to_lists(self) -> list[list[str]]:
        """The words as Python strings, one list per text: for display and tests, not for the signals path."""
        data = self.buffer.tobytes()
        spans = list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))
        rows = zip(self.row_offsets[:-1].tolist(), self.row_offsets[1:].tolist(), strict=True)
        return [[data[start:end].decode() for start, end in spans[first:last]] for first, last in rows]

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.row_offsets) - 1
