"""A set of millions of strings in one file that processes map into memory and share.
 Layout, little-endian: 8 bytes magic, uint64 count, uint64 bytes of text; uint64 hashes[count], sorted;
uint64 offsets[count + 1]; the strings as UTF-8, in the order of their hashes. The hash is xxh3-64; a hit is
confirmed against the string, so a collision never counts as membership.
"""

import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

_MAGIC = b"CFSTRS01"
_HEADER = 24  # bytes
_CHUNK = 1 << 20  # strings hashed at a time: bounds the Python objects alive while building


@dataclass(frozen=True)
class StringSet:
    """A set opened from a file; reading touches a few pages per look-up."""

    hashes: np.ndarray
    offsets: np.ndarray
    data: np.ndarray

    @classmethod
    def open(cls, path: Path) -> "StringSet":
        """Map a file written by `write_string_set`.

        Raises FileNotFoundError, or ValueError for a file of another kind or length.
        """
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(_HEADER)
        if header[:8] != _MAGIC:
            raise ValueError(f"{path}: not a string set")
        count, text = (int(number) for number in np.frombuffer(header, "<u8", 2, 8))
        ends = _HEADER + 8 * count, _HEADER + 8 * count + 8 * (count + 1)
        if size != ends[1] + text:
            raise ValueError(f"{path}: {size} bytes, expected {ends[1] + text}")
        mapped = np.memmap(path, dtype=np.uint8, mode="r")
        hashes, offsets = mapped[_HEADER : ends[0]], mapped[ends[0] : ends[1]]
        return cls(hashes.view("<u8"), offsets.view("<u8"), mapped[ends[1] :])

    def __len__(self) -> int:
        return len(self.hashes)

    def contains(self, strings: Sequence[str]) -> np.ndarray:
        """Membership of each string: bool[n]."""
        encoded = [string.encode() for string in strings]
        wanted = np.fromiter(map(xxhash.xxh3_64_intdigest, encoded), np.uint64, len(encoded))
        found = np.zeros(len(encoded), bool)
        places = np.searchsorted(self.hashes, wanted)
        inside = np.flatnonzero(places < len(self.hashes))
        for row in inside[self.hashes[places[inside]] == wanted[inside]]:
            found[row] = self._confirm(int(places[row]), wanted[row], encoded[row])
        return found

    def _confirm(self, place: int, digest: np.uint64, string: bytes) -> bool:
        while place < len(self.hashes) and self.hashes[place] == digest:
            if self.data[self.offsets[place] : self.offsets[place + 1]].tobytes() == string:
                return True
            place += 1
        return False


def write_string_set(parts: Iterable[pa.LargeStringArray], path: Path) -> None:
    """Write the distinct strings of all parts to `path`.

    Written aside, then renamed: a reader sees all or nothing, and two writers of the same set are harmless.
    Raises OSError when the folder is absent or cannot be written.
    """
    chunks, digests = [], []
    for part in parts:
        chunks.append(part)
        digests.append(_digests(part))
    strings = pa.chunked_array(chunks, pa.large_string()).combine_chunks()
    hashes = np.concatenate([*digests, np.empty(0, np.uint64)])
    order = np.argsort(hashes, kind="stable")
    order = order[_first_of_equals(strings, hashes, order)]
    lengths = pc.binary_length(strings).to_numpy()[order]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype("<u8")
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with aside.open("xb") as file:
            file.write(_MAGIC + np.array([len(order), offsets[-1]], "<u8").tobytes())
            file.write(hashes[order].astype("<u8").tobytes())
            file.write(offsets.tobytes())
            for first in range(0, len(order), _CHUNK):
                starts, data = _buffers(strings.take(pa.array(order[first : first + _CHUNK])))
                file.write(data[starts[0] : starts[-1]])
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _digests(strings: pa.LargeStringArray) -> np.ndarray:
    starts, data = _buffers(strings)
    digests = np.empty(len(strings), np.uint64)
    for first in range(0, len(strings), _CHUNK):
        bounds = starts[first : first + _CHUNK + 1].tolist()
        values = (xxhash.xxh3_64_intdigest(data[a:b]) for a, b in pairwise(bounds))
        digests[first : first + len(bounds) - 1] = np.fromiter(values, np.uint64, len(bounds) - 1)
    return digests


def _first_of_equals(strings: pa.LargeStringArray, hashes: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Which places of the sorted order to keep, bool[n]: of equal strings the first."""
    keep = np.ones(len(order), bool)
    seen: dict[int, set[str]] = {}
    for place in np.flatnonzero(hashes[order[1:]] == hashes[order[:-1]]) + 1:
        string = strings[int(order[place])].as_py()
        known = seen.setdefault(int(hashes[order[place]]), {strings[int(order[place - 1])].as_py()})
        keep[place] = string not in known
        known.add(string)
    return keep


def _buffers(strings: pa.LargeStringArray) -> tuple[np.ndarray, memoryview]:
    """Offsets int64[n + 1] and the bytes that they point into."""
    _, offsets, data = strings.buffers()
    starts = np.frombuffer(offsets, np.int64, len(strings) + 1, 8 * strings.offset)
    return starts, memoryview(data if data is not None else b"")
