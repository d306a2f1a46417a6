"""Receipts: what a finished unit of work reports, a few kilobytes, the only message between processes."""

import json
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class File:
    """A committed file: path relative to the run, size in bytes, rows, xxh3-64 of its bytes in hex."""

    path: str
    bytes: int
    rows: int
    xxh3: str


@dataclass(frozen=True)
class Slice:
    """The rows of one language-script in one documents file: `rows` rows from row `start`; `chars` of text in them."""

    file: str
    language: str
    start: int
    rows: int
    chars: int


@dataclass(frozen=True)
class Receipt:
    """What unit `unit` of phase `phase` read and wrote.

    `layer_keys` holds the key of each layer that it wrote; layers that read language configuration have one key per
    language (`signals@1/pan_Guru`). `spent` (seconds, memory, host) lies outside the promise of equal bytes.
    """

    phase: str
    unit: str
    key: str
    layer_keys: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[File]] = field(default_factory=dict)  # by layer
    slices: list[Slice] = field(default_factory=list)
    read: int = 0
    counted_only: dict[str, int] = field(default_factory=dict)
    derived: int = 0
    fates: dict[str, int] = field(default_factory=dict)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    damage: list[dict[str, Any]] = field(default_factory=list)
    tiling: dict[str, int] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA
    spent: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def paths(self) -> list[str]:
        """Paths of all files that this receipt vouches for."""
        return [file.path for files in self.files.values() for file in files]

    def languages(self) -> dict[str, int]:
        """Documents per language-script, in order of code."""
        counts: dict[str, int] = {}
        for piece in self.slices:
            counts[piece.language] = counts.get(piece.language, 0) + piece.rows
        return dict(sorted(counts.items()))

    def dumps(self) -> str:
        """The receipt as JSON."""
        files = {layer: [vars(file) for file in files] for layer, files in self.files.items()}
        plain = {**vars(self), "files": files, "slices": [vars(piece) for piece in self.slices]}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> "Receipt":
        """A receipt from its JSON."""
        data = json.loads(text)
        data["files"] = {layer: [File(**file) for file in files] for layer, files in data["files"].items()}
        data["slices"] = [Slice(**piece) for piece in data["slices"]]
        return cls(**data)
